"""Pooling: a window of pixels becomes one; and unpooling, which undoes it as far as it can be undone."""

import numpy as np

from dl_helpers.arguments import option, shapes
from dl_helpers.numpy.lattice import blocks
from dl_helpers.windows import pool_windows, unpool_size

__all__ = [
    "avg_pool2d_backward", "avg_pool2d_forward", "global_avg_pool2d_backward", "global_avg_pool2d_forward",
    "max_pool2d_backward", "max_pool2d_forward", "max_pool2d_indices", "max_unpool2d_backward", "max_unpool2d_forward",
]  # fmt: skip


def max_pool2d_forward(x, size=2, stride=None, padding=0):
    """The largest pixel of each window.

    out[n, c, y, x] = max_{i,j} padded[n, c, y·stride + i, x·stride + j]

    x: (N, C, H, W); size of the window, stride (as large as the window by default) and padding: a number, or a pair (height,
    width). The padding is -∞ and never wins. Of equal pixels the first wins, row by row.
    Returns out (N, C, OH, OW), OH = ⌊(H + 2·padding - size) / stride⌋ + 1, and the cache: which pixel won each window.
    Raises ValueError when the window is larger than the padded images.
    """
    windows = pool_windows("max_pool2d_forward", x, size, stride, padding)
    out = np.full((*x.shape[:2], *windows.output), -np.inf, x.dtype)
    winner = np.zeros(out.shape, np.min_scalar_type(windows.kernel[0] * windows.kernel[1]))
    for samples in blocks(len(x), x[:1].nbytes):
        best, best_number = out[samples], winner[samples]
        for number, tap in enumerate(_taps(_pad(x[samples], windows, -np.inf), windows)):
            larger = tap > best
            np.maximum(best, tap, out=best)
            np.maximum(best_number, larger * winner.dtype.type(number), out=best_number)     # the last that was larger
    return out, (winner, windows)


def max_pool2d_backward(dout, cache):
    """dx[the pixel that won] += dout, and 0 for all others: max routes the gradient.

    dout: (N, C, OH, OW). Returns dx (N, C, H, W); a pixel that won several overlapping windows collects from all.
    """
    winner, windows = cache
    _check_dout("max_pool2d_backward", dout, winner.shape)
    return _spread(lambda samples, number: dout[samples] * (winner[samples] == number), dout, windows)


def max_pool2d_indices(cache):
    """Where each window's largest pixel lies in its channel: y·W + x, integers (N, C, OH, OW), for `max_unpool2d_forward`."""
    winner, windows = cache
    i, j = np.divmod(winner, windows.kernel[1], dtype=np.int64)
    rows = np.arange(windows.output[0])[:, None] * windows.stride[0] - windows.padding[0] + i
    return rows * windows.size[1] + np.arange(windows.output[1]) * windows.stride[1] - windows.padding[1] + j


def max_unpool2d_forward(x, indices=None, size=2, stride=None, output_size=None):
    """Unpooling: each pixel returns to the place that its window's maximum came from; everything else is 0.

    out[n, c, indices[n, c, y, x]] = x[n, c, y, x], with the place counted as row · OW + column

    x: (N, C, H, W); indices: integers (N, C, H, W) from `max_pool2d_indices`, or None for the bed of nails: the upper
    left corner of each window. size, stride: of the pooling; output_size: (OH, OW), by default the smallest image that
    has H·W windows.
    Returns out (N, C, OH, OW) and the cache. Raises ValueError for an index outside of the output.
    Where windows overlap and share a maximum, they also share its value, so it does not matter which one writes it.
    """
    shapes("max_unpool2d_forward: x (N, C, H, W), indices int (N, C, H, W)", x, indices)
    output_size, stride = unpool_size("max_unpool2d_forward", x, size, stride, output_size)
    if indices is None:
        indices = _corners(x.shape, stride, output_size)
    elif indices.size:
        option("max_unpool2d_forward", "the range of indices", (int(indices.min()), int(indices.max())),
               (lambda r: r[0] >= 0 and r[1] < output_size[0] * output_size[1], f"within the output {output_size}"))
    out = np.zeros((*x.shape[:2], *output_size), x.dtype)
    for samples in blocks(len(out), out[:1].nbytes):
        out[samples].reshape(-1)[_places_in_batch(indices[samples], output_size)] = x[samples]
    return out, (indices, output_size)


def max_unpool2d_backward(dout, cache):
    """dx = dout[the place that the pixel went to], of the shape (N, C, H, W) of x; dout: (N, C, OH, OW)."""
    indices, output_size = cache
    _check_dout("max_unpool2d_backward", dout, (*indices.shape[:2], *output_size))
    dx = np.empty(indices.shape, dout.dtype)
    for samples in blocks(len(dx), dout[:1].nbytes):
        places = _places_in_batch(indices[samples], output_size)
        dout[samples].reshape(-1).take(places, out=dx[samples], mode="clip")      # the forward pass has checked their range
    return dx


