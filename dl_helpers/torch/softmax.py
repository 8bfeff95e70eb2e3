"""Softmax and its logarithm on torch tensors."""

import torch

from dl_helpers.arguments import same_shape, shapes
from dl_helpers.torch.kernels import aten

__all__ = ["log_softmax_backward", "log_softmax_forward", "softmax_backward", "softmax_forward"]


def softmax_forward(x, axis=-1):
    """out_i = exp(x_i) / Σ_j exp(x_j) along an axis of x (..., C), by default the last; returns out (..., C) and the cache."""
    shapes("softmax_forward: x (..., C)", x)
    out = torch.softmax(x, dim=axis)
    return out, (out, axis)


def softmax_backward(dout, cache):
    """dx_i = out_i (dout_i - Σ_j dout_j out_j), of the shape (..., C) of x."""
    out, axis = cache
    same_shape("softmax_backward", dout=dout, out=out)
    return aten._softmax_backward_data(dout, out, axis, out.dtype)


def log_softmax_forward(x, axis=-1):
    """out_i = x_i - log Σ_j exp(x_j) along an axis of x (..., C), by default the last; returns out (..., C) and the cache."""
    shapes("log_softmax_forward: x (..., C)", x)
    out = torch.log_softmax(x, dim=axis)
    return out, (out, axis)


def log_softmax_backward(dout, cache):
    """dx_i = dout_i - exp(out_i) Σ_j dout_j, of the shape (..., C) of x."""
    out, axis = cache
    same_shape("log_softmax_backward", dout=dout, out=out)
    return aten._log_softmax_backward_data(dout, out, axis, out.dtype)
