"""Softmax and its logarithm: from scores to probabilities."""

import numpy as np

from dl_helpers.arguments import same_shape, shapes

__all__ = ["log_softmax_backward", "log_softmax_forward", "softmax_backward", "softmax_forward"]


def softmax_forward(x, axis=-1):
    """Probabilities in proportion to the exponentials of the scores.

    out_i = exp(x_i) / Σ_j exp(x_j)

    x: (..., C) scores; axis: the axis to normalise, by default the last. Returns out (..., C) and the cache.
    Subtracting the largest score changes nothing in the quotient, and exp cannot overflow.
    """
    shapes("softmax_forward: x (..., C)", x)
    out = np.exp(x - x.max(axis=axis, keepdims=True))
    out /= out.sum(axis=axis, keepdims=True)
    return out, (out, axis)


def softmax_backward(dout, cache):
    """dx_i = out_i (dout_i - Σ_j dout_j out_j), of the shape (..., C) of x.

    That is dout times the Jacobian, whose entries are out_i (1 - out_i) and -out_i out_j; it is never built.
    """
    out, axis = cache
    same_shape("softmax_backward", dout=dout, out=out)
    return out * (dout - np.vecdot(dout, out, axis=axis, keepdims=True))


def log_softmax_forward(x, axis=-1):
    """The logarithm of the softmax, exact where a probability is too small to be written down.

    out_i = x_i - log Σ_j exp(x_j)

    x: (..., C) scores; axis: the axis to normalise, by default the last. Returns out (..., C) and the cache.
    """
    shapes("log_softmax_forward: x (..., C)", x)
    shifted = x - x.max(axis=axis, keepdims=True)       # exp cannot overflow
    p = np.exp(shifted)
    total = p.sum(axis=axis, keepdims=True)
    p /= total
    return shifted - np.log(total), (p, axis)


def log_softmax_backward(dout, cache):
    """dx_i = dout_i - p_i Σ_j dout_j, of the shape (..., C) of x, with the softmax p = exp(out)."""
    p, axis = cache
    same_shape("log_softmax_backward", dout=dout, out=p)
    return dout - p * dout.sum(axis=axis, keepdims=True)
