"""Normalization layers: subtract a mean, divide by a standard deviation, then let γ and β choose both anew.

    out = γ x̂ + β,   x̂ = (x - mean) / √(var + ε)

The four differ in what the mean and the variance are taken over, for x (N, C, H, W):

    batch_norm      N, H, W     one mean for each channel, from the whole batch: training and use differ
    layer_norm      C, H, W     one for each sample (here: along the last axis, as for sequences)
    instance_norm   H, W        one for each sample and channel
    group_norm      H, W and the channels of a group: between the two
"""

from math import prod
from typing import NamedTuple

import numpy as np

from dl_helpers.arguments import fraction, option, positive, same_shape, shapes

__all__ = [
    "batch_norm_backward", "batch_norm_forward", "group_norm_backward", "group_norm_forward",
    "instance_norm_backward", "instance_norm_forward", "layer_norm_backward", "layer_norm_forward",
]


class BatchNormCache(NamedTuple):
    """What batch_norm_backward needs, and the running statistics for the next call."""

    centered: np.ndarray
    inv_std: np.ndarray
    gamma: np.ndarray
    training: bool
    running_mean: np.ndarray | None
    running_var: np.ndarray | None


def batch_norm_forward(x, gamma, beta, running_mean=None, running_var=None, training=True, momentum=0.1, eps=1e-5):
    """Normalize each feature, or each channel of images, over the batch.

    out = γ (x - μ) / √(σ² + ε) + β
    training: μ, σ² are the mean and the (biased) variance of the batch;   otherwise: the running ones
    running ← (1 - momentum) running + momentum · (mean, unbiased variance) of the batch

    x: (N, C) or (N, C, H, W), any (N, C, ...); gamma, beta: (C,).
    running_mean, running_var: (C,), statistics so far, to begin with 0 and 1. They are not modified: the updated ones are
    cache.running_mean and cache.running_var. In training they may be left out.
    Returns out (N, C, ...) and the cache, a BatchNormCache.
    Raises ValueError when the shapes disagree, when there are no statistics to use, or when a batch to learn from has
    fewer than two values for each channel.
    Source: Ioffe and Szegedy, Batch Normalization, 2015.
    """
    n, c = shapes(
        "batch_norm_forward: x (N, C, ...), gamma (C), beta (C), running_mean (C), running_var (C)",
        x, gamma, beta, running_mean, running_var,
    )
    eps = positive("batch_norm_forward", "eps", eps)
    momentum = fraction("batch_norm_forward", "momentum", momentum)
    maps = x.reshape(n, c, prod(x.shape[2:]))
    if training:
        count = _count(x)
        mean = _sum(maps) / count
        centered = maps - mean[:, None]
        var = _sum_products(centered, centered) / count
        if running_mean is not None:
            running_mean = (1 - momentum) * running_mean + momentum * mean
            running_var = (1 - momentum) * running_var + momentum * count / (count - 1) * var
    else:
        option("batch_norm_forward", "running_mean", running_mean, (lambda r: r is not None, "the statistics of a training"))
        centered, var = maps - running_mean[:, None], running_var
    inv_std = 1 / np.sqrt(var + eps)
    out = centered * (gamma * inv_std)[:, None]
    out += beta[:, None]
    return out.reshape(x.shape), BatchNormCache(centered, inv_std, gamma, training, running_mean, running_var)


