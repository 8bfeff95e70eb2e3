"""Larger images from smaller ones, without weights."""

import numpy as np

from dl_helpers.arguments import shapes
from dl_helpers.numpy.lattice import blocks, sublattices
from dl_helpers.windows import pair

__all__ = ["upsample_bilinear_backward", "upsample_bilinear_forward", "upsample_nearest_backward", "upsample_nearest_forward"]


def upsample_nearest_forward(x, scale=2):
    """Every pixel becomes a block of scale × scale pixels.

    out[n, c, y, x] = x[n, c, ⌊y / scale⌋, ⌊x / scale⌋]

    x: (N, C, H, W); scale: an integer, or a pair (height, width). Returns out (N, C, H·scale, W·scale) and the cache.
    """
    n, c, h, w = shapes("upsample_nearest_forward: x (N, C, H, W)", x)
    sh, sw = scale = pair("upsample_nearest_forward", "scale", scale)
    out = np.empty((n, c, h * sh, w * sw), x.dtype)
    for samples in blocks(n, out[:1].nbytes):
        for _, _, pixels in sublattices(out[samples], scale):
            pixels[...] = x[samples]
    return out, (x.shape, scale)


def upsample_nearest_backward(dout, cache):
    """dx = Σ dout over the block that the pixel became; dout (N, C, H·scale, W·scale), dx (N, C, H, W)."""
    (n, c, h, w), (sh, sw) = shape, scale = cache
    shapes(f"upsample_nearest_backward: dout ({n}, {c}, {h * sh}, {w * sw})", dout)
    dx = np.zeros(shape, dout.dtype)
    for samples in blocks(n, dout[:1].nbytes):
        for _, _, pixels in sublattices(dout[samples], scale):
            dx[samples] += pixels
    return dx


def upsample_bilinear_forward(x, scale=2):
    """Every new pixel is a mean of the four old ones around it, weighted by how near they are.

    out = A_H x A_Wᵀ: row y of A_H holds the weights 1 - t and t of the old rows around position (y + ½) / scale - ½,
    t being its fraction. Beyond the border the outermost pixel goes on. (torch: align_corners=False.)

    x: (N, C, H, W); scale: an integer, or a pair (height, width). Returns out (N, C, H·scale, W·scale) and the cache.
    """
    shapes("upsample_bilinear_forward: x (N, C, H, W)", x)
    scale = pair("upsample_bilinear_forward", "scale", scale)
    rows, columns = (_interpolation(size, s, x.dtype) for size, s in zip(x.shape[2:], scale))
    return rows @ (x @ columns.T), (rows, columns)


def upsample_bilinear_backward(dout, cache):
    """dx = A_Hᵀ dout A_W: a linear map goes back by its transpose; dout (N, C, H·scale, W·scale), dx (N, C, H, W)."""
    rows, columns = cache
    shapes(f"upsample_bilinear_backward: dout (N, C, {len(rows)}, {len(columns)})", dout)
    return rows.T @ dout @ columns


def _interpolation(size, scale, dtype):
    """The matrix (size·scale, size) that interpolates along one axis; each row sums to 1."""
    position = np.maximum((np.arange(size * scale) + 0.5) / scale - 0.5, 0)
    lower = position.astype(int)
    upper = np.minimum(lower + 1, size - 1)
    matrix = np.zeros((size * scale, size), dtype)
    each = np.arange(size * scale)
    matrix[each, lower] = 1 - (position - lower)
    matrix[each, upper] += position - lower
    return matrix
