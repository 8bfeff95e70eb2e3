"""Layers of images (N, C, H, W)."""

import numpy as np

from dl_helpers.numpy.convolution import conv2d_backward, conv2d_forward
from dl_helpers.numpy.correlation import correlate_back
from dl_helpers.numpy.nn.layer import Layer, uniform
from dl_helpers.numpy.pooling import (
    avg_pool2d_backward,
    avg_pool2d_forward,
    global_avg_pool2d_backward,
    global_avg_pool2d_forward,
    max_pool2d_backward,
    max_pool2d_forward,
)

__all__ = ["AvgPool2d", "Conv2d", "Flatten", "GlobalAvgPool2d", "MaxPool2d"]


class Conv2d(Layer):
    """A convolution: (N, inputs, H, W) -> (N, outputs, OH, OW), with OH = ⌊(H + 2·padding - size) / stride⌋ + 1 undilated."""

    learned = ("w", "b")

    def __init__(self, inputs, outputs, size, rng, stride=1, padding=0, dilation=1, groups=1, dtype=np.float32):
        super().__init__(conv2d_forward, conv2d_backward, stride=stride, padding=padding, dilation=dilation, groups=groups)
        kh, kw = np.broadcast_to(size, 2)
        fan_in = inputs // groups * kh * kw
        self.w = uniform(rng, fan_in, outputs, inputs // groups, kh, kw, dtype=dtype)
        self.b = uniform(rng, fan_in, outputs, dtype=dtype)

    def backward_parameters(self, dout):
        x, _, _, windows, groups = self.remembered()
        _, self.dw = correlate_back(dout, windows, groups, x)
        self.db = dout.sum(axis=0).sum(axis=(1, 2))


class MaxPool2d(Layer):
    """The largest pixel of each window: (N, C, H, W) -> (N, C, OH, OW)."""

    def __init__(self, size=2, stride=None, padding=0):
        super().__init__(max_pool2d_forward, max_pool2d_backward, size=size, stride=stride, padding=padding)


class AvgPool2d(Layer):
    """The mean of each window: (N, C, H, W) -> (N, C, OH, OW)."""

    def __init__(self, size=2, stride=None, padding=0):
        super().__init__(avg_pool2d_forward, avg_pool2d_backward, size=size, stride=stride, padding=padding)


class GlobalAvgPool2d(Layer):
    """The mean of each channel: (N, C, H, W) -> (N, C)."""

    def __init__(self):
        super().__init__(global_avg_pool2d_forward, global_avg_pool2d_backward)


class Flatten(Layer):
    """(N, ...) -> (N, D): all numbers of a sample in one row."""

    def forward(self, x):
        self.cache = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dout):
        return dout.reshape(self.remembered())
