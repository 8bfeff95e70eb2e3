"""Attention: a soft look-up, in which every query takes a weighted mean of the values, with weights from the keys.

Heads come second: q is (N, heads, T, D), k is (N, heads, S, D), v is (N, heads, S, E). A mask is boolean, of any shape that
broadcasts to (N, heads, T, S), and True where a query may look; `causal=True` lets query t look at keys 0 ... t only.
A query that may look nowhere gets 0 (softmax of nothing is 0/0, and one NaN would spread to every weight of a network).
"""

import numpy as np

from dl_helpers.arguments import option, shapes

__all__ = [
    "attention_weights",
    "blocked_attention_backward",
    "blocked_attention_forward",
    "multi_head_attention_backward",
    "multi_head_attention_forward",
    "padding_mask",
    "scaled_dot_product_attention_backward",
    "scaled_dot_product_attention_forward",
]


def attention_weights(q, k, mask=None, causal=False):
    """How much each query looks at each key.

    p = softmax(q kᵀ / √D) over the keys that the masks allow

    q: (N, heads, T, D); k: (N, heads, S, D); mask: bool, broadcast to (N, heads, T, S), True where a query may look;
    causal: query t looks at keys 0 ... t. Returns p (N, heads, T, S); its rows sum to 1, or to 0 where nothing is allowed.
    Raises ValueError when the shapes disagree.
    """
    n, heads, t, d, s = shapes("attention_weights: q (N, heads, T, D), k (N, heads, S, D)", q, k)
    mask = _full_mask("attention_weights", mask, (n, heads, t, s))
    scores = q @ k.swapaxes(2, 3) / np.sqrt(d, dtype=q.dtype)
    allowed = _allowed(mask, ..., slice(0, t), slice(0, s), causal)
    return _softmax(scores, allowed)


def scaled_dot_product_attention_forward(q, k, v, mask=None, causal=False):
    """Every query takes a weighted mean of the values.

    out = softmax(q kᵀ / √D) v

    q: (N, heads, T, D); k: (N, heads, S, D); v: (N, heads, S, E); mask: bool, broadcast to (N, heads, T, S), True where
    a query may look; causal: query t looks at keys 0 ... t. Returns out (N, heads, T, E) and the cache.
    Without the division by √D the scores of long vectors are large, the softmax is nearly one-hot, and its slope nearly 0.
    Raises ValueError when the shapes disagree.
    Source: Vaswani et al., Attention is all you need, 2017.
    """
    op = "scaled_dot_product_attention_forward"
    n, heads, t, d, s, e = shapes(f"{op}: q (N, heads, T, D), k (N, heads, S, D), v (N, heads, S, E)", q, k, v)
    mask = _full_mask(op, mask, (n, heads, t, s))
    scale = 1 / np.sqrt(d, dtype=q.dtype)
    p, out = np.empty((n, heads, t, s), q.dtype), np.empty((n, heads, t, e), q.dtype)
    for head in np.ndindex(n, heads):               # one head's (T, S) table at a time stays in the processor's cache
        np.matmul(q[head] * scale, k[head].T, out=p[head])
        _softmax(p[head], _allowed(mask, head, slice(0, t), slice(0, s), causal))
        np.matmul(p[head], v[head], out=out[head])
    return out, (q, k, v, p, out)


