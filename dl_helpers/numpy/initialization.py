"""Initial weights: random enough to break symmetry, and of a size that keeps signals alive through depth.

    Var(out) = fan_in · Var(w) · Var(x)        forward, so Var(w) = 1 / fan_in keeps the variance;
    Var(dx) = fan_out · Var(w) · Var(dout)     backward, so Var(w) = 1 / fan_out does.

Two kinds of weights are known by their number of axes: affine (D, M) with fan_in = D and fan_out = M, and convolution
(F, C, KH, KW), or any (F, C, ...), with fan_in = C · KH · KW and fan_out = F · KH · KW. Biases begin at zero.

Each function takes the shape and a np.random.Generator, and returns an array of that shape and dtype (float64 by default).
"""

from math import prod, sqrt

import numpy as np

from dl_helpers.arguments import non_negative, option

__all__ = [
    "fans", "kaiming_normal", "kaiming_std", "kaiming_uniform", "lecun_normal", "lecun_uniform", "normal", "orthogonal",
    "xavier_normal", "xavier_uniform", "zeros",
]


def fans(shape):
    """(fan_in, fan_out): how many inputs feed an output of weights of this shape, and how many outputs an input feeds.

    fan_in = D, fan_out = M for (D, M);  fan_in = C · KH · KW, fan_out = F · KH · KW for (F, C, KH, KW)

    Raises ValueError for fewer than two axes: a bias has no fan.
    """
    option("fans", "shape", tuple(shape), (lambda s: len(s) >= 2, "(D, M) or (F, C, KH, KW): biases begin at zero"))
    if len(shape) == 2:
        return tuple(shape)
    filters, channels, *kernel = shape
    return channels * prod(kernel), filters * prod(kernel)


def zeros(shape, dtype=np.float64):
    """w = 0, of the given shape: right for biases; weights that are all equal stay all equal."""
    return np.zeros(shape, dtype=dtype)


def normal(shape, rng, std=0.01, dtype=np.float64):
    """w ~ N(0, std²), of the given shape."""
    non_negative("normal", "std", std)
    return (std * rng.standard_normal(shape)).astype(dtype)


def xavier_uniform(shape, rng, gain=1.0, dtype=np.float64):
    """w ~ U(-a, a), a = gain √(6 / (fan_in + fan_out)): the variance of xavier_normal. Source: see there."""
    return _uniform(shape, rng, gain * sqrt(2 / sum(fans(shape))), dtype)


def xavier_normal(shape, rng, gain=1.0, dtype=np.float64):
    """w ~ N(0, gain² · 2 / (fan_in + fan_out)): between what the forward and what the backward pass asks for.

    Source: Glorot and Bengio, Understanding the Difficulty of Training Deep Feedforward Neural Networks, 2010.
    """
    return normal(shape, rng, gain * sqrt(2 / sum(fans(shape))), dtype)


def kaiming_uniform(shape, rng, slope=0.0, mode="fan_in", dtype=np.float64):
    """w ~ U(-a, a), a = √(6 / ((1 + slope²) fan)): the variance of kaiming_normal. Source: see there."""
    return _uniform(shape, rng, kaiming_std("kaiming_uniform", shape, slope, mode), dtype)


def kaiming_normal(shape, rng, slope=0.0, mode="fan_in", dtype=np.float64):
    """w ~ N(0, 2 / ((1 + slope²) fan)): ReLU silences half of its inputs, and the 2 makes up for it.

    slope: of a leaky ReLU on its negative side; mode: "fan_in" keeps the size of activations, "fan_out" that of gradients.
    Source: He et al., Delving Deep into Rectifiers, 2015.
    """
    return normal(shape, rng, kaiming_std("kaiming_normal", shape, slope, mode), dtype)


def kaiming_std(name, shape, slope=0.0, mode="fan_in"):
    """√(2 / ((1 + slope²) fan)) for weights of this shape; name: the function to name in an error."""
    option(name, "mode", mode, ("fan_in", "fan_out"))
    fan_in, fan_out = fans(shape)
    return sqrt(2 / ((1 + slope**2) * (fan_in if mode == "fan_in" else fan_out)))


def lecun_uniform(shape, rng, dtype=np.float64):
    """w ~ U(-a, a), a = √(3 / fan_in): the variance of lecun_normal. Source: see there."""
    return _uniform(shape, rng, sqrt(1 / fans(shape)[0]), dtype)


def lecun_normal(shape, rng, dtype=np.float64):
    """w ~ N(0, 1 / fan_in): an output has the variance of the inputs. Source: LeCun et al., Efficient BackProp, 1998."""
    return normal(shape, rng, sqrt(1 / fans(shape)[0]), dtype)


def orthogonal(shape, rng, gain=1.0, dtype=np.float64):
    """w = gain · Q with orthonormal rows or columns, whichever are fewer. A square one keeps every length.

    Q comes from the decomposition A = Q R of a normal A; with the signs of R's diagonal moved into Q, every Q is equally
    likely. Convolution weights (F, C, KH, KW) count as a matrix (F, C · KH · KW).
    Source: Saxe, McClelland and Ganguli, Exact Solutions to the Nonlinear Dynamics of Learning, 2014.
    """
    fans(shape)
    rows, columns = shape[0], prod(shape[1:])
    q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diag(r))
    return (gain * (q if rows >= columns else q.T)).reshape(shape).astype(dtype)


def _uniform(shape, rng, std, dtype):
    """U(-a, a) with the standard deviation std = a / √3."""
    a = sqrt(3) * std
    return rng.uniform(-a, a, size=shape).astype(dtype)
