"""Activation functions and the softmax."""

import torch
import torch.nn.functional as F

from dl_helpers.registry.examples import away_from_zero, normal
from dl_helpers.registry.op import Op

_UNITS = {"N 128, 512 units": lambda rng: dict(x=normal(rng, 128, 512))}
_CLASSES = {"N 64, C 1000": lambda rng: dict(x=normal(rng, 64, 1000))}
_CHANNELS = {"N 32, C 16, 16 × 16": lambda rng: _prelu(rng, 32, 16, 16, 16)}


def _prelu(rng, n, c, *rest):
    return dict(x=away_from_zero(rng, n, c, *rest), slope=normal(rng, c))


def _maxout(x, pieces):
    return torch.amax(x.unflatten(1, (pieces, -1)), dim=1)


OPS = [
    Op("relu", lambda rng: dict(x=away_from_zero(rng, 6, 5)), torch=lambda x: F.relu(x), benchmarks=_UNITS),
    Op("leaky_relu", lambda rng: dict(x=away_from_zero(rng, 6, 5)), torch=lambda x, slope: F.leaky_relu(x, slope),
       options={"slope": 0.2}, benchmarks=_UNITS),
    Op("prelu", lambda rng: _prelu(rng, 6, 5), torch=lambda x, slope: F.prelu(x, slope), benchmarks=_CHANNELS),
    Op("prelu", lambda rng: _prelu(rng, 2, 3, 4, 5), torch=lambda x, slope: F.prelu(x, slope), variant="images"),
    Op("elu", lambda rng: dict(x=away_from_zero(rng, 6, 5)), torch=lambda x, alpha: F.elu(x, alpha), options={"alpha": 0.7}),
    Op("elu", lambda rng: dict(x=normal(rng, 6, 5, scale=3)), torch=lambda x: F.elu(x), variant="alpha 1", benchmarks=_UNITS),
    Op("softplus", lambda rng: dict(x=normal(rng, 6, 5, scale=3)), torch=lambda x: F.softplus(x), benchmarks=_UNITS),
    Op("sigmoid", lambda rng: dict(x=normal(rng, 6, 5, scale=3)), torch=lambda x: torch.sigmoid(x), benchmarks=_UNITS),
    Op("tanh", lambda rng: dict(x=normal(rng, 6, 5)), torch=lambda x: torch.tanh(x), benchmarks=_UNITS),
    Op("gelu", lambda rng: dict(x=normal(rng, 6, 5)), torch=lambda x: F.gelu(x), benchmarks=_UNITS),
    Op("gelu", lambda rng: dict(x=normal(rng, 6, 5)), torch=lambda x, approximate: F.gelu(x, approximate=approximate),
       variant="tanh", options={"approximate": "tanh"}, benchmarks=_UNITS),
    Op("maxout", lambda rng: dict(x=normal(rng, 5, 6)), torch=_maxout, options={"pieces": 2}, benchmarks=_UNITS),
    Op("maxout", lambda rng: dict(x=normal(rng, 2, 6, 2, 3)), torch=_maxout, variant="images", options={"pieces": 3}),
    Op("softmax", lambda rng: dict(x=normal(rng, 6, 5)), torch=lambda x: F.softmax(x, dim=-1), benchmarks=_CLASSES),
    Op("softmax", lambda rng: dict(x=normal(rng, 3, 4, 2)), torch=lambda x, axis: F.softmax(x, dim=axis),
       variant="axis 1", options={"axis": 1}),
    Op("log_softmax", lambda rng: dict(x=normal(rng, 6, 5)), torch=lambda x: F.log_softmax(x, dim=-1), benchmarks=_CLASSES),
    Op("log_softmax", lambda rng: dict(x=normal(rng, 3, 4, 2)), torch=lambda x, axis: F.log_softmax(x, dim=axis),
       variant="axis 1", options={"axis": 1}),
]
