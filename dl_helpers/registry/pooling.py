"""Pooling, unpooling and upsampling."""

import torch
import torch.nn.functional as F

from dl_helpers.registry.examples import normal
from dl_helpers.registry.op import Op


def _image(*shape):
    return lambda rng: dict(x=normal(rng, *shape))


def _distinct(*shape):
    """No two pixels closer than a difference quotient moves them: the maximum has kinks where they meet."""
    return lambda rng: dict(x=rng.permutation(int(torch.Size(shape).numel())).reshape(shape) / 7.0)


def _pooled(n, c, h, w):
    """A pooled image (n, c, h, w) and where its pixels lay in one twice as high and wide."""
    def inputs(rng):
        _, indices = F.max_pool2d(torch.from_numpy(normal(rng, n, c, 2 * h, 2 * w)), 2, return_indices=True)
        return dict(x=normal(rng, n, c, h, w), indices=indices.numpy())
    return inputs


def _max_pool2d(x, size=2, stride=None, padding=0):
    return F.max_pool2d(x, size, stride, padding)


def _avg_pool2d(x, size=2, stride=None, padding=0, count_include_pad=True):
    return F.avg_pool2d(x, size, stride, padding, count_include_pad=count_include_pad)


def _max_unpool2d(x, indices, size=2, stride=None, output_size=None):
    return F.max_unpool2d(x, indices, size, stride, output_size=output_size)


def _bed_of_nails(x, size=2):
    corner = torch.zeros(size, size, dtype=x.dtype)
    corner[0, 0] = 1
    return F.conv_transpose2d(x, corner.expand(x.shape[1], 1, size, size), stride=size, groups=x.shape[1])


def _bilinear(x, scale=2):
    return F.interpolate(x, scale_factor=scale, mode="bilinear", align_corners=False)


OPS = [
    Op("max_pool2d", _distinct(2, 3, 6, 4), torch=_max_pool2d,
       benchmarks={"32×64×32×32, 2×2": _image(32, 64, 32, 32)}),
    Op("max_pool2d", _distinct(2, 2, 7, 6), torch=_max_pool2d, variant="3×3, stride 2, padding 1",
       options=dict(size=3, stride=2, padding=1), benchmarks={"16×64×56×56, 3×3 stride 2": _image(16, 64, 56, 56)}),
    Op("max_pool2d", _distinct(2, 2, 7, 8), torch=_max_pool2d, variant="pairs", options=dict(size=(2, 3), stride=(3, 2))),
    Op("avg_pool2d", _image(2, 3, 6, 4), torch=_avg_pool2d,
       benchmarks={"32×64×32×32, 2×2": _image(32, 64, 32, 32)}),
    Op("avg_pool2d", _image(2, 2, 7, 6), torch=_avg_pool2d, variant="3×3, stride 2, padding 1",
       options=dict(size=3, stride=2, padding=1)),
    Op("avg_pool2d", _image(2, 2, 5, 6), torch=_avg_pool2d, variant="padding not counted",
       options=dict(size=(2, 3), stride=1, padding=(1, 0), count_include_pad=False)),
    Op("global_avg_pool2d", _image(2, 3, 4, 5), torch=lambda x: x.mean(dim=(2, 3)),
       benchmarks={"32×512×7×7": _image(32, 512, 7, 7)}),
    Op("max_unpool2d", _pooled(2, 3, 2, 4), torch=_max_unpool2d,
       benchmarks={"32×64×16×16 to 32×32": _pooled(32, 64, 16, 16)}),
    Op("max_unpool2d", _pooled(2, 3, 2, 4), torch=_max_unpool2d, variant="output size", options=dict(output_size=(5, 8))),
    Op("max_unpool2d", _image(2, 3, 2, 4), torch=_bed_of_nails, variant="bed of nails", options=dict(size=3)),
    Op("upsample_nearest", _image(2, 3, 2, 4), torch=lambda x, scale=2: F.interpolate(x, scale_factor=scale),
       benchmarks={"32×64×16×16 to 32×32": _image(32, 64, 16, 16)}),
    Op("upsample_nearest", _image(2, 3, 2, 4), torch=lambda x, scale: F.interpolate(x, scale_factor=scale), variant="pair",
       options=dict(scale=(3, 1))),
    Op("upsample_bilinear", _image(2, 3, 2, 4), torch=_bilinear,
       benchmarks={"32×64×16×16 to 32×32": _image(32, 64, 16, 16)}),
    Op("upsample_bilinear", _image(2, 2, 1, 3), torch=_bilinear, variant="pair", options=dict(scale=(2, 3))),
]
