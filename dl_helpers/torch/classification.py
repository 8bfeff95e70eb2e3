"""Losses of predicted classes on torch tensors: scalars, the mean over the batch, which must not be empty."""

import torch
import torch.nn.functional as F

from dl_helpers.arguments import between, non_negative, not_empty, option, same_shape, shapes

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
    return dout / pred.numel() * (pred - target) / (pred * (1 - pred)).clamp(min=1e-12)


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
    counted, labels = _counted_and_labels("softmax_cross_entropy_forward", scores, labels, ignore_index)
    option("softmax_cross_entropy_forward", "label_smoothing", label_smoothing, (lambda e: 0 <= e <= 1, "a number in [0, 1]"))
    log_p = torch.log_softmax(scores, dim=1)
    log_q = log_p.gather(1, labels)
    if label_smoothing:
        log_q = (1 - label_smoothing) * log_q + label_smoothing * log_p.mean(dim=1, keepdim=True)
    n = counted.sum().clamp(min=1)
    return -torch.where(counted, log_q, 0).sum() / n, (log_p, labels, counted, n, label_smoothing)


def softmax_cross_entropy_backward(dout, cache):
    """dscores = dout · 1/N (softmax(scores) - q), of the shape (N, C) of scores; 0 for samples that are ignored."""
    log_p, labels, counted, n, label_smoothing = cache
    dscores = log_p.exp()
    if label_smoothing:
        dscores -= label_smoothing / log_p.shape[1]
    dscores.scatter_add_(1, labels, dscores.new_full((1, 1), label_smoothing - 1).expand_as(labels))
    return torch.where(counted, dout / n * dscores, 0)


def multiclass_hinge_loss_forward(scores, labels, margin=1.0):
    """loss = 1/N Σ_n Σ_{j ≠ y_n} max(0, s_nj - s_ny + Δ) for scores (N, C), labels (N,); returns the loss and the cache."""
    _, labels = _counted_and_labels("multiclass_hinge_loss_forward", scores, labels)
    non_negative("multiclass_hinge_loss_forward", "margin", margin)
    excess = torch.relu(scores - scores.gather(1, labels) + margin).scatter(1, labels, 0)
    return excess.sum() / len(labels), (excess > 0, labels)


def multiclass_hinge_loss_backward(dout, cache):
    """dscores_nj = dout · 1/N for each wrong class that comes too close, minus their number for the right one, (N, C)."""
    exceeds, labels = cache
    dscores = exceeds * (dout / len(labels))
    return dscores.scatter(1, labels, -dscores.sum(dim=1, keepdim=True))


def _counted_and_labels(op, scores, labels, ignore_index=None):
    """Which samples count, bool (N, 1), and the labels (N, 1), 0 in place of those to ignore."""
    n, c = shapes(f"{op}: scores (N, C), labels int (N)", scores, labels)
    not_empty(op, scores=scores)
    labels = labels.long()[:, None]
    counted = torch.ones_like(labels, dtype=torch.bool) if ignore_index is None else labels != ignore_index
    labels = torch.where(counted, labels, 0)
    between(op, 0, c - 1, labels=labels)
    return counted, labels
