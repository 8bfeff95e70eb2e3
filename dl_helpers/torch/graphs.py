"""Layers on graphs, on torch tensors: features x (V, D), edges (2, E) integers, edge e from edges[0, e] to edges[1, e]."""

import torch

from dl_helpers.arguments import option, shapes

__all__ = [
    "add_self_loops",
    "gcn_layer_backward",
    "gcn_layer_forward",
    "graph_attention_backward",
    "graph_attention_forward",
    "message_passing_backward",
    "message_passing_forward",
]

REDUCTIONS = ("sum", "mean", "max")


def add_self_loops(edges, v):
    """The edges (2, E) and, after them, one from each of the V nodes to itself: (2, E + V)."""
    return torch.cat([edges, torch.arange(v, dtype=edges.dtype, device=edges.device).expand(2, v)], dim=1)


@torch.no_grad()
def message_passing_forward(x, edges, reduce="sum"):
    """out[v] = Σ x[u] over the edges u → v, or their mean, or their largest, feature by feature; 0 where no edge arrives.

    x: (V, D); edges: (2, E) integers; reduce: "sum", "mean" or "max". Returns out (V, D) and the cache.
    """
    v, d, e = shapes("message_passing_forward: x (V, D), edges int (2, E)", x, edges)
    _check_edges("message_passing_forward", edges, v)
    option("message_passing_forward", "reduce", reduce, REDUCTIONS)
    source, target = edges.long()
    if reduce == "max":
        index = target[:, None].expand(e, d)
        out = torch.zeros_like(x).scatter_reduce_(0, index, x.index_select(0, source), "amax", include_self=False)
        return out, (reduce, edges, x, out)
    out = _sum_at(target, x.index_select(0, source), v)
    return (out / _arrivals(target, x) if reduce == "mean" else out), (reduce, edges)


@torch.no_grad()
def message_passing_backward(dout, cache):
    """dx[u] = Σ dout[v] over the edges u → v; for the mean dout[v] is first divided by the number of edges that arrive,
    for the max it goes to the edges that brought the largest feature, in equal parts. dout and dx: (V, D)."""
    reduce, edges = cache[:2]
    v, d = shapes("message_passing_backward: dout (V, D)", dout)
    source, target = edges.long()
    if reduce == "mean":
        dout = dout / _arrivals(target, dout)
    if reduce == "max":
        x, out = cache[2:]
        won = (x.index_select(0, source) == out.index_select(0, target)).to(dout.dtype)
        share = dout / _sum_at(target, won, v).clamp_(min=1)
        return _sum_at(source, won.mul_(share.index_select(0, target)), v)
    return _sum_at(source, dout.index_select(0, target), v)


@torch.no_grad()
def gcn_layer_forward(x, edges, w, b):
    """out = D^-1/2 (A + I) D^-1/2 x w + b,   A[v, u] = number of edges u → v,   D = diagonal of the row sums of A + I

    x: (V, K); edges: (2, E) integers without self loops; w: (K, M); b: (M,). Returns out (V, M) and the cache.
    """
    v, k, e, m = shapes("gcn_layer_forward: x (V, K), edges int (2, E), w (K, M), b (M)", x, edges, w, b)
    _check_edges("gcn_layer_forward", edges, v)
    source, target = edges.long()
    norm = _sum_at(target, x.new_ones(e), v).add_(1).rsqrt_()[:, None]
    projected = norm * (x @ w)
    out = projected.index_add(0, target, projected.index_select(0, source))
    return torch.addcmul(b, norm, out), (x, edges, w, norm)


@torch.no_grad()
def gcn_layer_backward(dout, cache):
    """With P = D^-1/2 (A + I) D^-1/2:  dx = Pᵀ dout wᵀ,  dw = xᵀ Pᵀ dout,  db = Σ_rows dout.

    dout: (V, M). Returns gradients of the shapes of x (V, K), w (K, M) and b (M,).
    """
    x, edges, w, norm = cache
    shapes("gcn_layer_backward: x (V, K), w (K, M), dout (V, M)", x, w, dout)
    source, target = edges.long()
    weighted = norm * dout
    back = weighted.index_add(0, source, weighted.index_select(0, target)).mul_(norm)
    return back @ w.T, x.T @ back, dout.sum(dim=0)


