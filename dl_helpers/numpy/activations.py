r"""Activation functions: what stands between two affine layers, so that together they are more than one affine layer.

All act on each entry alone, on arrays of any shape (...); prelu and maxout also know which axis holds the channels.

Some are written for speed; the same mathematics in its plainest form then stands beside them as NAME_forward_naive.
One fact of NumPy explains most of the differences: `np.clip` between two numbers and a multiplication by a mask run several
times faster than `np.maximum` with a number and `np.where`.
"""

from math import prod

import numpy as np
from scipy.special import erf

from dl_helpers.arguments import fraction, non_negative, option, same_shape, shapes

__all__ = [
    "elu_backward", "elu_forward", "gelu_backward", "gelu_forward", "leaky_relu_backward", "leaky_relu_forward",
    "maxout_backward", "maxout_forward", "prelu_backward", "prelu_forward", "relu_backward", "relu_forward",
    "sigmoid_backward", "sigmoid_forward", "softplus_backward", "softplus_forward", "tanh_backward", "tanh_forward",
]


def relu_forward(x):
    """The rectified linear unit.

    out = max(x, 0)

    x: (...). Returns out (...) and the cache out.
    Source: Nair and Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines, 2010.
    """
    shapes("relu_forward: x (...)", x)
    out = np.clip(x, 0, np.inf)
    return out, out


def relu_forward_naive(x):
    """out = max(x, 0)."""
    out = np.maximum(x, 0)
    return out, out


def relu_backward(dout, cache):
    """dx = dout where x > 0, else 0, of the shape (...) of x. The output tells where x > 0. At the kink dx = 0."""
    out = cache
    same_shape("relu_backward", dout=dout, out=out)
    return dout * (out > 0)


def leaky_relu_forward(x, slope=0.01):
    """A rectified linear unit that never dies: it keeps a small slope for negative inputs.

    out = x where x > 0, else slope · x    (for a slope ≤ 1 that is max(x, slope · x))

    x: (...); slope: a number in [0, 1]. Returns out (...) and the cache (x, slope).
    Source: Maas, Hannun and Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013.
    """
    shapes("leaky_relu_forward: x (...)", x)
    slope = fraction("leaky_relu_forward", "slope", slope)
    return np.maximum(x, slope * x), (x, slope)


def leaky_relu_backward(dout, cache):
    """dx = dout where x > 0, else slope · dout, of the shape (...) of x."""
    x, slope = cache
    same_shape("leaky_relu_backward", dout=dout, x=x)
    return dout * _one_or(slope, x)


def prelu_forward(x, slope):
    """A leaky rectified linear unit whose slopes are learned, one for each channel.

    out = x where x > 0, else slope_c · x

    x: (N, C, ...); slope: (C,). Returns out (N, C, ...) and the cache (x, slope).
    Source: He et al., Delving Deep into Rectifiers, 2015.
    """
    shapes("prelu_forward: x (N, C, ...), slope (C)", x, slope)
    return np.clip(x, 0, np.inf) + _along_channels(slope, x) * np.clip(x, -np.inf, 0), (x, slope)


def prelu_forward_naive(x, slope):
    """out = x where x > 0, else slope_c · x."""
    return np.where(x > 0, x, _along_channels(slope, x) * x), (x, slope)


def prelu_backward(dout, cache):
    """dx = dout where x > 0, else slope_c · dout; dslope_c = Σ dout · min(x, 0) over everything but the channels.

    dout: (N, C, ...). Returns dx (N, C, ...) and dslope (C,): a slope is shared by all samples and places, so it sums.
    """
    x, slope = cache
    same_shape("prelu_backward", dout=dout, x=x)
    n, c, *places = x.shape
    dslope = np.einsum("ncp,ncp->c", *(a.reshape(n, c, prod(places)) for a in (dout, np.clip(x, -np.inf, 0))))
    return dout * _one_or(_along_channels(slope, x), x), dslope


