"""Initial weights as torch tensors, with the fan rules of dl_helpers.numpy.initialization.

Weights of `affine` are (D, M) here, so fan_in = D. (torch.nn.Linear keeps them as (M, D): its fans are the other way round.)
Each function takes the shape and a torch.Generator, and returns a tensor of that shape and dtype on the generator's device.
"""

from math import prod, sqrt

import torch

from dl_helpers.arguments import non_negative
from dl_helpers.numpy.initialization import fans, kaiming_std

__all__ = [
    "fans", "kaiming_normal", "kaiming_std", "kaiming_uniform", "lecun_normal", "lecun_uniform", "normal", "orthogonal",
    "xavier_normal", "xavier_uniform", "zeros",
]


def zeros(shape, dtype=torch.float64, device=None):
    """w = 0, of the given shape."""
    return torch.zeros(shape, dtype=dtype, device=device)


def normal(shape, rng, std=0.01, dtype=torch.float64):
    """w ~ N(0, std²), of the given shape."""
    non_negative("normal", "std", std)
    return std * torch.randn(shape, generator=rng, dtype=dtype, device=rng.device)


def xavier_uniform(shape, rng, gain=1.0, dtype=torch.float64):
    """w ~ U(-a, a), a = gain √(6 / (fan_in + fan_out))."""
    return _uniform(shape, rng, gain * sqrt(2 / sum(fans(shape))), dtype)


def xavier_normal(shape, rng, gain=1.0, dtype=torch.float64):
    """w ~ N(0, gain² · 2 / (fan_in + fan_out))."""
    return normal(shape, rng, gain * sqrt(2 / sum(fans(shape))), dtype)


def kaiming_uniform(shape, rng, slope=0.0, mode="fan_in", dtype=torch.float64):
    """w ~ U(-a, a), a = √(6 / ((1 + slope²) fan)) with the fan of the mode, "fan_in" or "fan_out"."""
    return _uniform(shape, rng, kaiming_std("kaiming_uniform", shape, slope, mode), dtype)


def kaiming_normal(shape, rng, slope=0.0, mode="fan_in", dtype=torch.float64):
    """w ~ N(0, 2 / ((1 + slope²) fan)) with the fan of the mode, "fan_in" or "fan_out"."""
    return normal(shape, rng, kaiming_std("kaiming_normal", shape, slope, mode), dtype)


def lecun_uniform(shape, rng, dtype=torch.float64):
    """w ~ U(-a, a), a = √(3 / fan_in)."""
    return _uniform(shape, rng, sqrt(1 / fans(shape)[0]), dtype)


def lecun_normal(shape, rng, dtype=torch.float64):
    """w ~ N(0, 1 / fan_in)."""
    return normal(shape, rng, sqrt(1 / fans(shape)[0]), dtype)


def orthogonal(shape, rng, gain=1.0, dtype=torch.float64):
    """w = gain · Q with orthonormal rows or columns, whichever are fewer; (F, C, KH, KW) counts as (F, C · KH · KW)."""
    fans(shape)
    rows, columns = shape[0], prod(shape[1:])
    a = torch.randn(max(rows, columns), min(rows, columns), generator=rng, dtype=dtype, device=rng.device)
    q, r = torch.linalg.qr(a)
    q = q * r.diagonal().sign()
    return (gain * (q if rows >= columns else q.T)).reshape(shape)


def _uniform(shape, rng, std, dtype):
    """U(-a, a) with the standard deviation std = a / √3."""
    a = sqrt(3) * std
    return a * (2 * torch.rand(shape, generator=rng, dtype=dtype, device=rng.device) - 1)
