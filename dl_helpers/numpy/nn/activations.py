"""Activation layers: the functions of `dl_helpers.numpy.activations`, of the shape that comes in."""

import numpy as np

from dl_helpers.numpy import activations as f
from dl_helpers.numpy.nn.layer import Layer

__all__ = ["ELU", "GELU", "LeakyReLU", "Maxout", "PReLU", "ReLU", "Sigmoid", "Softplus", "Tanh"]


class ReLU(Layer):
    """out = max(x, 0)"""

    def __init__(self):
        super().__init__(f.relu_forward, f.relu_backward)


class LeakyReLU(Layer):
    """out = x where x > 0, else slope · x"""

    def __init__(self, slope=0.01):
        super().__init__(f.leaky_relu_forward, f.leaky_relu_backward, slope=slope)


class PReLU(Layer):
    """out = x where x > 0, else slope_c · x, with a slope for each channel that is learned: (N, channels, ...)"""

    learned = ("slope",)

    def __init__(self, channels, start=0.25, dtype=np.float32):
        super().__init__(f.prelu_forward, f.prelu_backward)
        self.slope = np.full(channels, start, dtype)


class ELU(Layer):
    """out = x where x > 0, else α (eˣ - 1)"""

    def __init__(self, alpha=1.0):
        super().__init__(f.elu_forward, f.elu_backward, alpha=alpha)


class Softplus(Layer):
    """out = log(1 + eˣ)"""

    def __init__(self):
        super().__init__(f.softplus_forward, f.softplus_backward)


class Sigmoid(Layer):
    """out = 1 / (1 + e⁻ˣ)"""

    def __init__(self):
        super().__init__(f.sigmoid_forward, f.sigmoid_backward)


class Tanh(Layer):
    """out = tanh x"""

    def __init__(self):
        super().__init__(f.tanh_forward, f.tanh_backward)


class GELU(Layer):
    """out = x Φ(x), with Φ the distribution function of the normal distribution"""

    def __init__(self, approximate="none"):
        super().__init__(f.gelu_forward, f.gelu_backward, approximate=approximate)


class Maxout(Layer):
    """out = the largest of every `pieces` channels"""

    def __init__(self, pieces=2):
        super().__init__(f.maxout_forward, f.maxout_backward, pieces=pieces)
