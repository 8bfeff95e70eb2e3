"""Convolution and pooling as they are defined: loops over every index of the formula. Slow, and plain to read.

The tests hold the fast operations of `convolution` and `pooling` equal to these.
"""

import numpy as np

from dl_helpers.windows import conv_windows, pool_windows

__all__ = [
    "avg_pool2d_backward_naive", "avg_pool2d_forward_naive", "conv2d_backward_naive", "conv2d_forward_naive",
    "max_pool2d_backward_naive", "max_pool2d_forward_naive",
]  # fmt: skip


def conv2d_forward_naive(x, w, b, stride=1, padding=0):
    """out[n, f, y, x] = b[f] + Σ_{c,i,j} w[f, c, i, j] padded[n, c, y·stride + i, x·stride + j].

    x: (N, C, H, W); w: (F, C, KH, KW); b: (F,); stride and padding: integers. Returns out (N, F, OH, OW) and the cache.
    """
    oh, ow = conv_windows("conv2d_forward_naive", x, w, b, stride, padding, dilation=1, groups=1).output
    n_samples, (n_filters, _, kh, kw) = len(x), w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    out = np.zeros((n_samples, n_filters, oh, ow), x.dtype)
    for n in range(n_samples):
        for f in range(n_filters):
            for y in range(oh):
                for z in range(ow):
                    window = padded[n, :, y * stride:y * stride + kh, z * stride:z * stride + kw]
                    out[n, f, y, z] = np.sum(window * w[f]) + b[f]
    return out, (padded, w, stride, padding)


def conv2d_backward_naive(dout, cache):
    """Each window: dpadded += w · dout, dw += padded · dout, db += dout; dx (N, C, H, W) is dpadded without its border."""
    padded, w, stride, padding = cache
    (n_samples, n_filters, oh, ow), (kh, kw) = dout.shape, w.shape[2:]
    dpadded, dw, db = np.zeros_like(padded), np.zeros_like(w), np.zeros(n_filters, w.dtype)
    for n in range(n_samples):
        for f in range(n_filters):
            for y in range(oh):
                for z in range(ow):
                    window = (n, slice(None), slice(y * stride, y * stride + kh), slice(z * stride, z * stride + kw))
                    dpadded[window] += w[f] * dout[n, f, y, z]
                    dw[f] += padded[window] * dout[n, f, y, z]
                    db[f] += dout[n, f, y, z]
    h, width = padded.shape[2] - 2 * padding, padded.shape[3] - 2 * padding
    return dpadded[:, :, padding:padding + h, padding:padding + width], dw, db


def max_pool2d_forward_naive(x, size=2, stride=None):
    """out[n, c, y, x] = max over the window; x (N, C, H, W), out (N, C, OH, OW). Returns out and the cache."""
    stride = size if stride is None else stride
    out = np.zeros((*x.shape[:2], *pool_windows("max_pool2d_forward_naive", x, size, stride, 0).output), x.dtype)
    for n, c, y, z in np.ndindex(out.shape):
        out[n, c, y, z] = x[n, c, y * stride:y * stride + size, z * stride:z * stride + size].max()
    return out, (x, size, stride)


def max_pool2d_backward_naive(dout, cache):
    """dx[the first pixel of the window that equals its maximum] += dout; dout (N, C, OH, OW), dx (N, C, H, W)."""
    x, size, stride = cache
    dx = np.zeros_like(x)
    for n, c, y, z in np.ndindex(dout.shape):
        window = x[n, c, y * stride:y * stride + size, z * stride:z * stride + size]
        i, j = np.unravel_index(window.argmax(), window.shape)
        dx[n, c, y * stride + i, z * stride + j] += dout[n, c, y, z]
    return dx


def avg_pool2d_forward_naive(x, size=2, stride=None):
    """out[n, c, y, x] = the mean of the window; x (N, C, H, W), out (N, C, OH, OW). Returns out and the cache."""
    stride = size if stride is None else stride
    out = np.zeros((*x.shape[:2], *pool_windows("avg_pool2d_forward_naive", x, size, stride, 0).output), x.dtype)
    for n, c, y, z in np.ndindex(out.shape):
        out[n, c, y, z] = x[n, c, y * stride:y * stride + size, z * stride:z * stride + size].mean()
    return out, (x.shape, size, stride)


def avg_pool2d_backward_naive(dout, cache):
    """dx[the window] += dout / size², for each window; dout (N, C, OH, OW), dx (N, C, H, W)."""
    shape, size, stride = cache
    dx = np.zeros(shape, dout.dtype)
    for n, c, y, z in np.ndindex(dout.shape):
        dx[n, c, y * stride:y * stride + size, z * stride:z * stride + size] += dout[n, c, y, z] / size**2
    return dx
