"""Activation functions on torch tensors. Where torch has a kernel for the backward formula, it is called by name."""

import torch
import torch.nn.functional as F

from dl_helpers.arguments import fraction, non_negative, option, same_shape, shapes
from dl_helpers.torch.kernels import aten

__all__ = [
    "elu_backward", "elu_forward", "gelu_backward", "gelu_forward", "leaky_relu_backward", "leaky_relu_forward",
    "maxout_backward", "maxout_forward", "prelu_backward", "prelu_forward", "relu_backward", "relu_forward",
    "sigmoid_backward", "sigmoid_forward", "softplus_backward", "softplus_forward", "tanh_backward", "tanh_forward",
]


def relu_forward(x):
    """out = max(x, 0) for x (...); returns out (...) and the cache out."""
    shapes("relu_forward: x (...)", x)
    out = torch.relu(x)
    return out, out


def relu_backward(dout, cache):
    """dx = dout where x > 0, else 0, of the shape (...) of x."""
    out = cache
    same_shape("relu_backward", dout=dout, out=out)
    return aten.threshold_backward(dout, out, 0)


def leaky_relu_forward(x, slope=0.01):
    """out = x where x > 0, else slope · x, for x (...) and a slope in [0, 1]; returns out (...) and the cache (x, slope)."""
    shapes("leaky_relu_forward: x (...)", x)
    slope = fraction("leaky_relu_forward", "slope", slope)
    return F.leaky_relu(x, slope), (x, slope)


def leaky_relu_backward(dout, cache):
    """dx = dout where x > 0, else slope · dout, of the shape (...) of x."""
    x, slope = cache
    same_shape("leaky_relu_backward", dout=dout, x=x)
    return aten.leaky_relu_backward(dout, x, slope, False)


def prelu_forward(x, slope):
    """out = x where x > 0, else slope_c · x, for x (N, C, ...) and slope (C,); returns out and the cache (x, slope)."""
    shapes("prelu_forward: x (N, C, ...), slope (C)", x, slope)
    return F.prelu(x, slope), (x, slope)


def prelu_backward(dout, cache):
    """dx = dout where x > 0, else slope_c · dout, (N, C, ...); dslope_c = Σ dout · min(x, 0) of the channel, (C,)."""
    x, slope = cache
    same_shape("prelu_backward", dout=dout, x=x)
    dx, dslope = aten._prelu_kernel_backward(dout, x, slope.reshape(-1, *(1,) * (x.ndim - 2)))
    return dx, dslope.sum(dim=(0, *range(2, x.ndim)))


def elu_forward(x, alpha=1.0):
    """out = x where x > 0, else α (eˣ - 1), for x (...) and α ≥ 0; returns out (...) and the cache (out, alpha)."""
    shapes("elu_forward: x (...)", x)
    alpha = non_negative("elu_forward", "alpha", alpha)
    out = F.elu(x, alpha)
    return out, (out, alpha)


def elu_backward(dout, cache):
    """dx = dout where x > 0, else dout · (out + α), of the shape (...) of x."""
    out, alpha = cache
    same_shape("elu_backward", dout=dout, out=out)
    return aten.elu_backward(dout, alpha, 1, 1, True, out)


def softplus_forward(x):
    """out = log(1 + eˣ) = max(x, 0) + log(1 + e^-|x|) for x (...); returns out (...) and the cache x."""
    shapes("softplus_forward: x (...)", x)
    return F.softplus(x, threshold=_FAR), x


def softplus_backward(dout, cache):
    """dx = dout · σ(x), of the shape (...) of x."""
    x = cache
    same_shape("softplus_backward", dout=dout, x=x)
    return aten.softplus_backward(dout, x, 1, _FAR)


def sigmoid_forward(x):
    """out = σ(x) = 1 / (1 + e⁻ˣ) for x (...); returns out (...) and the cache out."""
    shapes("sigmoid_forward: x (...)", x)
    out = torch.sigmoid(x)
    return out, out


def sigmoid_backward(dout, cache):
    """dx = dout · σ(x) (1 - σ(x)), of the shape (...) of x."""
    out = cache
    same_shape("sigmoid_backward", dout=dout, out=out)
    return aten.sigmoid_backward(dout, out)


def tanh_forward(x):
    """out = tanh(x) for x (...); returns out (...) and the cache out."""
    shapes("tanh_forward: x (...)", x)
    out = torch.tanh(x)
    return out, out


def tanh_backward(dout, cache):
    """dx = dout · (1 - tanh(x)²), of the shape (...) of x."""
    out = cache
    same_shape("tanh_backward", dout=dout, out=out)
    return aten.tanh_backward(dout, out)


def gelu_forward(x, approximate="none"):
    """out = x Φ(x) for x (...), Φ the normal distribution or its "tanh" approximation; returns out and the cache."""
    shapes("gelu_forward: x (...)", x)
    option("gelu_forward", "approximate", approximate, ("none", "tanh"))
    return F.gelu(x, approximate=approximate), (x, approximate)


def gelu_backward(dout, cache):
    """dx = dout · (Φ(x) + x Φ'(x)), of the shape (...) of x."""
    x, approximate = cache
    same_shape("gelu_backward", dout=dout, x=x)
    return aten.gelu_backward(dout, x.clamp(-_FAR, _FAR), approximate=approximate)


def maxout_forward(x, pieces=2):
    """out[:, m] = max_k x[:, k M + m] for x (N, pieces · M, ...); returns out (N, M, ...) and the cache."""
    n, columns = shapes("maxout_forward: x (N, C, ...)", x)
    option("maxout_forward", "pieces", pieces, (lambda k: k > 0 and columns % k == 0, f"a divisor of C = {columns}"))
    x = x.reshape(n, pieces, columns // pieces, *x.shape[2:])
    out = x.amax(dim=1)
    return out, (x, out)


def maxout_backward(dout, cache):
    """dx[:, k M + m] = dout[:, m] for the largest piece k, else 0, (N, pieces · M, ...); equal pieces share it."""
    x, out = cache
    same_shape("maxout_backward", dout=dout, out=out)
    largest = x == out[:, None]
    share = dout / largest.sum(dim=1)
    return (largest * share[:, None]).flatten(1, 2)


_FAR = 40.0     # beyond it Φ is 0 or 1 and log(1 + eˣ) is x to the last digit, and powers of x would overflow
