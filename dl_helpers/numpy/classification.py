"""Losses of predicted classes: scalars, the mean over the batch. An empty batch has no mean and is refused."""

import numpy as np

from dl_helpers.arguments import between, fraction, non_negative, not_empty, same_shape, shapes

__all__ = [
    "bce_loss_backward", "bce_loss_forward", "bce_with_logits_loss_backward", "bce_with_logits_loss_forward",
    "multiclass_hinge_loss_backward", "multiclass_hinge_loss_forward",
    "softmax_cross_entropy_backward", "softmax_cross_entropy_forward",
]


def bce_loss_forward(pred, target):
    """Binary cross-entropy: mean negative log likelihood of yes-or-no answers under predicted probabilities of yes.

    loss = -1/n Σ target log pred + (1 - target) log(1 - pred)

    pred: (N, ...) probabilities in [0, 1]; target: (N, ...) of the same dtype, 0 or 1 or anything between.
    A logarithm counts as -100 where it is smaller, so that log 0 is not infinite. Returns the scalar loss and the cache.
    Raises ValueError when the shapes disagree, an entry lies outside [0, 1] or the batch is empty.
    With scores from a network take bce_with_logits_loss, which loses no digits.
    """
    same_shape("bce_loss_forward", pred=pred, target=target)
    not_empty("bce_loss_forward", pred=pred)
    between("bce_loss_forward", 0, 1, pred=pred, target=target)
    with np.errstate(divide="ignore"):      # log 0 = -∞ is raised to -100
        log_yes = np.clip(np.log(pred), -100, 0)
        log_no = np.clip(np.log1p(-pred), -100, 0)
    return -(log_no + target * (log_yes - log_no)).mean(), (pred, target)


def bce_loss_backward(dout, cache):
    """dpred = dout · 1/n (pred - target) / (pred (1 - pred)), of the shape (N, ...) of pred.

    The denominator is at least 1e-12, so that a certain prediction that is wrong gets a large gradient and not infinity.
    """
    pred, target = cache
    return dout / pred.size * (pred - target) / np.clip(pred * (1 - pred), 1e-12, 1)


def bce_with_logits_loss_forward(scores, target):
    """Binary cross-entropy of the sigmoid of scores, in the form that neither overflows nor loses digits.

    loss = -1/n Σ target log σ(s) + (1 - target) log(1 - σ(s)) = 1/n Σ max(s, 0) - s · target + log(1 + e^-|s|)

    scores: (N, ...) logits s; target: (N, ...) of the same dtype, 0 or 1 or anything between.
    Returns the scalar loss and the cache.
    Raises ValueError when the shapes disagree, a target lies outside [0, 1] or the batch is empty.
    """
    same_shape("bce_with_logits_loss_forward", scores=scores, target=target)
    not_empty("bce_with_logits_loss_forward", scores=scores)
    between("bce_with_logits_loss_forward", 0, 1, target=target)
    positive_part = np.clip(scores, 0, np.inf)
    rest = np.log1p(np.exp(-np.abs(scores)))
    loss = (positive_part - scores * target + rest).mean()
    return loss, (positive_part + rest, target)


def bce_with_logits_loss_forward_naive(scores, target):
    """loss = -1/n Σ target log σ(s) + (1 - target) log(1 - σ(s))."""
    p = 1 / (1 + np.exp(-scores))
    return -(target * np.log(p) + (1 - target) * np.log(1 - p)).mean(), (-np.log(1 - p), target)


def bce_with_logits_loss_backward(dout, cache):
    """dscores = dout · 1/n (σ(s) - target), of the shape (N, ...) of scores, where σ(s) = 1 - e^-softplus(s)."""
    softplus, target = cache
    return dout / softplus.size * (-np.expm1(-softplus) - target)


