"""Penalties on weights, added to a loss to prefer small ones, and a bound on them. (Leave biases out of w.)"""

import numpy as np

from dl_helpers.arguments import non_negative, positive, shapes

__all__ = ["l1_penalty_backward", "l1_penalty_forward", "l2_penalty_backward", "l2_penalty_forward", "max_norm"]


def l2_penalty_forward(w, strength=1.0):
    """The ridge penalty.

    out = λ Σ w²

    w: (...) weights; strength: λ ≥ 0. Returns the scalar penalty and the cache.
    """
    shapes("l2_penalty_forward: w (...)", w)
    strength = non_negative("l2_penalty_forward", "strength", strength)
    return strength * (w * w).sum(), (w, strength)


def l2_penalty_backward(dout, cache):
    """dw = dout · 2 λ w, of the shape (...) of w."""
    w, strength = cache
    return dout * 2 * strength * w


def l1_penalty_forward(w, strength=1.0):
    """The lasso penalty, which drives weights to exactly zero.

    out = λ Σ |w|

    w: (...) weights; strength: λ ≥ 0. Returns the scalar penalty and the cache.
    """
    shapes("l1_penalty_forward: w (...)", w)
    strength = non_negative("l1_penalty_forward", "strength", strength)
    return strength * np.abs(w).sum(), (w, strength)


def l1_penalty_backward(dout, cache):
    """dw = dout · λ sign(w), of the shape (...) of w; 0 at w = 0, where any slope in [-λ, λ] would do."""
    w, strength = cache
    return dout * strength * np.sign(w)


def max_norm(w, limit, axis=0):
    """Weights whose norms are at most a limit: a projection, applied after each update instead of a penalty.

    out = w · min(1, limit / ‖w‖), for each column of w (D, M) alone, the weights of one unit

    w: (...) weights; limit: > 0; axis: the axes along which a norm is taken: 0 for columns (D, M), 1 for rows,
    (1, 2, 3) for each filter of convolution weights (F, C, KH, KW). Returns out (...) of the shape of w.
    Source: Srivastava et al., Dropout, 2014.
    """
    shapes("max_norm: w (...)", w)
    limit = positive("max_norm", "limit", limit)
    norm = np.sqrt((w * w).sum(axis=axis, keepdims=True))
    return w * (limit / np.maximum(norm, limit))
