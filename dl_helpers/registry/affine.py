"""Affine layers."""

from dl_helpers.registry.examples import normal
from dl_helpers.registry.op import Op


def _affine(rng, n, d, m):
    return dict(x=normal(rng, n, d), w=normal(rng, d, m), b=normal(rng, m))


OPS = [
    Op("affine", lambda rng: _affine(rng, 7, 5, 4), torch=lambda x, w, b: x @ w + b,
       benchmarks={"N 256, D 512, M 512": lambda rng: _affine(rng, 256, 512, 512)}),
]
