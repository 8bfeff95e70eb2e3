"""Embeddings."""

import torch.nn.functional as F

from dl_helpers.registry.examples import integers, normal
from dl_helpers.registry.op import Op


def _lookup(rng, shape, v, d):
    return dict(ids=integers(rng, *shape, high=v), w=normal(rng, v, d))


OPS = [
    Op("embedding", lambda rng: _lookup(rng, (3, 4), 7, 5), torch=lambda ids, w: F.embedding(ids, w),
       benchmarks={"N 32, T 64, V 1000, D 64": lambda rng: _lookup(rng, (32, 64), 1000, 64)}),
]