def scaled_dot_product_attention_backward(dout, cache):
    """With p the attention weights:

    dv = pᵀ dout,   dp = dout vᵀ,   ds = p · (dp - Σ_keys p dp) / √D,   dq = ds k,   dk = dsᵀ q

    dout: (N, heads, T, E). Returns gradients of the shapes of q (N, heads, T, D), k (N, heads, S, D), v (N, heads, S, E).
    A masked pair has p = 0, so no gradient passes. Σ_keys p dp = Σ_E out dout, which is the shorter sum.
    """
    q, k, v, p, out = cache
    shapes("scaled_dot_product_attention_backward: out (N, heads, T, E), dout (N, heads, T, E)", out, dout)
    scale = 1 / np.sqrt(q.shape[3], dtype=q.dtype)
    dq, dk, dv = (np.empty(a.shape, a.dtype) for a in (q, k, v))
    ds = np.empty(p.shape[2:], p.dtype)
    for head in np.ndindex(*p.shape[:2]):
        np.matmul(p[head].T, dout[head], out=dv[head])
        np.matmul(dout[head], v[head].T, out=ds)
        ds -= np.einsum("te,te->t", out[head], dout[head])[:, None]
        ds *= p[head]
        ds *= scale
        np.matmul(ds, k[head], out=dq[head])
        np.matmul(ds.T, q[head], out=dk[head])
    return dq, dk, dv


def scaled_dot_product_attention_forward_naive(q, k, v, mask=None, causal=False):
    """out = softmax(q kᵀ / √D) v, for all heads at once; shapes as above. Returns out (N, heads, T, E) and the weights."""
    p = attention_weights(q, k, mask, causal)
    return p @ v, p


def blocked_attention_forward(q, k, v, mask=None, causal=False, block=256):
    """scaled_dot_product_attention without its table: memory grows with T + S, not with T · S.

    out = softmax(q kᵀ / √D) v

    Keys are visited block by block with an online softmax: for each query the largest score m so far, the sum l of
    exp(score - m), and the sum of exp(score - m) v. A block with a larger score rescales what was summed before:

    m' = max(m, scores),  l' = l e^{m - m'} + Σ e^{scores - m'},  out' = out e^{m - m'} + Σ e^{scores - m'} v;  out = out' / l'

    q: (N, heads, T, D); k: (N, heads, S, D); v: (N, heads, S, E); mask and causal as in scaled_dot_product_attention;
    block: rows and columns of the table that are looked at together. Returns out (N, heads, T, E) and the cache.
    Raises ValueError when the shapes disagree or block is not positive.
    Source: Milakov and Gimelshein, Online normalizer calculation for softmax, 2018; Dao et al., FlashAttention, 2022.
    """
    op = "blocked_attention_forward"
    n, heads, t, d, s, e = shapes(f"{op}: q (N, heads, T, D), k (N, heads, S, D), v (N, heads, S, E)", q, k, v)
    mask = _full_mask(op, mask, (n, heads, t, s))
    option(op, "block", block, (lambda size: isinstance(size, int) and size > 0, "a positive integer"))
    scale = 1 / np.sqrt(d, dtype=q.dtype)
    out = np.zeros((n, heads, t, e), q.dtype)
    log_total = np.empty((n, heads, t, 1), q.dtype)             # log Σ exp(scores): p = exp(score - log_total)
    for head, rows in _blocks(n, heads, t, block):
        scaled, total_v = q[head][rows] * scale, out[head][rows]
        largest = np.full((len(scaled), 1), _lowest(q.dtype), q.dtype)
        total = np.zeros_like(largest)
        for columns in _columns(rows, s, block, causal):
            p = scaled @ k[head][columns].T
            _forbid(p, _allowed(mask, head, rows, columns, causal))
            before = largest
            largest = np.maximum(before, p.max(axis=1, keepdims=True))
            np.exp(np.subtract(p, largest, out=p), out=p)
            shrink = np.exp(before - largest)
            total = total * shrink + p.sum(axis=1, keepdims=True)
            total_v *= shrink
            total_v += p @ v[head][columns]
        total[total == 0] = 1                       # nowhere to look: 0 / 1
        total_v /= total
        log_total[head][rows] = largest + np.log(total)
    return out, (q, k, v, mask, causal, block, out, log_total)


