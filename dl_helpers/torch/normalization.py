"""Normalization layers on torch tensors: torch's own kernels, forward and backward, called by name."""

from math import prod
from typing import NamedTuple

import torch

from dl_helpers.arguments import fraction, option, positive, same_shape, shapes
from dl_helpers.torch.kernels import aten

__all__ = [
    "batch_norm_backward", "batch_norm_forward", "group_norm_backward", "group_norm_forward",
    "instance_norm_backward", "instance_norm_forward", "layer_norm_backward", "layer_norm_forward",
]

_ALL = [True, True, True]       # gradients of x, gamma and beta are wanted


class BatchNormCache(NamedTuple):
    """What batch_norm_backward needs, and the running statistics for the next call."""

    x: torch.Tensor
    gamma: torch.Tensor
    mean: torch.Tensor
    inv_std: torch.Tensor
    training: bool
    eps: float
    running_mean: torch.Tensor | None
    running_var: torch.Tensor | None


def batch_norm_forward(x, gamma, beta, running_mean=None, running_var=None, training=True, momentum=0.1, eps=1e-5):
    """out = γ (x - μ) / √(σ² + ε) + β with the statistics of the batch (training) or the running ones.

    x: (N, C, ...); gamma, beta, running_mean, running_var: (C,). Returns out (N, C, ...) and the cache, a BatchNormCache
    with the updated statistics as cache.running_mean and cache.running_var; those given are not modified.
    """
    n, c = shapes(
        "batch_norm_forward: x (N, C, ...), gamma (C), beta (C), running_mean (C), running_var (C)",
        x, gamma, beta, running_mean, running_var,
    )
    eps = positive("batch_norm_forward", "eps", eps)
    momentum = fraction("batch_norm_forward", "momentum", momentum)
    if training:
        if x.numel() < 2 * c or c == 0:
            raise ValueError(
                f"batch_norm_forward: training needs at least two values for each channel: x.shape = {tuple(x.shape)}"
            )
        if running_mean is not None:
            running_mean, running_var = running_mean.clone(), running_var.clone()
    else:
        option("batch_norm_forward", "running_mean", running_mean, (lambda r: r is not None, "the statistics of a training"))
    out, mean, inv_std = torch.native_batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps)
    return out, BatchNormCache(x, gamma, mean, inv_std, training, eps, running_mean, running_var)


def batch_norm_backward(dout, cache):
    """dx = γ/√(σ² + ε) (dout - dβ/m - x̂ dγ/m) in training, else γ/√(σ² + ε) dout; dγ = Σ dout x̂; dβ = Σ dout.

    dout: (N, C, ...). Returns dx (N, C, ...), dgamma (C,) and dbeta (C,).
    """
    x, gamma, mean, inv_std, training, eps, running_mean, running_var = cache
    same_shape("batch_norm_backward", dout=dout, x=x)
    return aten.native_batch_norm_backward(dout, x, gamma, running_mean, running_var, mean, inv_std, training, eps, _ALL)


def layer_norm_forward(x, gamma, beta, eps=1e-5):
    """out = γ (x - μ) / √(σ² + ε) + β along the last axis of x (..., D), gamma and beta (D,); returns out and the cache."""
    shapes("layer_norm_forward: x (..., D), gamma (D), beta (D)", x, gamma, beta)
    eps = positive("layer_norm_forward", "eps", eps)
    out, mean, inv_std = torch.native_layer_norm(x, gamma.shape, gamma, beta, eps)
    return out, (x, gamma, beta, mean, inv_std)


def layer_norm_backward(dout, cache):
    """dx = 1/√(σ² + ε) (dx̂ - mean(dx̂) - x̂ mean(dx̂ x̂)) with dx̂ = γ dout, (..., D); dγ = Σ dout x̂, dβ = Σ dout, (D,)."""
    x, gamma, beta, mean, inv_std = cache
    same_shape("layer_norm_backward", dout=dout, x=x)
    return aten.native_layer_norm_backward(dout.contiguous(), x.contiguous(), gamma.shape, mean, inv_std, gamma, beta, _ALL)


def group_norm_forward(x, gamma, beta, groups, eps=1e-5):
    """out = γ_c (x - μ) / √(σ² + ε) + β_c with statistics of each sample and group of channels; returns out and the cache.

    x: (N, C, ...); gamma, beta: (C,); groups: a divisor of C.
    """
    n, c = shapes("group_norm_forward: x (N, C, ...), gamma (C), beta (C)", x, gamma, beta)
    option("group_norm_forward", "groups", groups, (lambda g: g > 0 and c % g == 0, f"a divisor of C = {c}"))
    eps = positive("group_norm_forward", "eps", eps)
    x, gamma, beta = x.contiguous(), gamma.contiguous(), beta.contiguous()      # the kernel reads them as if they were
    out, mean, inv_std = torch.native_group_norm(x, gamma, beta, n, c, prod(x.shape[2:]), groups, eps)
    return out, (x, gamma, mean, inv_std, groups)


def group_norm_backward(dout, cache):
    """dx = 1/√(σ² + ε) (dx̂ - mean(dx̂) - x̂ mean(dx̂ x̂)) with dx̂ = γ_c dout, (N, C, ...); dγ = Σ dout x̂, dβ = Σ dout, (C,)."""
    x, gamma, mean, inv_std, groups = cache
    same_shape("group_norm_backward", dout=dout, x=x)
    n, c, size = x.shape[0], x.shape[1], prod(x.shape[2:])
    return aten.native_group_norm_backward(dout.contiguous(), x, mean, inv_std, gamma, n, c, size, groups, _ALL)


def instance_norm_forward(x, gamma, beta, eps=1e-5):
    """out = γ_c (x - μ) / √(σ² + ε) + β_c with statistics of each sample and channel: group_norm with one channel in a group.

    x: (N, C, ...) with at least two places; gamma, beta: (C,). Returns out (N, C, ...) and the cache.
    """
    n, c = shapes("instance_norm_forward: x (N, C, ...), gamma (C), beta (C)", x, gamma, beta)
    option("instance_norm_forward", "the number of places", prod(x.shape[2:]), (lambda p: p > 1, "at least 2"))
    return group_norm_forward(x, gamma, beta, groups=c, eps=eps)


def instance_norm_backward(dout, cache):
    """dx (N, C, ...), dgamma = Σ dout x̂ (C,) and dbeta = Σ dout (C,), as for group_norm with one channel in each group."""
    return group_norm_backward(dout, cache)
