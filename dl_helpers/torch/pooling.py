"""Pooling and unpooling on torch tensors, forward and backward by the library's own kernels."""

import torch
import torch.nn.functional as F

from dl_helpers.arguments import option, shapes
from dl_helpers.windows import pool_windows, unpool_size

__all__ = [
    "avg_pool2d_backward", "avg_pool2d_forward", "global_avg_pool2d_backward", "global_avg_pool2d_forward",
    "max_pool2d_backward", "max_pool2d_forward", "max_pool2d_indices", "max_unpool2d_backward", "max_unpool2d_forward",
]  # fmt: skip


def max_pool2d_forward(x, size=2, stride=None, padding=0):
    """out[n, c, y, x] = max_{i,j} padded[n, c, y·stride + i, x·stride + j]; x (N, C, H, W), out (N, C, OH, OW)."""
    windows = pool_windows("max_pool2d_forward", x, size, stride, padding)
    out, indices = torch.ops.aten.max_pool2d_with_indices(x, windows.kernel, windows.stride, windows.padding)
    return out, (x, indices, windows)


def max_pool2d_backward(dout, cache):
    """dx[the pixel that won] += dout; dout (N, C, OH, OW), dx (N, C, H, W)."""
    x, indices, windows = cache
    _check_dout("max_pool2d_backward", dout, indices.shape)
    return torch.ops.aten.max_pool2d_with_indices_backward(
        dout, x, windows.kernel, windows.stride, windows.padding, windows.dilation, False, indices
    )


def max_pool2d_indices(cache):
    """Where each window's largest pixel lies in its channel: y·W + x, integers (N, C, OH, OW), for `max_unpool2d_forward`."""
    return cache[1]


def max_unpool2d_forward(x, indices=None, size=2, stride=None, output_size=None):
    """out[n, c, indices[n, c, y, x]] = x[n, c, y, x]; x and indices (N, C, H, W), out (N, C, OH, OW); None: bed of nails.

    Unlike on NumPy arrays, the range of the indices is not checked here: on a GPU that would mean to wait for it.
    """
    shapes("max_unpool2d_forward: x (N, C, H, W), indices int (N, C, H, W)", x, indices)
    output_size, stride = unpool_size("max_unpool2d_forward", x, size, stride, output_size)
    if indices is None:
        rows, columns = (torch.arange(n, device=x.device) * s for n, s in zip(x.shape[2:], stride))
        indices = (rows[:, None] * output_size[1] + columns).expand(x.shape)
    out = x.new_zeros(*x.shape[:2], output_size[0] * output_size[1])
    out.scatter_(2, indices.flatten(2), x.flatten(2))
    return out.unflatten(2, output_size), (indices, output_size)


def max_unpool2d_backward(dout, cache):
    """dx = dout[the place that the pixel went to]; dout (N, C, OH, OW), dx (N, C, H, W)."""
    indices, output_size = cache
    _check_dout("max_unpool2d_backward", dout, (*indices.shape[:2], *output_size))
    return dout.flatten(2).gather(2, indices.flatten(2)).view(indices.shape)


def avg_pool2d_forward(x, size=2, stride=None, padding=0, count_include_pad=True):
    """out[n, c, y, x] = 1/count Σ_{i,j} padded[n, c, y·stride + i, x·stride + j]; x (N, C, H, W), out (N, C, OH, OW)."""
    windows = pool_windows("avg_pool2d_forward", x, size, stride, padding)
    out = F.avg_pool2d(x, windows.kernel, windows.stride, windows.padding, count_include_pad=count_include_pad)
    return out, (x, windows, count_include_pad)


def avg_pool2d_backward(dout, cache):
    """dx += dout / count for each pixel of each window; dout (N, C, OH, OW), dx (N, C, H, W)."""
    x, windows, count_include_pad = cache
    _check_dout("avg_pool2d_backward", dout, (*x.shape[:2], *windows.output))
    return torch.ops.aten.avg_pool2d_backward(
        dout, x, windows.kernel, windows.stride, windows.padding, False, count_include_pad, None
    )


def global_avg_pool2d_forward(x):
    """out[n, c] = 1/(H·W) Σ_{y,x} x[n, c, y, x]; x (N, C, H, W), out (N, C)."""
    shapes("global_avg_pool2d_forward: x (N, C, H, W)", x)
    option("global_avg_pool2d_forward", "x.shape", tuple(x.shape), (lambda s: s[2] * s[3] > 0, "at least one pixel"))
    return x.mean(dim=(2, 3)), x.shape


def global_avg_pool2d_backward(dout, cache):
    """dx = dout / (H·W) for every pixel, (N, C, H, W); dout: (N, C)."""
    n, c, h, w = cache
    shapes(f"global_avg_pool2d_backward: dout ({n}, {c})", dout)
    return (dout / (h * w))[:, :, None, None].expand(n, c, h, w).contiguous()


def _check_dout(op, dout, shape):
    shapes(f"{op}: dout ({', '.join(map(str, shape))})", dout)
