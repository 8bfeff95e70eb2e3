"""Losses of predicted classes on torch tensors: scalars, the mean over the batch, which must not be empty."""

import torch
import torch.nn.functional as F

from dl_helpers.arguments import between, fraction, non_negative, not_empty, same_shape, shapes
from dl_helpers.torch.kernels import MEAN, SUM, aten, scalar

__all__ = [
    "bce_loss_backward", "bce_loss_forward", "bce_with_logits_loss_backward", "bce_with_logits_loss_forward",
    "multiclass_hinge_loss_backward", "multiclass_hinge_loss_forward",
    "softmax_cross_entropy_backward", "softmax_cross_entropy_forward",
]


def bce_loss_forward(pred, target):
    """loss = -1/n Σ target log pred + (1 - target) log(1 - pred) for pred and target (N, ...) in [0, 1]; loss and cache."""
    same_shape("bce_loss_forward", pred=pred, target=target)
    not_empty("bce_loss_forward", pred=pred)
    between("bce_loss_forward", 0, 1, pred=pred, target=target)
    return F.binary_cross_entropy(pred, target), (pred, target)


def bce_loss_backward(dout, cache):
    """dpred = dout · 1/n (pred - target) / (pred (1 - pred)), of the shape (N, ...); the denominator is at least 1e-12."""
    pred, target = cache
    return aten.binary_cross_entropy_backward(scalar(dout, pred), pred, target, None, MEAN)


def bce_with_logits_loss_forward(scores, target):
    """loss = 1/n Σ max(s, 0) - s · target + log(1 + e^-|s|) for scores s and target (N, ...); returns loss and cache."""
    same_shape("bce_with_logits_loss_forward", scores=scores, target=target)
    not_empty("bce_with_logits_loss_forward", scores=scores)
    between("bce_with_logits_loss_forward", 0, 1, target=target)
    return F.binary_cross_entropy_with_logits(scores, target), (scores, target)


def bce_with_logits_loss_backward(dout, cache):
    """dscores = dout · 1/n (σ(s) - target), of the shape (N, ...) of scores."""
    scores, target = cache
    return dout / scores.numel() * (torch.sigmoid(scores) - target)


def softmax_cross_entropy_forward(scores, labels, label_smoothing=0.0, ignore_index=None):
    """loss = -1/N Σ_n Σ_c q_nc log softmax(scores[n])[c], q_nc = (1 - ε) [c = labels[n]] + ε / C, without ignored samples.

    scores: (N, C); labels: (N,) integers in [0, C) or ignore_index; label_smoothing: ε. Returns the loss and the cache.
    """
    labels = _checked_labels("softmax_cross_entropy_forward", scores, labels, ignore_index)
    label_smoothing = fraction("softmax_cross_entropy_forward", "label_smoothing", label_smoothing)
    log_p = torch.log_softmax(scores, dim=1)
    loss, n = aten.nll_loss_forward(log_p, labels, None, SUM, _no_label(ignore_index))
    n = n.clamp(min=1)
    if label_smoothing:
        mean_log_p = torch.where(labels != _no_label(ignore_index), log_p.mean(dim=1), 0).sum()
        loss = (1 - label_smoothing) * loss - label_smoothing * mean_log_p
    return loss / n, (log_p, labels, n, label_smoothing, ignore_index)


def softmax_cross_entropy_backward(dout, cache):
    """dscores = dout · 1/N (softmax(scores) - q), of the shape (N, C) of scores; 0 for samples that are ignored."""
    log_p, labels, n, label_smoothing, ignore_index = cache
    scale, ignored = scalar(dout, log_p) / n, _no_label(ignore_index)
    dlog_p = aten.nll_loss_backward(scale * (1 - label_smoothing), log_p, labels, None, SUM, ignored, n)
    if label_smoothing:
        dlog_p -= scale * label_smoothing / log_p.shape[1]
    dscores = aten._log_softmax_backward_data(dlog_p, log_p, 1, log_p.dtype)
    return dscores if ignore_index is None else torch.where((labels != ignored)[:, None], dscores, 0)


def multiclass_hinge_loss_forward(scores, labels, margin=1.0):
    """loss = 1/N Σ_n Σ_{j ≠ y_n} max(0, s_nj - s_ny + Δ) for scores (N, C), labels (N,); returns the loss and the cache."""
    labels = _checked_labels("multiclass_hinge_loss_forward", scores, labels)
    margin = non_negative("multiclass_hinge_loss_forward", "margin", margin)
    c = scores.shape[1]     # torch divides by the number of classes too
    return c * F.multi_margin_loss(scores, labels, margin=margin), (scores, labels, margin)


def multiclass_hinge_loss_backward(dout, cache):
    """dscores_nj = dout · 1/N for each wrong class that comes too close, minus their number for the right one, (N, C)."""
    scores, labels, margin = cache
    right = labels[:, None]
    close = (scores - scores.gather(1, right) + margin > 0).to(scores.dtype).scatter(1, right, 0.0)
    return dout / len(scores) * close.scatter(1, right, -close.sum(dim=1, keepdim=True))


def _checked_labels(op, scores, labels, ignore_index=None):
    """The labels (N,) in the dtype that the kernels want."""
    n, c = shapes(f"{op}: scores (N, C), labels int (N)", scores, labels)
    not_empty(op, scores=scores)
    labels = labels.long()
    between(op, 0, c - 1, labels=labels if ignore_index is None else torch.where(labels == ignore_index, 0, labels))
    return labels


def _no_label(ignore_index):
    """The label to ignore: one that does not occur where none is to be. (-1 might occur, by mistake, and should be refused.)"""
    return -(2**62) if ignore_index is None else ignore_index
