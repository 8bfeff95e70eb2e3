"""Normalization layers."""

import torch.nn.functional as F

from dl_helpers.registry.examples import normal, uniform
from dl_helpers.registry.op import Op


def _scaled(rng, *shape, channels):
    return dict(x=normal(rng, *shape, scale=2) + 1, gamma=normal(rng, channels), beta=normal(rng, channels))


def _running(rng, *shape):
    c = shape[1]
    return dict(**_scaled(rng, *shape, channels=c), running_mean=normal(rng, c), running_var=uniform(rng, c, low=0.5, high=2))


def _batch_norm(x, gamma, beta, running_mean, running_var, training=True):
    return F.batch_norm(x, running_mean, running_var, gamma, beta, training)


def _group_norm(x, gamma, beta, groups):
    return F.group_norm(x, groups, gamma, beta)


_XGB = ["x", "gamma", "beta"]
_MAPS = "N 32, C 16, 16 × 16"

OPS = [
    Op("batch_norm", lambda rng: _running(rng, 6, 4), torch=_batch_norm, gradients=_XGB,
       benchmarks={"N 128, 512 units": lambda rng: _running(rng, 128, 512), _MAPS: lambda rng: _running(rng, 32, 16, 16, 16)}),
    Op("batch_norm", lambda rng: _running(rng, 3, 2, 4, 3), torch=_batch_norm, gradients=_XGB, variant="images"),
    Op("batch_norm", lambda rng: _running(rng, 3, 2, 4, 3), torch=_batch_norm, gradients=_XGB, variant="in use",
       options={"training": False}),
    Op("layer_norm", lambda rng: _scaled(rng, 3, 4, 5, channels=5),
       torch=lambda x, gamma, beta: F.layer_norm(x, gamma.shape, gamma, beta),
       benchmarks={"N 8, T 32, D 256": lambda rng: _scaled(rng, 8, 32, 256, channels=256)}),
    Op("group_norm", lambda rng: _scaled(rng, 3, 8, 2, 3, channels=8), torch=_group_norm, options={"groups": 4},
       benchmarks={_MAPS: lambda rng: _scaled(rng, 32, 16, 16, 16, channels=16)}),
    Op("group_norm", lambda rng: _scaled(rng, 3, 6, 5, channels=6), torch=_group_norm, variant="sequences",
       options={"groups": 3}),
    Op("group_norm", lambda rng: _scaled(rng, 3, 8, channels=8), torch=_group_norm, variant="no places",
       options={"groups": 2}),
    Op("instance_norm", lambda rng: _scaled(rng, 3, 2, 4, 3, channels=2),
       torch=lambda x, gamma, beta: F.instance_norm(x, weight=gamma, bias=beta),
       benchmarks={_MAPS: lambda rng: _scaled(rng, 32, 16, 16, 16, channels=16)}),
]
