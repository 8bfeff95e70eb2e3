"""Layers on graphs: every node gathers from the nodes that have an edge to it.

A graph of V nodes has its features in x (V, D) and its edges in edges (2, E), integers: edge e leads from node edges[0, e]
to node edges[1, e]. An undirected graph lists every edge twice, once in each direction. No layer here depends on the order
of the edges, and renumbering the nodes renumbers the result: that is what a graph asks for.
"""

import numpy as np

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
    return np.concatenate([edges, np.tile(np.arange(v, dtype=edges.dtype), (2, 1))], axis=1)


def message_passing_forward(x, edges, reduce="sum"):
    """Every node gathers the features of the nodes that point to it.

    out[v] = Σ x[u] over the edges u → v      (or their mean, or their largest, feature by feature)

    x: (V, D) features; edges: (2, E) integers; reduce: "sum", "mean" or "max".
    Returns out (V, D), 0 where no edge arrives, and the cache.
    Raises ValueError when an edge names a node that is not there, or reduce is unknown.
    Source: Gilmer et al., Neural message passing for quantum chemistry, 2017.
    """
    v, d, e = shapes("message_passing_forward: x (V, D), edges int (2, E)", x, edges)
    _check_edges("message_passing_forward", edges, v)
    option("message_passing_forward", "reduce", reduce, REDUCTIONS)
    source, target = edges
    if reduce == "max":
        out = _gather(np.maximum, _rounds(target, v), lambda rows: x.take(source[rows], axis=0), x.shape[1:], x.dtype)
        out[_degree(target, v) == 0] = 0
        return out, (reduce, edges, x, out)
    out = _sum_along(source, target, x)
    if reduce == "mean":
        out /= np.maximum(_degree(target, v), 1).astype(x.dtype)[:, None]
    return out, (reduce, edges)


def message_passing_backward(dout, cache):
    """The gradient runs along the edges backwards.

    sum:  dx[u] = Σ dout[v] over the edges u → v
    mean: dout[v] is first divided by the number of edges that arrive at v
    max:  dout[v] goes to the edges that brought the largest feature, in equal parts where several did

    dout: (V, D). Returns dx (V, D).
    """
    reduce, (source, target) = cache[:2]
    v, d = shapes("message_passing_backward: dout (V, D)", dout)
    if reduce == "mean":
        dout = dout / np.maximum(_degree(target, v), 1).astype(dout.dtype)[:, None]
    if reduce == "max":
        x, out = cache[2:]
        won = (x.take(source, axis=0) == out.take(target, axis=0)).astype(x.dtype)
        share = dout / np.maximum(_sum(_rounds(target, v), won), 1)
        won *= share.take(target, axis=0)
        return _sum(_rounds(source, v), won)
    return _sum_along(target, source, dout)


def message_passing_forward_naive(x, edges, reduce="sum"):
    """message_passing_forward edge by edge, for x (V, D) and edges (2, E): out[v] = out[v] + x[u] for each edge u → v."""
    out = np.full_like(x, -np.inf if reduce == "max" else 0)
    for u, v in edges.T:
        out[v] = np.maximum(out[v], x[u]) if reduce == "max" else out[v] + x[u]
    arrivals = _degree(edges[1], len(x))
    out[arrivals == 0] = 0
    if reduce == "mean":
        out /= np.maximum(arrivals, 1)[:, None]
    return out, (reduce, edges, x, out)


def gcn_layer_forward(x, edges, w, b):
    """A graph convolution: a weighted mean over each node and its neighbours, then an affine map.

    out = D^-1/2 (A + I) D^-1/2 x w + b,   A[v, u] = number of edges u → v,   D = diagonal of the row sums of A + I

    x: (V, K) features; edges: (2, E) integers; w: (K, M); b: (M,). Returns out (V, M) and the cache.
    The formula adds the self loops: edges should have none. Source: Kipf and Welling, 2017.
    Raises ValueError when shapes disagree or an edge names a node that is not there.
    """
    v, k, e, m = shapes("gcn_layer_forward: x (V, K), edges int (2, E), w (K, M), b (M)", x, edges, w, b)
    _check_edges("gcn_layer_forward", edges, v)
    norm = (1 / np.sqrt(1 + _degree(edges[1], v))).astype(x.dtype)[:, None]         # the diagonal of D^-1/2
    projected = norm * (x @ w)
    out = _sum_along(edges[0], edges[1], projected)
    out += projected
    out *= norm
    out += b
    return out, (x, edges, w, norm)


def gcn_layer_backward(dout, cache):
    """With P = D^-1/2 (A + I) D^-1/2:  dx = Pᵀ dout wᵀ,  dw = xᵀ Pᵀ dout,  db = Σ_rows dout.

    dout: (V, M). Returns gradients of the shapes of x (V, K), w (K, M) and b (M,).
    """
    x, edges, w, norm = cache
    shapes("gcn_layer_backward: x (V, K), w (K, M), dout (V, M)", x, w, dout)
    weighted = norm * dout
    back = _sum_along(edges[1], edges[0], weighted)
    back += weighted
    back *= norm
    return back @ w.T, x.T @ back, dout.sum(axis=0)