def batch_norm_backward(dout, cache):
    """Gradients of batch_norm_forward; sums Σ and their means over the m = N·H·W values of a channel.

    dβ = Σ dout,  dγ = Σ dout x̂
    training: dx = γ/√(σ² + ε) (dout - dβ/m - x̂ dγ/m): the mean and the variance depend on x too;
    otherwise: dx = γ/√(σ² + ε) dout: the running statistics are constants

    dout: (N, C, ...). Returns dx (N, C, ...), dgamma (C,) and dbeta (C,). The running statistics have no gradient.
    """
    centered, inv_std, gamma, training, *_ = cache
    shapes("batch_norm_backward: dout (N, C, ...), gamma (C)", dout, gamma)
    dmaps = dout.reshape(centered.shape)
    dbeta = _sum(dmaps)
    dgamma = inv_std * _sum_products(dmaps, centered)
    scale = gamma * inv_std
    dx = dmaps * scale[:, None]
    if training:
        m = _count(dout)
        dx -= centered * (scale * inv_std * dgamma / m)[:, None]
        dx -= (scale * dbeta / m)[:, None]
    return dx.reshape(dout.shape), dgamma, dbeta


def layer_norm_forward(x, gamma, beta, eps=1e-5):
    """Normalize each sample alone, along its features. Nothing is shared by the batch: training and use are the same.

    out = γ x̂ + β,   x̂ = (x - μ) / √(σ² + ε) with the mean μ and the variance σ² of the last axis

    x: (..., D); gamma, beta: (D,). Returns out (..., D) and the cache (x̂, 1/√(σ² + ε), γ).
    Raises ValueError when the shapes disagree.
    Source: Ba, Kiros and Hinton, Layer Normalization, 2016.
    """
    shapes("layer_norm_forward: x (..., D), gamma (D), beta (D)", x, gamma, beta)
    eps = positive("layer_norm_forward", "eps", eps)
    centered = x - _mean(x)
    inv_std = 1 / np.sqrt(np.vecdot(centered, centered)[..., None] / x.shape[-1] + eps)
    x_hat = centered
    x_hat *= inv_std
    out = gamma * x_hat
    out += beta
    return out, (x_hat, inv_std, gamma)


def layer_norm_backward(dout, cache):
    """dx = 1/√(σ² + ε) (dx̂ - mean(dx̂) - x̂ mean(dx̂ x̂)) with dx̂ = γ dout; dγ = Σ dout x̂; dβ = Σ dout.

    The means run along the features, the sums over all the rest.
    dout: (..., D). Returns dx (..., D), dgamma (D,) and dbeta (D,).
    """
    x_hat, inv_std, gamma = cache
    same_shape("layer_norm_backward", dout=dout, x_hat=x_hat)
    d = len(gamma)
    rows, drows = x_hat.reshape(-1, d, 1), dout.reshape(-1, d, 1)
    dx = gamma * dout
    pull_std = np.vecdot(dx, x_hat)[..., None] / d
    dx -= _mean(dx)                 # what moves the mean of a row has no effect,
    dx -= x_hat * pull_std          # and neither has what stretches it
    dx *= inv_std
    return dx, _sum_products(drows, rows), _sum(drows)


def group_norm_forward(x, gamma, beta, groups, eps=1e-5):
    """Normalize each sample alone, over the places and the channels of a group.

    out = γ_c x̂ + β_c,   x̂ = (x - μ) / √(σ² + ε) with the mean μ and the variance σ² of a sample and a group of channels

    x: (N, C, ...), say (N, C, H, W); gamma, beta: (C,), one for each channel; groups: a divisor of C.
    Returns out (N, C, ...) and the cache. Raises ValueError when the shapes disagree or groups does not divide C.
    Source: Wu and He, Group Normalization, 2018.
    """
    n, c = shapes("group_norm_forward: x (N, C, ...), gamma (C), beta (C)", x, gamma, beta)
    option("group_norm_forward", "groups", groups, (lambda g: g > 0 and c % g == 0, f"a divisor of C = {c}"))
    eps = positive("group_norm_forward", "eps", eps)
    places, together = prod(x.shape[2:]), c // groups
    rows = x.reshape(n, groups, together * places)
    centered = rows - _mean(rows)
    inv_std = 1 / np.sqrt(np.vecdot(centered, centered) / rows.shape[2] + eps)
    centered, inv_std = centered.reshape(n, c, places), inv_std.repeat(together, axis=1)       # from groups to channels
    out = centered * (gamma * inv_std)[..., None]
    out += beta[:, None]
    return out.reshape(x.shape), (centered, inv_std, gamma, groups)


