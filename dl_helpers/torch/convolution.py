"""Convolutions on torch tensors, forward and backward by the library's own kernels (oneDNN, cuDNN)."""

import torch
import torch.nn.functional as F

from dl_helpers.arguments import shapes
from dl_helpers.windows import conv1d_windows, conv_transpose_windows, conv_windows, pair

__all__ = [
    "conv1d_backward", "conv1d_forward", "conv2d_backward", "conv2d_forward",
    "conv_transpose2d_backward", "conv_transpose2d_forward",
]  # fmt: skip


def conv2d_forward(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """out[n, f, y, x] = b[f] + Σ_{c,i,j} w[f, c, i, j] padded[n, c, y·stride + i·dilation, x·stride + j·dilation].

    x: (N, C, H, W); w: (F, C/groups, KH, KW); b: (F,) or None. Returns out (N, F, OH, OW) and the cache.
    """
    windows = conv_windows("conv2d_forward", x, w, b, stride, padding, dilation, groups)
    out = F.conv2d(x, w, b, windows.stride, windows.padding, windows.dilation, groups)
    return out, (x, w, b is not None, windows, groups)


def conv2d_backward(dout, cache):
    """dx = Σ w · dout, dw = Σ padded · dout, db = Σ_{n,y,x} dout for dout (N, F, OH, OW); db is None where there was no b."""
    x, w, biased, windows, groups = cache
    _check_dout("conv2d_backward", dout, x.shape[0], w.shape[0], windows.output)
    options = (windows.stride, windows.padding, windows.dilation)
    return _gradients(dout, x, w, biased, options, groups)


def conv1d_forward(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """out[n, f, t] = b[f] + Σ_{c,k} w[f, c, k] padded[n, c, t·stride + k·dilation].

    x: (N, C, T); w: (F, C/groups, K); b: (F,) or None. Returns out (N, F, OT) and the cache.
    """
    windows = conv1d_windows("conv1d_forward", x, w, b, stride, padding, dilation, groups)
    out = F.conv1d(x, w, b, stride, padding, dilation, groups)
    return out, (x, w, b is not None, windows, groups)


def conv1d_backward(dout, cache):
    """dx = Σ w · dout, dw = Σ padded · dout, db = Σ_{n,t} dout for dout (N, F, OT); db is None where there was no b."""
    x, w, biased, windows, groups = cache
    shapes(f"conv1d_backward: dout ({x.shape[0]}, {w.shape[0]}, {windows.output[0]})", dout)
    options = (windows.stride[:1], windows.padding[:1], windows.dilation[:1])
    return _gradients(dout, x, w, biased, options, groups)


def conv_transpose2d_forward(x, w, b=None, stride=1, padding=0, output_padding=0, dilation=1, groups=1):
    """out[n, f, y·stride + i·dilation - padding, x·stride + j·dilation - padding] += Σ_c x[n, c, y, x] w[c, f, i, j], + b[f].

    x: (N, C, H, W); w: (C, F/groups, KH, KW); b: (F,) or None. Returns out (N, F, OH, OW) and the cache.
    """
    windows = conv_transpose_windows("conv_transpose2d_forward", x, w, b, stride, padding, output_padding, dilation, groups)
    extra = pair("conv_transpose2d_forward", "output_padding", output_padding, allowed=(lambda v: v >= 0, "an integer ≥ 0"))
    out = F.conv_transpose2d(x, w, b, windows.stride, windows.padding, extra, groups, windows.dilation)
    return out, (x, w, b is not None, windows, groups, extra)


def conv_transpose2d_backward(dout, cache):
    """dx = the convolution of dout with w, dw = Σ dout · x, db = Σ_{n,y,x} dout for dout (N, F, OH, OW)."""
    x, w, biased, windows, groups, extra = cache
    _check_dout("conv_transpose2d_backward", dout, x.shape[0], w.shape[1] * groups, windows.size)
    options = (windows.stride, windows.padding, windows.dilation)
    return _gradients(dout, x, w, biased, options, groups, transposed=True, output_padding=extra)


def _gradients(dout, x, w, biased, options, groups, transposed=False, output_padding=None):
    """One call of the library's backward kernel: (dx, dw, db)."""
    filters = w.shape[1] * groups if transposed else w.shape[0]
    output_padding = [0] * (x.dim() - 2) if output_padding is None else output_padding
    return torch.ops.aten.convolution_backward(
        dout, x, w, [filters] if biased else None, *options, transposed, output_padding, groups, [True, True, biased]
    )


def _check_dout(op, dout, n, filters, size):
    shapes(f"{op}: dout ({n}, {filters}, {size[0]}, {size[1]})", dout)
