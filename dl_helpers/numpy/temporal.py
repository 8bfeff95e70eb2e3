"""Operations that do the same at every step of a sequence, with no memory from one step to the next."""

import numpy as np

from dl_helpers.arguments import shapes

__all__ = [
    "temporal_affine_backward",
    "temporal_affine_forward",
    "temporal_softmax_cross_entropy_backward",
    "temporal_softmax_cross_entropy_forward",
]


def temporal_affine_forward(x, w, b):
    """The same affine map at every step.

    out_t = x_t w + b

    x: (N, T, D); w: (D, M); b: (M,). Returns out (N, T, M) and the cache (x, w).
    Raises ValueError when the shapes disagree.
    """
    n, t, d, m = shapes("temporal_affine_forward: x (N, T, D), w (D, M), b (M)", x, w, b)
    out = (x.reshape(n * t, d) @ w).reshape(n, t, m)            # all steps of all sequences are rows of one batch
    out += b
    return out, (x, w)


def temporal_affine_backward(dout, cache):
    """dx_t = dout_t wᵀ, dw = Σ_t x_tᵀ dout_t, db = Σ_t Σ_rows dout_t, of the shapes of x (N, T, D), w (D, M) and b (M,)."""
    x, w = cache
    n, t, d, m = shapes("temporal_affine_backward: x (N, T, D), w (D, M), dout (N, T, M)", x, w, dout)
    rows = dout.reshape(n * t, m)
    return (rows @ w.T).reshape(n, t, d), x.reshape(n * t, d).T @ rows, rows.sum(axis=0)


def temporal_softmax_cross_entropy_forward(scores, labels, mask=None):
    """Mean negative log likelihood of the right classes over the steps that count.

    loss = -1/M Σ_{n,t} mask[n,t] · log softmax(scores[n,t])[labels[n,t]],   M = number of steps with mask True

    scores: (N, T, C); labels: (N, T) integers in [0, C) (any integer where mask is False: padding is never looked at);
    mask: (N, T) bool, True where a step counts; None counts all.
    The divisor is M, the number of counted steps, not N and not N·T: a batch with much padding does not look better.
    Without any counted step the loss and its gradient are 0. Returns the scalar loss and the cache.
    Raises ValueError when shapes disagree or a counted label is out of range.
    """
    op = "temporal_softmax_cross_entropy_forward"
    n, t, c = shapes(f"{op}: scores (N, T, C), labels int (N, T), mask bool (N, T)", scores, labels, mask)
    counted = np.ones((n, t), bool) if mask is None else mask
    wrong = counted & ((labels < 0) | (labels >= c))
    if wrong.any():
        where = tuple(int(k) for k in np.argwhere(wrong)[0])
        raise ValueError(f"{op}: labels{list(where)} is {labels[where]}; expected 0 ≤ label < C = {c} where the mask is True")
    labels = np.where(counted, labels, 0)[..., None]
    exp = scores - scores.max(axis=2, keepdims=True, initial=-np.inf)       # so that exp() cannot overflow
    log_p_right = np.take_along_axis(exp, labels, axis=2)
    np.exp(exp, out=exp)
    total = exp.sum(axis=2, keepdims=True)
    log_p_right -= np.log(total)
    m = max(int(counted.sum()), 1)
    return -log_p_right[..., 0].sum(where=counted) / m, (exp, total, labels, counted, m)


def temporal_softmax_cross_entropy_backward(dout, cache):
    """dscores[n,t] = dout/M · mask[n,t] · (softmax(scores[n,t]) - onehot(labels[n,t])), of the shape (N, T, C) of scores."""
    exp, total, labels, counted, m = cache
    scale = np.where(counted, dout / m, 0).astype(exp.dtype)[..., None]
    dscores = exp * (scale / total)                     # softmax = exp / total
    right = np.take_along_axis(dscores, labels, axis=2)
    np.put_along_axis(dscores, labels, right - scale, axis=2)
    return dscores