def group_norm_backward(dout, cache):
    """dx = 1/√(σ² + ε) (dx̂ - mean(dx̂) - x̂ mean(dx̂ x̂)) with dx̂ = γ_c dout; dγ_c = Σ dout x̂; dβ_c = Σ dout.

    The means run over a group, the sums over all samples and places of a channel.
    dout: (N, C, ...). Returns dx (N, C, ...), dgamma (C,) and dbeta (C,).
    """
    centered, inv_std, gamma, groups = cache
    n, c = shapes("group_norm_backward: dout (N, C, ...), gamma (C)", dout, gamma)
    dmaps = dout.reshape(centered.shape)
    places = dmaps.shape[2]
    mean_dout = _mean(dmaps)[..., 0]                                        # of each sample and channel, (N, C)
    mean_dout_x_hat = inv_std * np.vecdot(dmaps, centered) / places
    pull_mean = inv_std * _group_mean(gamma * mean_dout, groups)            # the two terms that the mean and
    pull_std = inv_std * _group_mean(gamma * mean_dout_x_hat, groups)       # the deviation of a group cause
    pull = centered * (inv_std * pull_std)[..., None]
    pull += pull_mean[..., None]
    dx = dmaps * (gamma * inv_std)[..., None]
    dx -= pull
    return dx.reshape(dout.shape), places * mean_dout_x_hat.sum(axis=0), places * mean_dout.sum(axis=0)


def instance_norm_forward(x, gamma, beta, eps=1e-5):
    """Normalize each channel of each sample alone, over its places: group normalization with groups of one channel.

    out = γ_c (x - μ) / √(σ² + ε) + β_c with the mean μ and the variance σ² of a channel of a sample

    x: (N, C, ...) with at least two places, say (N, C, H, W); gamma, beta: (C,). Returns out (N, C, ...) and the cache.
    Raises ValueError when the shapes disagree or x has a single place: its variance would be 0.
    Source: Ulyanov, Vedaldi and Lempitsky, Instance Normalization, 2016.
    """
    n, c = shapes("instance_norm_forward: x (N, C, ...), gamma (C), beta (C)", x, gamma, beta)
    option("instance_norm_forward", "the number of places", prod(x.shape[2:]), (lambda p: p > 1, "at least 2"))
    return group_norm_forward(x, gamma, beta, groups=c, eps=eps)


def instance_norm_backward(dout, cache):
    """dx (N, C, ...), dgamma = Σ dout x̂ (C,) and dbeta = Σ dout (C,), as for group_norm with one channel in each group."""
    return group_norm_backward(dout, cache)


def _mean(x):
    """The mean along the last axis of x (..., K), as a product with 1/K: several times faster than x.mean for short rows."""
    k = x.shape[-1]
    return x @ np.full((k, 1), 1 / k, dtype=x.dtype)


def _group_mean(a, groups):
    """The mean over the channels of each group, for every channel of the group: (N, C) -> (N, C)."""
    n, c = a.shape
    together = c // groups
    return (a.reshape(n, groups, together).sum(axis=2) / together).repeat(together, axis=1)


def _sum(a):
    """Σ a over all but the channels of a (N, C, L)."""
    return np.einsum("ncl->c", a)


def _sum_products(a, b):
    """Σ a b over all but the channels of a and b (N, C, L)."""
    return np.einsum("ncl,ncl->c", a, b)


def _count(x):
    """How many values of x (N, C, ...) share a channel's mean; fewer than two have no variance to learn from."""
    count = x.size // x.shape[1] if x.shape[1] else 0
    if count < 2:
        raise ValueError(f"batch_norm_forward: training needs at least two values for each channel: x.shape = {x.shape}")
    return count
