"""Losses."""

import torch.nn.functional as F

from dl_helpers.registry.examples import away_from_zero, normal
from dl_helpers.registry.op import Op


def _apart(rng, *shape):
    target = normal(rng, *shape)
    return dict(pred=target + away_from_zero(rng, *shape), target=target)


OPS = [
    Op("mse_loss", lambda rng: dict(pred=normal(rng, 7, 3), target=normal(rng, 7, 3)),
       torch=lambda pred, target: F.mse_loss(pred, target), gradients=["pred"],
       benchmarks={"1 M entries": lambda rng: dict(pred=normal(rng, 1000, 1000), target=normal(rng, 1000, 1000))}),
    Op("l1_loss", lambda rng: _apart(rng, 7, 3), torch=lambda pred, target: F.l1_loss(pred, target), gradients=["pred"],
       benchmarks={"1 M entries": lambda rng: _apart(rng, 1000, 1000)}),
]
