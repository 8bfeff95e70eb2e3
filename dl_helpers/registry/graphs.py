"""Layers on graphs."""

import torch
import torch.nn.functional as F

from dl_helpers.registry.examples import integers, normal
from dl_helpers.registry.op import Op


def _edges(rng, v, e):
    """E edges between random nodes: some are loops, some are double, and the last node has none that arrive."""
    edges = integers(rng, 2, e, high=v)
    edges[1][edges[1] == v - 1] = 0
    return edges


def _gathering(rng, v, e, d):
    return dict(x=normal(rng, v, d), edges=_edges(rng, v, e))


def _gcn(rng, v, e, k, m):
    return dict(x=normal(rng, v, k), edges=_edges(rng, v, e), w=normal(rng, k, m), b=normal(rng, m))


def _attentive(rng, v, e, k, heads, d):
    return dict(x=normal(rng, v, k), edges=_edges(rng, v, e), w=normal(rng, k, heads * d, scale=k**-0.5),
                source_weights=normal(rng, heads, d), target_weights=normal(rng, heads, d), b=normal(rng, heads * d))


def _sum_at(ends, values, v):
    return values.new_zeros(v, *values.shape[1:]).index_add(0, ends, values)


def _torch_message_passing(x, edges, reduce="sum"):
    source, target = edges
    if reduce == "max":
        index = target[:, None].expand(-1, x.shape[1])
        return torch.zeros_like(x).scatter_reduce(0, index, x[source], "amax", include_self=False)
    total = _sum_at(target, x[source], len(x))
    return total if reduce == "sum" else total / torch.bincount(target, minlength=len(x)).clamp(min=1)[:, None]


def _torch_gcn(x, edges, w, b):
    v = len(x)
    loops = torch.arange(v, device=edges.device)
    source, target = torch.cat([edges, torch.stack([loops, loops])], dim=1)
    degree = torch.bincount(target, minlength=v).to(x.dtype)
    weight = (degree[source] * degree[target]).rsqrt()
    return _sum_at(target, weight[:, None] * (x @ w)[source], v) + b


def _torch_graph_attention(x, edges, w, source_weights, target_weights, b, slope=0.2):
    source, target = edges
    h = (x @ w).unflatten(1, source_weights.shape)
    scores = F.leaky_relu((h * source_weights).sum(2)[source] + (h * target_weights).sum(2)[target], slope).exp()
    alpha = scores / _sum_at(target, scores, len(x))[target]
    return _sum_at(target, alpha[:, :, None] * h[source], len(x)).flatten(1) + b


def _message_passing(reduce, benchmarks):
    return Op("message_passing", lambda rng: _gathering(rng, 6, 15, 3), torch=_torch_message_passing,
              options={"reduce": reduce}, variant=reduce, benchmarks=benchmarks)


_CITATIONS = "V 2708, E 10556"           # the size of the Cora citation graph
_FEATURES = {f"{_CITATIONS}, D 64": lambda rng: _gathering(rng, 2708, 10556, 64)}

OPS = [
    *(_message_passing(reduce, _FEATURES) for reduce in ("sum", "mean", "max")),
    Op("gcn_layer", lambda rng: _gcn(rng, 6, 15, 3, 4), torch=_torch_gcn,
       benchmarks={f"{_CITATIONS}, K 128, M 64": lambda rng: _gcn(rng, 2708, 10556, 128, 64)}),
    Op("graph_attention", lambda rng: _attentive(rng, 6, 15, 3, 1, 4), torch=_torch_graph_attention, variant="single head"),
    Op("graph_attention", lambda rng: _attentive(rng, 6, 15, 3, 2, 3), torch=_torch_graph_attention,
       benchmarks={f"{_CITATIONS}, K 128, heads 8, d 8": lambda rng: _attentive(rng, 2708, 10556, 128, 8, 8)}),
]
