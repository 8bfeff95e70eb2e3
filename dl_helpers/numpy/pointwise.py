"""The 1×1 convolution: the same affine map at every pixel, out = w x + b. An image is its own matrix of columns, (C, H·W)."""

import numpy as np


def suits(windows, groups):
    """Whether each output cell sees one pixel, all of them in their order, none left over (as by an output padding)."""
    plain = windows.kernel == windows.stride == (1, 1) and windows.padding == (0, 0) and groups == 1
    return plain and windows.size == windows.output


def correlate(x, w, b):
    """out = w x + b at every pixel: x (N, C, H, W), w (F, C, 1, 1), b (F,), out (N, F, H, W)."""
    out = np.matmul(w[:, :, 0, 0], _columns(x))
    out += b[:, None]
    return out.reshape(len(x), len(w), *x.shape[2:])


def correlate_back(dout, x, w):
    """dx = wᵀ dout where w is given, dw = Σ_n dout xᵀ where x is given."""
    dx = dw = None
    if w is not None:
        dx = np.matmul(w[:, :, 0, 0].T, _columns(dout)).reshape(len(dout), w.shape[1], *dout.shape[2:])
    if x is not None:
        dw = np.zeros((dout.shape[1], x.shape[1], 1, 1), x.dtype)
        for sample, dsample in zip(_columns(x), _columns(dout)):
            dw[:, :, 0, 0] += dsample @ sample.T
    return dx, dw


def _columns(x):
    return x.reshape(*x.shape[:2], x.shape[2] * x.shape[3])