def blocked_attention_backward(dout, cache):
    """dq, dk, dv as in scaled_dot_product_attention_backward: ds = p · (dout vᵀ - Σ_E out dout) / √D, block by block.

    The weights p = exp(scores - log Σ exp(scores)) are computed anew: that is cheaper than to keep them.
    dout: (N, heads, T, E). Returns gradients of the shapes of q (N, heads, T, D), k (N, heads, S, D), v (N, heads, S, E).
    """
    q, k, v, mask, causal, block, out, log_total = cache
    n, heads, t, e = shapes("blocked_attention_backward: out (N, heads, T, E), dout (N, heads, T, E)", out, dout)
    scale = 1 / np.sqrt(q.shape[3], dtype=q.dtype)
    dq, dk, dv = (np.zeros(a.shape, a.dtype) for a in (q, k, v))
    for head, rows in _blocks(n, heads, t, block):
        scaled, dout_rows = q[head][rows] * scale, dout[head][rows]
        mean_dp = np.einsum("te,te->t", out[head][rows], dout_rows)[:, None]
        for columns in _columns(rows, k.shape[2], block, causal):
            p = scaled @ k[head][columns].T
            _forbid(p, _allowed(mask, head, rows, columns, causal))
            np.exp(np.subtract(p, log_total[head][rows], out=p), out=p)
            dv[head][columns] += p.T @ dout_rows
            ds = dout_rows @ v[head][columns].T
            ds -= mean_dp
            ds *= p
            dq[head][rows] += ds @ k[head][columns]
            dk[head][columns] += ds.T @ scaled
        dq[head][rows] *= scale
    return dq, dk, dv


def multi_head_attention_forward(x, w, b, wo, bo, context=None, heads=1, mask=None, causal=False):
    """Several attentions side by side, each on its own projection of the input.

    (q, k, v) = x w + b,   split into heads of size D / heads
    out = concat_heads(softmax(q kᵀ / √(D/heads)) v) wo + bo

    x: (N, T, D); w: (D, 3D), the projections to q, k and v side by side; b: (3D,); wo: (D, D); bo: (D,);
    context: (N, S, D), where keys and values come from in cross-attention; None: from x (self-attention).
    mask: bool, broadcast to (N, heads, T, S), True where a query may look; causal: query t looks at keys 0 ... t.
    Returns out (N, T, D) and the cache. Raises ValueError when shapes disagree or heads does not divide D.
    """
    op = "multi_head_attention_forward"
    n, t, d, s = shapes(f"{op}: x (N, T, D), w (D, 3D), b (3D), wo (D, D), bo (D), context (N, S, D)", x, w, b, wo, bo, context)
    option(op, "heads", heads, (lambda h: isinstance(h, int) and h > 0 and d % h == 0, f"a divisor of D = {d}"))
    s = t if context is None else s
    if context is None:
        q, k, v = np.split(_rows(x) @ w + b, 3, axis=1)                # one product for all three
    else:
        q = _rows(x) @ w[:, :d] + b[:d]
        k, v = np.split(_rows(context) @ w[:, d:] + b[d:], 2, axis=1)
    q, k, v = (_split_heads(a, n, length, heads) for a, length in ((q, t), (k, s), (v, s)))
    per_head, cache = scaled_dot_product_attention_forward(q, k, v, mask, causal)
    merged = _merge_heads(per_head)
    out = merged @ wo
    out += bo
    return out.reshape(n, t, d), (x, w, wo, context, merged, cache)


