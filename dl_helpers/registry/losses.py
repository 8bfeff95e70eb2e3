"""Losses of predicted numbers."""

import torch.nn.functional as F

from dl_helpers.registry.examples import away_from_zero, normal, uniform
from dl_helpers.registry.op import Op


def _pair(rng, *shape):
    return dict(pred=normal(rng, *shape), target=normal(rng, *shape))


def _apart(rng, *shape):
    target = normal(rng, *shape)
    return dict(pred=target + away_from_zero(rng, *shape), target=target)


def _with_var(rng, *shape):
    return dict(**_pair(rng, *shape), var=uniform(rng, *shape, low=0.5, high=2.0))


OPS = [
    Op("mse_loss", lambda rng: _pair(rng, 7, 3), torch=lambda pred, target: F.mse_loss(pred, target), gradients=["pred"],
       benchmarks={"1 M entries": lambda rng: _pair(rng, 1000, 1000)}),
    Op("l1_loss", lambda rng: _apart(rng, 7, 3), torch=lambda pred, target: F.l1_loss(pred, target), gradients=["pred"],
       benchmarks={"1 M entries": lambda rng: _apart(rng, 1000, 1000)}),
    Op("huber_loss", lambda rng: _pair(rng, 7, 3), torch=lambda pred, target, delta: F.huber_loss(pred, target, delta=delta),
       gradients=["pred"], options={"delta": 0.8}, benchmarks={"1 M entries": lambda rng: _pair(rng, 1000, 1000)}),
    Op("gaussian_nll_loss", lambda rng: _with_var(rng, 7, 3),
       torch=lambda pred, target, var, full: F.gaussian_nll_loss(pred, target, var, full=full),
       gradients=["pred", "var"], options={"full": True}, benchmarks={"N 1000, 100": lambda rng: _with_var(rng, 1000, 100)}),
]
