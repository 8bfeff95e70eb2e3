"""Convolutions."""

import torch.nn.functional as F

from dl_helpers.registry.examples import normal
from dl_helpers.registry.op import Op


def _conv2d(rng, n, c, size, f, kernel, groups=1):
    """x (n, c, *size), w (f, c/groups, *kernel) of the size that a layer starts with, b (f)."""
    kh, kw = (kernel, kernel) if isinstance(kernel, int) else kernel
    h, w = (size, size) if isinstance(size, int) else size
    fan_in = c // groups * kh * kw
    return dict(x=normal(rng, n, c, h, w), w=normal(rng, f, c // groups, kh, kw, scale=fan_in**-0.5), b=normal(rng, f))


def _conv1d(rng, n, c, t, f, kernel, groups=1):
    scale = (c // groups * kernel) ** -0.5
    return dict(x=normal(rng, n, c, t), w=normal(rng, f, c // groups, kernel, scale=scale), b=normal(rng, f))


def _transposed(rng, n, c, size, f, kernel, groups=1):
    h, w = (size, size) if isinstance(size, int) else size
    kh, kw = (kernel, kernel) if isinstance(kernel, int) else kernel
    return dict(x=normal(rng, n, c, h, w), w=normal(rng, c, f // groups, kh, kw, scale=c**-0.5), b=normal(rng, f))


def _torch_conv2d(x, w, b, **options):
    return F.conv2d(x, w, b, **options)


def _torch_conv1d(x, w, b, **options):
    return F.conv1d(x, w, b, **options)


def _torch_transposed(x, w, b, **options):
    return F.conv_transpose2d(x, w, b, **options)


def _op2d(variant, inputs, benchmarks=(), **options):
    return Op("conv2d", inputs, torch=_torch_conv2d, variant=variant, options=options, benchmarks=dict(benchmarks))


def _op1d(variant, inputs, benchmarks=(), **options):
    return Op("conv1d", inputs, torch=_torch_conv1d, variant=variant, options=options, benchmarks=dict(benchmarks))


def _op_transposed(variant, inputs, benchmarks=(), **options):
    return Op("conv_transpose2d", inputs, torch=_torch_transposed, variant=variant, options=options,
              benchmarks=dict(benchmarks))


OPS = [
    _op2d("", lambda rng: _conv2d(rng, 2, 3, 5, 4, 3)),
    _op2d("padding 1", lambda rng: _conv2d(rng, 2, 3, (4, 5), 2, 3), padding=1, benchmarks={
        "64×16×32×32, 32 of 3×3": lambda rng: _conv2d(rng, 64, 16, 32, 32, 3),
        "128×1×28×28, 32 of 3×3": lambda rng: _conv2d(rng, 128, 1, 28, 32, 3),
        "32×64×16×16, 64 of 3×3": lambda rng: _conv2d(rng, 32, 64, 16, 64, 3),
    }),
    _op2d("padding 2", lambda rng: _conv2d(rng, 2, 2, 5, 3, 5), padding=2, benchmarks={
        "32×3×32×32, 32 of 5×5": lambda rng: _conv2d(rng, 32, 3, 32, 32, 5),
    }),
    _op2d("stride 2", lambda rng: _conv2d(rng, 2, 2, (6, 7), 3, 3), stride=2, padding=1, benchmarks={
        "32×64×32×32, 128 of 3×3": lambda rng: _conv2d(rng, 32, 64, 32, 128, 3),
    }),
    _op2d("stride 3, kernel 2: pixels left over", lambda rng: _conv2d(rng, 2, 2, (7, 9), 2, 2), stride=3),
    _op2d("dilation 2", lambda rng: _conv2d(rng, 1, 2, (7, 6), 2, 3), dilation=2, padding=1),
    _op2d("pairs", lambda rng: _conv2d(rng, 2, 2, (6, 5), 2, (3, 2)), stride=(2, 1), padding=(0, 2), dilation=(1, 2)),
    _op2d("groups 2", lambda rng: _conv2d(rng, 2, 4, 4, 6, 3, groups=2), groups=2, padding=1),
    _op2d("depthwise", lambda rng: _conv2d(rng, 2, 3, 5, 3, 3, groups=3), groups=3, padding=1),
    _op2d("1×1", lambda rng: _conv2d(rng, 2, 3, (2, 3), 4, 1), benchmarks={
        "32×64×16×16, 256 of 1×1": lambda rng: _conv2d(rng, 32, 64, 16, 256, 1),
    }),
    _op1d("", lambda rng: _conv1d(rng, 2, 3, 7, 4, 3)),
    _op1d("padding 1", lambda rng: _conv1d(rng, 2, 2, 6, 3, 3), padding=1, benchmarks={
        "32×64×256, 64 of 3": lambda rng: _conv1d(rng, 32, 64, 256, 64, 3),
    }),
    _op1d("padding 2", lambda rng: _conv1d(rng, 2, 2, 6, 3, 5), padding=2, benchmarks={
        "32×64×256, 64 of 5": lambda rng: _conv1d(rng, 32, 64, 256, 64, 5),
    }),
    _op1d("stride 2, dilation 2", lambda rng: _conv1d(rng, 2, 2, 9, 3, 3), stride=2, dilation=2, padding=1),
    _op1d("groups 2", lambda rng: _conv1d(rng, 2, 4, 6, 4, 2, groups=2), groups=2),
    _op_transposed("", lambda rng: _transposed(rng, 2, 3, (3, 4), 2, 3)),
    _op_transposed("stride 2", lambda rng: _transposed(rng, 2, 3, (3, 4), 2, 2), stride=2, benchmarks={
        "32×64×16×16, 32 of 2×2": lambda rng: _transposed(rng, 32, 64, 16, 32, 2),
    }),
    _op_transposed("stride 2, output padding", lambda rng: _transposed(rng, 2, 2, (3, 4), 3, 3), stride=2, padding=1,
                   output_padding=1),
    _op_transposed("stride 3, kernel 2: gaps", lambda rng: _transposed(rng, 1, 2, (2, 3), 2, 2), stride=3),
    _op_transposed("groups and dilation", lambda rng: _transposed(rng, 1, 4, (2, 3), 6, 2, groups=2), groups=2, dilation=2),
]