def multi_head_attention_backward(dout, cache):
    """The chain backwards: through wo, through each head's attention, and through the projections w.

    dwo = mergedᵀ dout,  dbo = Σ dout,  dmerged = dout woᵀ;   with da = (dq, dk, dv):  dw = xᵀ da,  db = Σ da,  dx = da wᵀ

    dout: (N, T, D). Returns gradients of the shapes of x (N, T, D), w (D, 3D), b (3D,), wo (D, D), bo (D,) and
    context (N, S, D), None without one. In cross-attention the columns of w for k and v meet the context in place of x.
    """
    x, w, wo, context, merged, cache = cache
    n, t, d = shapes("multi_head_attention_backward: x (N, T, D), dout (N, T, D)", x, dout)
    heads = cache[0].shape[1]
    dout = _rows(dout)
    dmerged = _split_heads(dout @ wo.T, n, t, heads)
    dq, dk, dv = (_merge_heads(a) for a in scaled_dot_product_attention_backward(dmerged, cache))
    dwo, dbo = merged.T @ dout, dout.sum(axis=0)
    if context is None:
        da = np.concatenate([dq, dk, dv], axis=1)
        return (da @ w.T).reshape(x.shape), _rows(x).T @ da, da.sum(axis=0), dwo, dbo, None
    dkv = np.concatenate([dk, dv], axis=1)
    dw = np.concatenate([_rows(x).T @ dq, _rows(context).T @ dkv], axis=1)
    db = np.concatenate([dq.sum(axis=0), dkv.sum(axis=0)])
    return (dq @ w[:, :d].T).reshape(x.shape), dw, db, dwo, dbo, (dkv @ w[:, d:].T).reshape(context.shape)


def padding_mask(lengths, t):
    """The mask of a padded batch: True where step < length.

    lengths: (N,) integers, the true lengths; t: the padded length T. Returns bool (N, 1, 1, T), for every head and query.
    """
    shapes("padding_mask: lengths int (N)", lengths)
    return (np.arange(t) < lengths[:, None])[:, None, None, :]


def _full_mask(op, mask, shape):
    """A view of the mask in the full shape (N, heads, T, S), which costs no memory; None stays None."""
    if mask is None:
        return None
    shapes(f"{op}: mask bool (...)", mask)
    try:
        return np.broadcast_to(mask, shape)
    except ValueError:
        raise ValueError(f"{op}: mask does not broadcast to (N, heads, T, S) = {shape}: mask.shape = {mask.shape}") from None


def _allowed(mask, head, rows, columns, causal):
    """The part [rows, columns] of one head's masks together, or None where everything is allowed."""
    allowed = None if mask is None else mask[head][..., rows, columns]
    if causal and columns.stop > rows.start + 1:
        past = np.arange(columns.start, columns.stop) <= np.arange(rows.start, rows.stop)[:, None]
        allowed = past if allowed is None else allowed & past
    return allowed


def _forbid(scores, allowed):
    """Set scores to -∞ where a query may not look: before the softmax, so that the other weights still sum to 1."""
    if allowed is not None:
        np.copyto(scores, -np.inf, where=~allowed)


def _softmax(scores, allowed):
    """Softmax over the last axis, in place; a row with nothing allowed becomes 0."""
    _forbid(scores, allowed)
    scores -= scores.max(axis=-1, keepdims=True, initial=_lowest(scores.dtype))     # finite, even where all are -∞
    np.exp(scores, out=scores)
    total = scores.sum(axis=-1, keepdims=True)
    scores /= np.maximum(total, 1, out=total)           # the largest term is e⁰ = 1: below 1 there is no term at all
    return scores


def _lowest(dtype):
    return np.finfo(dtype).min


def _blocks(n, heads, t, block):
    """All heads, and within each all blocks of rows."""
    for head in np.ndindex(n, heads):
        for start in range(0, t, block):
            yield head, slice(start, min(start + block, t))


def _columns(rows, s, block, causal):
    """The blocks of columns that some row of a block may look at: causal attention needs half of them."""
    end = min(rows.stop, s) if causal else s
    return [slice(start, min(start + block, end)) for start in range(0, end, block)]


def _rows(x):
    """(N, T, D) as N·T rows of one batch."""
    return x.reshape(x.shape[0] * x.shape[1], x.shape[2])


def _split_heads(rows, n, t, heads):
    """(N·T, heads·d) -> (N, heads, T, d), a view: each head gets its own slice of the features."""
    return rows.reshape(n, t, heads, rows.shape[1] // heads).transpose(0, 2, 1, 3)


def _merge_heads(x):
    """(N, heads, T, d) -> (N·T, heads·d), the inverse of _split_heads."""
    n, heads, t, d = x.shape
    return x.transpose(0, 2, 1, 3).reshape(n * t, heads * d)
