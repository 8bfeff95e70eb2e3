"""Upsampling on torch tensors, forward and backward by the library's own kernels."""

import torch
import torch.nn.functional as F

from dl_helpers.arguments import shapes
from dl_helpers.windows import pair

__all__ = ["upsample_bilinear_backward", "upsample_bilinear_forward", "upsample_nearest_backward", "upsample_nearest_forward"]


def upsample_nearest_forward(x, scale=2):
    """out[n, c, y, x] = x[n, c, ⌊y / scale⌋, ⌊x / scale⌋]; x (N, C, H, W), out (N, C, H·scale, W·scale)."""
    n, c, h, w = shapes("upsample_nearest_forward: x (N, C, H, W)", x)
    sh, sw = pair("upsample_nearest_forward", "scale", scale)
    return F.interpolate(x, size=(h * sh, w * sw), mode="nearest"), (x.shape, (h * sh, w * sw))


def upsample_nearest_backward(dout, cache):
    """dx = Σ dout over the block that the pixel became; dout (N, C, H·scale, W·scale), dx (N, C, H, W)."""
    shape, size = cache
    _check_dout("upsample_nearest_backward", dout, (*shape[:2], *size))
    return torch.ops.aten.upsample_nearest2d_backward(dout, size, shape)


def upsample_bilinear_forward(x, scale=2):
    """out = A_H x A_Wᵀ with the weights of linear interpolation; x (N, C, H, W), out (N, C, H·scale, W·scale)."""
    n, c, h, w = shapes("upsample_bilinear_forward: x (N, C, H, W)", x)
    sh, sw = pair("upsample_bilinear_forward", "scale", scale)
    out = F.interpolate(x, size=(h * sh, w * sw), mode="bilinear", align_corners=False)
    return out, (x.shape, (h * sh, w * sw))


def upsample_bilinear_backward(dout, cache):
    """dx = A_Hᵀ dout A_W; dout (N, C, H·scale, W·scale), dx (N, C, H, W)."""
    shape, size = cache
    _check_dout("upsample_bilinear_backward", dout, (*shape[:2], *size))
    return torch.ops.aten.upsample_bilinear2d_backward(dout, size, shape, False)


def _check_dout(op, dout, shape):
    shapes(f"{op}: dout ({', '.join(map(str, shape))})", dout)