def gcn_layer_forward_naive(x, edges, w, b):
    """out = D^-1/2 (A + I) D^-1/2 x w + b with the whole matrix A (V, V), from the same arguments: x (V, K), w (K, M)."""
    v = len(x)
    a = np.eye(v, dtype=x.dtype)
    np.add.at(a, (edges[1], edges[0]), 1)
    d = a.sum(axis=1)
    p = a / np.sqrt(d[:, None] * d)
    return p @ x @ w + b, (p, x, w)


def graph_attention_forward(x, edges, w, source_weights, target_weights, b, slope=0.2):
    """A graph attention layer: each node weighs the messages that arrive, by a softmax over them.

    h = x w, split into heads;   s_e = leaky_relu(a_source · h[u] + a_target · h[v]) for each edge e: u → v
    α_e = exp(s_e) / Σ exp(s_e') over the edges e' that arrive at v;   out[v] = Σ_e α_e h[u] + b, heads side by side

    x: (V, K) features; edges: (2, E) integers; w: (K, M) with M = heads · d; source_weights a_source and
    target_weights a_target: (heads, d); b: (M,); slope: of the leaky ReLU below 0.
    Returns out (V, M), b alone where no edge arrives, and the cache. The paper lets a node attend to itself: add_self_loops.
    Raises ValueError when shapes disagree or an edge names a node that is not there.
    Source: Veličković et al., Graph attention networks, 2018.
    """
    op = "graph_attention_forward"
    v, k, e, m, heads, d = shapes(
        f"{op}: x (V, K), edges int (2, E), w (K, M), source_weights (heads, d), target_weights (heads, d), b (M)",
        x, edges, w, source_weights, target_weights, b)
    option(op, "the number of columns of w", m, (lambda columns: columns == heads * d, f"heads · d = {heads} · {d}"))
    option(op, "slope", slope, (lambda value: 0 <= value <= 1, "a number from 0 to 1"))
    _check_edges(op, edges, v)
    source, target = edges
    spread = _spread(heads, d, x.dtype)
    h = x @ w
    a = ((h * source_weights.ravel()) @ spread.T).take(source, axis=0)
    a += ((h * target_weights.ravel()) @ spread.T).take(target, axis=0)
    scores = np.maximum(a, slope * a)
    arriving = _rounds(target, v)
    largest = _gather(np.maximum, arriving, lambda rows: scores.take(rows, axis=0), (heads,), x.dtype)
    alpha = scores - largest.take(target, axis=0)               # exp() cannot overflow
    np.exp(alpha, out=alpha)
    alpha /= _sum(arriving, alpha).take(target, axis=0)
    weighted = _weighted_sum(arriving, source, alpha, h, spread)
    return weighted + b, (x, edges, w, source_weights, target_weights, slope, h, a > 0, alpha, weighted)


def graph_attention_backward(dout, cache):
    """With dh, ds summed over the edges at each node:

    dα_e = dout[v] · h[u],   ds_e = α_e (dα_e - Σ_e' α_e' dα_e') · leaky_relu'(s_e)
    dh[u] = Σ α_e dout[v] + Σ ds_e a_source   over edges that leave u,   plus   Σ ds_e a_target   over those that arrive
    dx = dh wᵀ,  dw = xᵀ dh,  da_source = Σ_e ds_e h[u],  da_target = Σ_e ds_e h[v],  db = Σ_rows dout

    dout: (V, M). Returns gradients of the shapes of x (V, K), w (K, M), source_weights and target_weights (heads, d), b (M,).
    Σ_e' α_e' dα_e' = dout[v] · (out[v] - b): a sum over features, not over edges.
    """
    x, (source, target), w, source_weights, target_weights, slope, h, positive, alpha, weighted = cache
    shapes("graph_attention_backward: x (V, K), w (K, M), dout (V, M)", x, w, dout)
    spread = _spread(*source_weights.shape, x.dtype)
    products = dout.take(target, axis=0)
    products *= h.take(source, axis=0)
    ds = products @ spread.T
    ds -= ((dout * weighted) @ spread.T).take(target, axis=0)
    ds *= alpha
    ds *= slope + (1 - slope) * positive.astype(ds.dtype)
    leaving = _rounds(source, len(x))
    dh = _weighted_sum(leaving, target, alpha, dout, spread)
    ds_source = _sum(leaving, ds) @ spread
    ds_target = _sum(_rounds(target, len(x)), ds) @ spread
    dh += ds_source * source_weights.ravel()
    dh += ds_target * target_weights.ravel()
    da_source, da_target = ((s * h).sum(axis=0).reshape(source_weights.shape) for s in (ds_source, ds_target))
    return dh @ w.T, x.T @ dh, da_source, da_target, dout.sum(axis=0)