@torch.no_grad()
def graph_attention_forward(x, edges, w, source_weights, target_weights, b, slope=0.2):
    """h = x w, split into heads;   s_e = leaky_relu(a_source · h[u] + a_target · h[v]) for each edge e: u → v

    α_e = exp(s_e) / Σ exp(s_e') over the edges e' that arrive at v;   out[v] = Σ_e α_e h[u] + b, heads side by side

    x: (V, K); edges: (2, E) integers; w: (K, M) with M = heads · d; source_weights a_source and target_weights a_target:
    (heads, d); b: (M,). Returns out (V, M), b alone where no edge arrives, and the cache.
    """
    op = "graph_attention_forward"
    v, k, e, m, heads, d = shapes(
        f"{op}: x (V, K), edges int (2, E), w (K, M), source_weights (heads, d), target_weights (heads, d), b (M)",
        x, edges, w, source_weights, target_weights, b)
    option(op, "the number of columns of w", m, (lambda columns: columns == heads * d, f"heads · d = {heads} · {d}"))
    _check_edges(op, edges, v)
    source, target = edges.long()
    h = (x @ w).view(v, heads, d)
    a = (h * source_weights).sum(dim=2).index_select(0, source) + (h * target_weights).sum(dim=2).index_select(0, target)
    scores = torch.where(a > 0, a, slope * a)
    largest = scores.new_zeros(v, heads)
    largest.scatter_reduce_(0, target[:, None].expand(e, heads), scores, "amax", include_self=False)
    alpha = torch.exp(scores - largest.index_select(0, target))
    alpha = alpha / _sum_at(target, alpha, v).index_select(0, target)
    weighted = _sum_at(target, alpha[:, :, None] * h.index_select(0, source), v)
    return weighted.view(v, m) + b, (x, edges, w, source_weights, target_weights, slope, h, a > 0, alpha, weighted)


@torch.no_grad()
def graph_attention_backward(dout, cache):
    """dα_e = dout[v] · h[u],   ds_e = α_e (dα_e - Σ_e' α_e' dα_e') · leaky_relu'(s_e)

    dh[u] = Σ α_e dout[v] + Σ ds_e a_source   over edges that leave u,   plus   Σ ds_e a_target   over those that arrive
    dx = dh wᵀ,  dw = xᵀ dh,  da_source = Σ_e ds_e h[u],  da_target = Σ_e ds_e h[v],  db = Σ_rows dout

    dout: (V, M). Returns gradients of the shapes of x (V, K), w (K, M), source_weights and target_weights (heads, d), b (M,).
    """
    x, edges, w, source_weights, target_weights, slope, h, positive, alpha, weighted = cache
    shapes("graph_attention_backward: x (V, K), w (K, M), dout (V, M)", x, w, dout)
    source, target = edges.long()
    v, heads, d = h.shape
    per_head = dout.reshape(v, heads, d)
    at_target = per_head.index_select(0, target)
    ds = (at_target * h.index_select(0, source)).sum(dim=2)
    ds -= (per_head * weighted).sum(dim=2).index_select(0, target)
    ds *= alpha
    ds = torch.where(positive, ds, slope * ds)
    ds_source, ds_target = _sum_at(source, ds, v)[:, :, None], _sum_at(target, ds, v)[:, :, None]
    dh = _sum_at(source, at_target.mul_(alpha[:, :, None]), v)
    dh.addcmul_(ds_source, source_weights).addcmul_(ds_target, target_weights)
    dh = dh.view(v, heads * d)
    return dh @ w.T, x.T @ dh, (ds_source * h).sum(dim=0), (ds_target * h).sum(dim=0), dout.sum(dim=0)


def _sum_at(ends, values, v):
    """out[v] = Σ values[e] over the edges e with ends[e] = v: (E, ...) -> (V, ...)."""
    return values.new_zeros(v, *values.shape[1:]).index_add_(0, ends, values)


def _arrivals(target, like):
    """The number of edges that arrive at each node, at least 1, as a column (V, 1)."""
    return _sum_at(target, like.new_ones(len(target)), len(like)).clamp_(min=1)[:, None]


def _check_edges(op, edges, v):
    """On a GPU the check would wait for the device: torch itself refuses a wrong index there."""
    if edges.device.type == "cpu" and edges.numel():
        low, high = (int(end) for end in edges.aminmax())
        if low < 0 or high >= v:
            wrong = low if low < 0 else high
            raise ValueError(f"{op}: edges names node {wrong}; expected 0 ≤ node < V = {v}, the number of rows of x")
