"""Penalties on weights."""

from dl_helpers.registry.examples import away_from_zero, normal
from dl_helpers.registry.op import Op

OPS = [
    Op("l2_penalty", lambda rng: dict(w=normal(rng, 5, 4)),
       torch=lambda w, strength: strength * w.square().sum(), options={"strength": 0.3},
       benchmarks={"1 M weights": lambda rng: dict(w=normal(rng, 1000, 1000))}),
    Op("l1_penalty", lambda rng: dict(w=away_from_zero(rng, 5, 4)),
       torch=lambda w, strength: strength * w.abs().sum(), options={"strength": 0.3},
       benchmarks={"1 M weights": lambda rng: dict(w=normal(rng, 1000, 1000))}),
]
