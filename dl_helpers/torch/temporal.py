"""Operations that do the same at every step of a sequence, on torch tensors."""

import torch

from dl_helpers.arguments import shapes

__all__ = [
    "temporal_affine_backward",
    "temporal_affine_forward",
    "temporal_softmax_cross_entropy_backward",
    "temporal_softmax_cross_entropy_forward",
]


def temporal_affine_forward(x, w, b):
    """out_t = x_t w + b for x (N, T, D), w (D, M), b (M,); returns out (N, T, M) and the cache (x, w)."""
    n, t, d, m = shapes("temporal_affine_forward: x (N, T, D), w (D, M), b (M)", x, w, b)
    return torch.addmm(b, x.reshape(n * t, d), w).view(n, t, m), (x, w)


def temporal_affine_backward(dout, cache):
    """dx_t = dout_t wᵀ, dw = Σ_t x_tᵀ dout_t, db = Σ_t Σ_rows dout_t, of the shapes of x (N, T, D), w (D, M) and b (M,)."""
    x, w = cache
    n, t, d, m = shapes("temporal_affine_backward: x (N, T, D), w (D, M), dout (N, T, M)", x, w, dout)
    rows = dout.reshape(n * t, m)
    return (rows @ w.T).view(n, t, d), x.reshape(n * t, d).T @ rows, rows.sum(dim=0)


def temporal_softmax_cross_entropy_forward(scores, labels, mask=None):
    """loss = -1/M Σ_{n,t} mask[n,t] · log softmax(scores[n,t])[labels[n,t]],   M = number of steps with mask True

    scores: (N, T, C); labels: (N, T) integers, any where the mask is False; mask: (N, T) bool, None counts all.
    Without any counted step the loss is 0. Returns the scalar loss and the cache.
    Raises ValueError when a counted label is out of range; on a GPU, where looking would wait for it, torch does.
    """
    op = "temporal_softmax_cross_entropy_forward"
    n, t, c = shapes(f"{op}: scores (N, T, C), labels int (N, T), mask bool (N, T)", scores, labels, mask)
    counted = torch.ones_like(labels, dtype=torch.bool) if mask is None else mask
    if labels.device.type == "cpu":
        wrong = (counted & ((labels < 0) | (labels >= c))).nonzero()
        if len(wrong):
            where = tuple(wrong[0].tolist())
            label = labels[where].item()
            raise ValueError(f"{op}: labels{list(where)} is {label}; expected 0 ≤ label < C = {c} where the mask is True")
    labels = torch.where(counted, labels, 0)[:, :, None].long()
    log_p = scores.log_softmax(dim=2)
    m = counted.sum().clamp_(min=1).to(scores.dtype)
    loss = -torch.where(counted, log_p.gather(2, labels)[:, :, 0], 0).sum() / m
    return loss, (log_p, labels, counted, m)


def temporal_softmax_cross_entropy_backward(dout, cache):
    """dscores[n,t] = dout/M · mask[n,t] · (softmax(scores[n,t]) - onehot(labels[n,t])), of the shape (N, T, C) of scores."""
    log_p, labels, counted, m = cache
    scale = (counted * (dout / m))[:, :, None]
    return log_p.exp().mul_(scale).scatter_add_(2, labels, -scale)