def elu_forward(x, alpha=1.0):
    """The exponential linear unit: the identity for positive inputs, a soft floor at -α for negative ones.

    out = x where x > 0, else α (eˣ - 1)

    x: (...); alpha: α ≥ 0. Returns out (...) and the cache (out, alpha).
    Source: Clevert, Unterthiner and Hochreiter, Fast and Accurate Deep Network Learning by ELUs, 2016.
    """
    shapes("elu_forward: x (...)", x)
    alpha = non_negative("elu_forward", "alpha", alpha)
    out = np.clip(x, 0, np.inf) + alpha * np.expm1(np.clip(x, -np.inf, 0))   # expm1(x) = eˣ - 1, right for a small x too
    return out, (out, alpha)


def elu_forward_naive(x, alpha=1.0):
    """out = x where x > 0, else α (eˣ - 1)."""
    out = np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))
    return out, (out, alpha)


def elu_backward(dout, cache):
    """dx = dout where x > 0, else dout · α eˣ = dout · (out + α), of the shape (...) of x."""
    out, alpha = cache
    same_shape("elu_backward", dout=dout, out=out)
    slope = np.clip(out, -np.inf, 0) + alpha        # right for α = 1, where the slope has no jump at 0
    if alpha != 1:
        slope += (out > 0) * out.dtype.type(1 - alpha)
    return dout * slope


def softplus_forward(x):
    """A smooth rectified linear unit, and the integral of the sigmoid.

    out = log(1 + eˣ) = max(x, 0) + log(1 + e^-|x|)

    x: (...). Returns out (...) and the cache out. The second form cannot overflow, and is the one computed.
    Source: Dugas et al., Incorporating Second-Order Functional Knowledge for Better Option Pricing, 2001.
    """
    shapes("softplus_forward: x (...)", x)
    out = np.clip(x, 0, np.inf) + np.log1p(np.exp(-np.abs(x)))
    return out, out


def softplus_forward_naive(x):
    """out = log(1 + eˣ)."""
    out = np.log(1 + np.exp(x))
    return out, out


def softplus_backward(dout, cache):
    """dx = dout · σ(x) = dout · (1 - e^-out), of the shape (...) of x."""
    out = cache
    same_shape("softplus_backward", dout=dout, out=out)
    return dout * -np.expm1(-out)       # 1 - e^-out without losing the digits of a small output


def sigmoid_forward(x):
    """The logistic function, which squashes a score into a probability.

    out = σ(x) = 1 / (1 + e⁻ˣ)

    x: (...). Returns out (...) and the cache out.
    """
    shapes("sigmoid_forward: x (...)", x)
    with np.errstate(over="ignore"):    # far to the left e⁻ˣ is infinite, and 1/∞ = 0 is the right answer
        out = 1 / (1 + np.exp(-x))
    return out, out


def sigmoid_backward(dout, cache):
    """dx = dout · σ(x) (1 - σ(x)), of the shape (...) of x: at most a quarter of dout."""
    out = cache
    same_shape("sigmoid_backward", dout=dout, out=out)
    return dout * (out * (1 - out))


def tanh_forward(x):
    """The hyperbolic tangent, a sigmoid centred at zero.

    out = tanh(x) = 2 σ(2x) - 1

    x: (...). Returns out (...) and the cache out.
    """
    shapes("tanh_forward: x (...)", x)
    out = np.tanh(x)
    return out, out


def tanh_backward(dout, cache):
    """dx = dout · (1 - tanh(x)²), of the shape (...) of x."""
    out = cache
    same_shape("tanh_backward", dout=dout, out=out)
    return dout * (1 - out * out)


def gelu_forward(x, approximate="none"):
    """The Gaussian error linear unit: x times the probability that a standard normal number is smaller than x.

    out = x Φ(x),  Φ(x) = ½ (1 + erf(x/√2));   approximate="tanh": Φ(x) ≈ ½ (1 + tanh(√(2/π) (x + 0.044715 x³)))

    x: (...). Returns out (...) and the cache (x, Φ(x), approximate).
    Source: Hendrycks and Gimpel, Gaussian Error Linear Units, 2016.
    """
    shapes("gelu_forward: x (...)", x)
    option("gelu_forward", "approximate", approximate, ("none", "tanh"))
    cdf = _tanh_cdf(x, _GELU_TANH) if approximate == "tanh" else _normal_cdf(x)
    return x * cdf, (x, cdf, approximate)


def gelu_forward_naive(x, approximate="none"):
    """out = x Φ(x)."""
    z = erf(x / np.sqrt(2)) if approximate == "none" else np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))
    cdf = ((1 + z) / 2).astype(x.dtype)
    return x * cdf, (x, cdf, approximate)


