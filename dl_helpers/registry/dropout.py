"""Dropout, with a given mask: two libraries draw two masks."""

from dl_helpers.registry.examples import normal
from dl_helpers.registry.op import Op


def _masked(rng, *shape):
    return dict(x=normal(rng, *shape), mask=rng.random(shape) < 0.7)


OPS = [
    Op("dropout", lambda rng: _masked(rng, 6, 5), torch=lambda x, mask, p: x * mask / (1 - p), options={"p": 0.3},
       benchmarks={"N 128, 512 units": lambda rng: _masked(rng, 128, 512)}),
    Op("dropout", lambda rng: dict(x=normal(rng, 6, 5)), torch=lambda x, training: x * 1, variant="in use",
       options={"training": False}),
]