def softmax_cross_entropy_forward(scores, labels, label_smoothing=0.0, ignore_index=None):
    r"""Mean negative log likelihood of the right classes under a softmax.

    loss = -1/N Σ_n Σ_c q_nc log softmax(scores[n])[c],   q_nc = (1 - ε) [c = labels[n]] + ε / C

    scores: (N, C) unnormalised log probabilities; labels: (N,) integers in [0, C).
    label_smoothing: ε in [0, 1] spreads that much of the right class's probability over all classes.
    ignore_index: samples with this label count neither in the sum nor in N (padding, pixels without an answer);
    when no sample is left, there is nothing to learn: the loss is 0 and so is its gradient.
    Returns the scalar loss and the cache.
    Raises ValueError when the shapes disagree, a label is out of range or the batch is empty.
    Sources: Bishop, Pattern Recognition and Machine Learning, 4.3.4; Szegedy et al., Rethinking the Inception
    Architecture, 2016 (label smoothing).
    """
    rows, labels = _rows_and_labels("softmax_cross_entropy_forward", scores, labels, ignore_index)
    label_smoothing = fraction("softmax_cross_entropy_forward", "label_smoothing", label_smoothing)
    shifted = scores - scores.max(axis=1, keepdims=True)        # exp cannot overflow
    p = np.exp(shifted)
    total = p.sum(axis=1, keepdims=True)
    p /= total
    log_q = shifted[rows, labels]
    if label_smoothing:
        log_q = (1 - label_smoothing) * log_q + label_smoothing * shifted[rows].mean(axis=1)
    loss = (np.log(total[rows, 0]) - log_q).sum() / max(len(rows), 1)
    return loss, (p, rows, labels, label_smoothing)


def softmax_cross_entropy_forward_naive(scores, labels, label_smoothing=0.0, ignore_index=None):
    """loss = -1/N Σ_n Σ_c q_nc log softmax(scores[n])[c]."""
    rows, labels = _rows_and_labels("softmax_cross_entropy_forward", scores, labels, ignore_index)
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    q = (1 - label_smoothing) * np.eye(scores.shape[1])[labels] + label_smoothing / scores.shape[1]
    return -(q * np.log(p[rows])).sum(axis=1).mean(), (p, rows, labels, label_smoothing)


def softmax_cross_entropy_backward(dout, cache):
    """dscores = dout · 1/N (softmax(scores) - q), of the shape (N, C) of scores; 0 for samples that are ignored."""
    p, rows, labels, label_smoothing = cache
    scale = dout / max(len(rows), 1)
    dscores = scale * p
    if label_smoothing:
        dscores -= scale * label_smoothing / p.shape[1]
    dscores[rows, labels] -= scale * (1 - label_smoothing)
    if len(rows) < len(p):
        ignored = np.ones(len(p), dtype=bool)
        ignored[rows] = False
        dscores[ignored] = 0
    return dscores


def multiclass_hinge_loss_forward(scores, labels, margin=1.0):
    """The multiclass support vector machine: every wrong class should score less than the right one, by a margin.

    loss = 1/N Σ_n Σ_{j ≠ y_n} max(0, s_nj - s_ny + Δ),   y_n = labels[n]

    scores: (N, C); labels: (N,) integers in [0, C); margin: Δ ≥ 0. Returns the scalar loss and the cache.
    Raises ValueError when the shapes disagree, a label is out of range or the batch is empty.
    Source: Weston and Watkins, Support Vector Machines for Multi-Class Pattern Recognition, 1999.
    """
    rows, labels = _rows_and_labels("multiclass_hinge_loss_forward", scores, labels)
    margin = non_negative("multiclass_hinge_loss_forward", "margin", margin)
    right = scores[rows, labels][:, None]
    excess = np.clip(scores - (right - margin), 0, np.inf)
    excess[rows, labels] = 0        # the right class is not compared with itself
    return excess.sum() / len(rows), (excess > 0, labels)


def multiclass_hinge_loss_forward_naive(scores, labels, margin=1.0):
    """loss = 1/N Σ_n Σ_{j ≠ y_n} max(0, s_nj - s_ny + Δ)."""
    loss, exceeds = 0.0, np.zeros(scores.shape, dtype=bool)
    for n, y in enumerate(labels):
        for j in range(scores.shape[1]):
            if j != y:
                excess = scores[n, j] - scores[n, y] + margin
                loss += max(0, excess)
                exceeds[n, j] = excess > 0
    return loss / len(labels), (exceeds, labels)


def multiclass_hinge_loss_backward(dout, cache):
    """dscores_nj = dout · 1/N for each wrong class that comes too close, minus their number for the right one, (N, C)."""
    exceeds, labels = cache
    n = len(labels)
    dscores = exceeds * (dout / n)
    dscores[np.arange(n), labels] = -dout / n * exceeds.sum(axis=1)
    return dscores


def _rows_and_labels(op, scores, labels, ignore_index=None):
    """The rows that count and their labels, both (N',): all of them, unless one label means "ignore me"."""
    n, c = shapes(f"{op}: scores (N, C), labels int (N)", scores, labels)
    not_empty(op, scores=scores)
    rows = np.arange(n) if ignore_index is None else np.flatnonzero(labels != ignore_index)
    between(op, 0, c - 1, labels=labels[rows])
    return rows, labels[rows]