def gelu_backward(dout, cache):
    """dx = dout · (Φ(x) + x Φ'(x)), of the shape (...) of x, with the normal density Φ'(x) = e^(-x²/2) / √(2π).

    For the tanh form Φ' = 2 Φ (1 - Φ) · √(2/π) (1 + 3 · 0.044715 x²), because tanh' = 1 - tanh² and tanh = 2Φ - 1.
    """
    x, cdf, approximate = cache
    same_shape("gelu_backward", dout=dout, x=x)
    near = np.clip(x, -_FAR, _FAR)
    square = near * near
    if approximate == "tanh":
        density = 2 * cdf * (1 - cdf) * (_GELU_TANH[0] + 3 * _GELU_TANH[1] * square)
    else:
        density = np.exp(-0.5 * square) * _PEAK
    return dout * (cdf + near * density)


def maxout_forward(x, pieces=2):
    """The largest of several affine maps: a convex function that is learned instead of chosen.

    out[:, m] = max_k x[:, k M + m],  k = 0 ... pieces - 1

    x: (N, pieces · M, ...) the maps side by side, as affine_forward makes them from the weights [w₀ w₁ ...].
    Returns out (N, M, ...) and the cache. Raises ValueError when the number of columns is no multiple of pieces.
    Source: Goodfellow et al., Maxout Networks, 2013.
    """
    n, columns = shapes("maxout_forward: x (N, C, ...)", x)
    option("maxout_forward", "pieces", pieces, (lambda k: k > 0 and columns % k == 0, f"a divisor of C = {columns}"))
    x = x.reshape(n, pieces, columns // pieces, *x.shape[2:])
    out = x.max(axis=1)
    return out, (x, out)


def maxout_backward(dout, cache):
    """dx[:, k M + m] = dout[:, m] for the piece k that is the largest, else 0, of the shape (N, pieces · M, ...) of x.

    Pieces that share the largest value share the gradient.
    """
    x, out = cache
    same_shape("maxout_backward", dout=dout, out=out)
    n, k, m, *rest = x.shape
    largest = x == out[:, None]
    share = dout / largest.sum(axis=1, dtype=x.dtype)
    return (largest * share[:, None]).reshape(n, k * m, *rest)


def _normal_cdf(x):
    """Φ(x) = ½ (1 + erf(x/√2)) for x (...).

    NumPy has a fast tanh and no erf. So float32 takes ½ (1 + tanh(x P(x²))), with so many terms that the error is below 1e-7,
    which is what float32 can resolve near 1; float64 takes SciPy's erf.
    """
    if x.dtype == np.float32:
        return _tanh_cdf(x, _NORMAL)
    return 0.5 * (1 + erf(x * np.sqrt(0.5)))


def _tanh_cdf(x, polynomial):
    """½ (1 + tanh(x P(x²))) for x (...), the polynomial P by Horner's rule."""
    near = np.clip(x, -_FAR, _FAR)
    square = near * near
    p = polynomial[-1]
    for coefficient in polynomial[-2::-1]:
        p = p * square
        p += coefficient
    return 0.5 * (1 + np.tanh(near * p))


# P for Φ(x) ≈ ½ (1 + tanh(x P(x²))): the two terms of the paper on GELU; and seven, fitted for the smallest largest error in Φ.
_GELU_TANH = (float(np.sqrt(2 / np.pi)), float(np.sqrt(2 / np.pi)) * 0.044715)
_NORMAL = (0.797884941, 0.0363330844, -3.25947435e-05, -5.53063172e-05, 3.96477324e-06, -1.32266285e-07, 1.75627761e-09)
_PEAK = 1 / float(np.sqrt(2 * np.pi))
_FAR = 40.0     # out here the density is 0 and Φ is 0 or 1 to the last digit; further out the powers of x would overflow


def _one_or(slope, x):
    """1 where x > 0, else the slope: a number, or an array that broadcasts against x (...)."""
    factor = (x > 0) * np.asarray(1 - slope, dtype=x.dtype)
    factor += slope
    return factor


def _along_channels(slope, x):
    return slope.reshape(-1, *(1,) * (x.ndim - 2))