def graph_attention_forward_naive(x, edges, w, source_weights, target_weights, b, slope=0.2):
    """graph_attention_forward node by node, from the same arguments: out[v] = Σ_e α_e h[u] + b, (V, M), and α (E, heads)."""
    source, target = edges
    h = (x @ w).reshape(len(x), *source_weights.shape)
    out, alpha = np.zeros_like(h), np.empty((len(source), h.shape[1]), x.dtype)
    for v in range(len(x)):
        arriving = np.flatnonzero(target == v)
        if len(arriving):
            from_neighbours = h[source[arriving]]                                       # (edges at v, heads, d)
            a = (from_neighbours * source_weights).sum(axis=2) + (h[v] * target_weights).sum(axis=1)
            scores = np.where(a > 0, a, slope * a)
            exp = np.exp(scores - scores.max(axis=0))
            alpha[arriving] = exp / exp.sum(axis=0)
            out[v] = (alpha[arriving, :, None] * from_neighbours).sum(axis=0)
    return out.reshape(len(x), w.shape[1]) + b, alpha


# Sums over the edges at each node. np.add.at would do, edge by edge. Instead the edges go in rounds with at most one edge
# per node, so that a round is one vectorised addition; nodes with the most edges come first, so that the nodes that still
# have an edge left in round k are a contiguous block. When few nodes are left, hubs, each sums the rest of its own edges.

_HUBS = 8


def _rounds(ends, v):
    """A plan for visiting the edges (E,) by the node that each of them ends at.

    Returns nodes (V,), by falling number of edges; for each round k the numbers of the k-th edges of the first nodes;
    and for the first few nodes, the hubs, the numbers of their other edges.
    """
    degree = _degree(ends, v)
    by_node = np.argsort(ends.astype(np.uint16) if v <= 1 << 16 else ends, kind="stable")   # 16 bits: a radix sort
    nodes = np.argsort(-degree, kind="stable")
    degree, first = degree[nodes], (np.cumsum(degree) - degree)[nodes]
    last_round = degree[min(_HUBS, v - 1)] if v else 0          # from here on only hubs have edges left
    edges_left = np.searchsorted(-degree, -np.arange(last_round))
    rounds = [by_node[first[:count] + k] for k, count in enumerate(edges_left)]
    hubs = [by_node[start + last_round:start + size] for start, size in zip(first[:_HUBS], degree) if size > last_round]
    return nodes, rounds, hubs


def _gather(ufunc, plan, messages, columns, dtype):
    """Reduce messages(edge numbers) -> (number of edges, *columns) over the edges of each node: (V, *columns).

    A node without edges gets the neutral element: 0 for np.add, -∞ for np.maximum.
    """
    nodes, rounds, hubs = plan
    gathered = np.full((len(nodes), *columns), -np.inf if ufunc is np.maximum else 0, dtype)
    for rows in rounds:
        block = gathered[:len(rows)]
        ufunc(block, messages(rows), out=block)
    for hub, rows in enumerate(hubs):
        gathered[hub] = ufunc(gathered[hub], ufunc.reduce(messages(rows), axis=0))
    out = np.empty_like(gathered)
    out[nodes] = gathered
    return out


def _sum(plan, values):
    """The sum of the values (E, ...) of the edges of each node: (V, ...)."""
    return _gather(np.add, plan, lambda rows: values.take(rows, axis=0), values.shape[1:], values.dtype)


def _sum_along(start, end, x):
    """out[v] = Σ x[start[e]] over the edges e with end[e] = v, of the shape (V, D) of x."""
    return _gather(np.add, _rounds(end, len(x)), lambda rows: x.take(start[rows], axis=0), x.shape[1:], x.dtype)


def _weighted_sum(plan, start, alpha, h, spread):
    """out[v] = Σ alpha[e] h[start[e]] over the edges of the plan: alpha (E, heads), h (V, heads · d) -> (V, heads · d)."""
    def messages(rows):
        weights = alpha.take(rows, axis=0) @ spread
        weights *= h.take(start[rows], axis=0)
        return weights

    return _gather(np.add, plan, messages, h.shape[1:], h.dtype)


def _spread(heads, d, dtype):
    """The matrix S (heads, heads · d) of ones where a feature belongs to a head.

    α S repeats the weight of each head for all its features; (p · q) Sᵀ is the scalar product of p and q, head by head.
    """
    return np.repeat(np.eye(heads, dtype=dtype), d, axis=1)


def _degree(ends, v):
    return np.bincount(ends, minlength=v)


def _check_edges(op, edges, v):
    if edges.size and not 0 <= edges.min() <= edges.max() < v:
        wrong = edges.min() if edges.min() < 0 else edges.max()
        raise ValueError(f"{op}: edges names node {wrong}; expected 0 ≤ node < V = {v}, the number of rows of x")
