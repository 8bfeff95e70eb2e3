"""Dropout, with a given mask; the benchmark draws one."""

import torch.nn.functional as F

from dl_helpers.registry.examples import normal
from dl_helpers.registry.op import Op


def _masked(rng, *shape):
    return dict(x=normal(rng, *shape), mask=rng.random(shape) < 0.7)


def _reference(x, p, mask=None, rng=None, training=True):
    return F.dropout(x, p, training) if mask is None else x * mask / (1 - p)


OPS = [
    Op("dropout", lambda rng: _masked(rng, 6, 5), torch=_reference, options={"p": 0.3},
       benchmarks={"N 128, 512 units": lambda rng: dict(x=normal(rng, 128, 512), rng=rng)}),
    Op("dropout", lambda rng: dict(x=normal(rng, 6, 5)), torch=_reference, variant="in use",
       options={"p": 0.3, "training": False}),
]
