"""Affine layers."""

from dl_helpers.registry.examples import normal
from dl_helpers.registry.op import Op

OPS = [
    Op("affine", lambda rng: dict(x=normal(rng, 7, 5), w=normal(rng, 5, 4), b=normal(rng, 4)),
       torch=lambda x, w, b: x @ w + b,
       benchmarks={"N 256, D 512, M 512": lambda rng: dict(x=normal(rng, 256, 512), w=normal(rng, 512, 512), b=normal(rng, 512))}),
]