def avg_pool2d_forward(x, size=2, stride=None, padding=0, count_include_pad=True):
    """The mean of the pixels of each window.

    out[n, c, y, x] = 1/count Σ_{i,j} padded[n, c, y·stride + i, x·stride + j]

    x: (N, C, H, W); size of the window, stride (as large as the window by default) and padding with zeros: a number, or a
    pair (height, width). count: the pixels of the window, those of the padding too unless count_include_pad is False.
    Returns out (N, C, OH, OW), OH = ⌊(H + 2·padding - size) / stride⌋ + 1, and the cache.
    Raises ValueError when the window is larger than the padded images.
    """
    windows = pool_windows("avg_pool2d_forward", x, size, stride, padding)
    out = np.zeros((*x.shape[:2], *windows.output), x.dtype)
    for samples in blocks(len(x), x[:1].nbytes):
        for tap in _taps(_pad(x[samples], windows, 0), windows):
            out[samples] += tap
    count = _count(windows, count_include_pad).astype(x.dtype)
    out /= count
    return out, (count, windows)


def avg_pool2d_backward(dout, cache):
    """Every pixel of a window gets the same share: dx += dout / count; dout (N, C, OH, OW), dx (N, C, H, W)."""
    count, windows = cache
    _check_dout("avg_pool2d_backward", dout, (*dout.shape[:2], *windows.output))
    share = dout / count
    return _spread(lambda samples, number: share[samples], dout, windows)


def global_avg_pool2d_forward(x):
    """The mean of each channel, which makes of an image of any size a vector of C features.

    out[n, c] = 1/(H·W) Σ_{y,x} x[n, c, y, x]

    x: (N, C, H, W) with at least one pixel. Returns out (N, C) and the cache.
    Source: Lin, Chen and Yan, Network in network, 2014.
    """
    n, c, h, w = shapes("global_avg_pool2d_forward: x (N, C, H, W)", x)
    option("global_avg_pool2d_forward", "x.shape", x.shape, (lambda s: s[2] * s[3] > 0, "at least one pixel"))
    return x.reshape(n, c, h * w) @ np.full(h * w, 1 / (h * w), x.dtype), x.shape


def global_avg_pool2d_backward(dout, cache):
    """dx = dout / (H·W) for every pixel, (N, C, H, W); dout: (N, C)."""
    n, c, h, w = shape = cache
    shapes(f"global_avg_pool2d_backward: dout ({n}, {c})", dout)
    return np.broadcast_to((dout / (h * w))[:, :, None, None], shape).copy()


def _pad(x, windows, value):
    (ph, pw) = windows.padding
    return np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)), constant_values=value) if ph or pw else x


def _spread(share, dout, windows):
    """The gradient of x (N, C, H, W): each cell of the window passes a share of dout to the pixels that it met.

    share: a function (slice of the batch, number of the cell) → (n, C, OH, OW).
    """
    (h, w), (ph, pw) = windows.size, windows.padding
    padded = np.zeros((*dout.shape[:2], h + 2 * ph, w + 2 * pw), dout.dtype)
    windows_overlap = any(s < k for s, k in zip(windows.stride, windows.kernel))
    for samples in blocks(len(padded), padded[:1].nbytes):
        for number, tap in enumerate(_taps(padded[samples], windows)):
            if windows_overlap:
                tap += share(samples, number)
            else:
                tap[...] = share(samples, number)
    return padded[:, :, ph:ph + h, pw:pw + w]


def _taps(padded, windows):
    """For each cell of the window, row by row, a view (N, C, OH, OW) of the pixels that it meets."""
    (kh, kw), (sh, sw), (oh, ow) = windows.kernel, windows.stride, windows.output
    for i, j in np.ndindex(kh, kw):
        yield padded[:, :, i:i + (oh - 1) * sh + 1:sh, j:j + (ow - 1) * sw + 1:sw]


def _count(windows, include_padding):
    """How many pixels each window counts: () or (OH, OW)."""
    if include_padding:
        return np.array(windows.kernel[0] * windows.kernel[1])
    rows, columns = (
        np.minimum(starts + k, size) - np.maximum(starts, 0)
        for size, k, s, p, o in zip(windows.size, windows.kernel, windows.stride, windows.padding, windows.output)
        for starts in [np.arange(o) * s - p]
    )
    return rows[:, None] * columns


def _places_in_batch(indices, size):
    """Indices that count within channels of a size (OH, OW), as indices that count through the batch."""
    n, c = indices.shape[:2]
    return indices + (np.arange(n * c) * size[0] * size[1]).reshape(n, c, 1, 1)


def _corners(shape, stride, output_size):
    """The index of the upper left corner of each window."""
    rows, columns = (np.arange(n) * s for n, s in zip(shape[2:], stride))
    return np.broadcast_to(rows[:, None] * output_size[1] + columns, shape)


def _check_dout(op, dout, shape):
    shapes(f"{op}: dout ({', '.join(map(str, shape))})", dout)
