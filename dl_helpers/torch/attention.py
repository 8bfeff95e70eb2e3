"""Attention on torch tensors: q (N, heads, T, D), k (N, heads, S, D), v (N, heads, S, E).

A mask is boolean, broadcasts to (N, heads, T, S) and is True where a query may look; a query that may look nowhere gets 0.
"""

import math

import torch

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
    """p = softmax(q kᵀ / √D) over the keys that the masks allow, (N, heads, T, S); a row with none is 0."""
    n, heads, t, d, s = shapes("attention_weights: q (N, heads, T, D), k (N, heads, S, D)", q, k)
    mask = _full_mask("attention_weights", mask, (n, heads, t, s))
    scores = (q @ k.mT).div_(math.sqrt(d))
    allowed = _allowed(mask, slice(0, t), slice(0, s), causal, q.device)
    if allowed is None:
        return scores.softmax(dim=3)
    p = scores.masked_fill_(~allowed, torch.finfo(q.dtype).min).softmax(dim=3)      # a finite minimum: no row gives NaN
    return p.masked_fill_(~allowed, 0)


@torch.no_grad()
def scaled_dot_product_attention_forward(q, k, v, mask=None, causal=False):
    """out = softmax(q kᵀ / √D) v for q (N, heads, T, D), k (N, heads, S, D), v (N, heads, S, E).

    Returns out (N, heads, T, E) and the cache. torch's fused kernels are used where they apply: they keep no (T, S) table.
    """
    op = "scaled_dot_product_attention_forward"
    n, heads, t, d, s, e = shapes(f"{op}: q (N, heads, T, D), k (N, heads, S, D), v (N, heads, S, E)", q, k, v)
    mask = _full_mask(op, mask, (n, heads, t, s))
    kernel = _fused_kernel(q, k, v, mask)
    if kernel is None:
        p = attention_weights(q, k, mask, causal)
        out = p @ v
        return out, (None, q, k, v, p, out)
    if mask is None:
        out, saved = kernel.forward(q, k, v, None, causal)
        return out, (kernel, q, k, v, None, causal, None, out, saved)
    allowed = _allowed(mask, slice(0, t), slice(0, s), causal, q.device)
    nowhere = ~allowed.any(dim=3, keepdim=True)         # such a query looks everywhere instead, and its result is dropped
    bias = torch.zeros_like(allowed, dtype=q.dtype, memory_format=torch.contiguous_format)
    bias.masked_fill_(~(allowed | nowhere), -torch.inf)
    out, saved = kernel.forward(q, k, v, bias, False)
    return out.masked_fill(nowhere, 0), (kernel, q, k, v, bias, False, nowhere, out, saved)


@torch.no_grad()
def scaled_dot_product_attention_backward(dout, cache):
    """dv = pᵀ dout,   dp = dout vᵀ,   ds = p · (dp - Σ_keys p dp) / √D,   dq = ds k,   dk = dsᵀ q;   dout: (N, heads, T, E)"""
    kernel, q, k, v = cache[:4]
    n, heads, t, d, s, e = shapes(
        "scaled_dot_product_attention_backward: q (N, heads, T, D), v (N, heads, S, E), dout (N, heads, T, E)", q, v, dout)
    if kernel is None:
        p, out = cache[4:]
        ds = (dout @ v.mT).sub_((out * dout).sum(dim=3, keepdim=True)).mul_(p).div_(math.sqrt(d))
        return ds @ k, ds.mT @ q, p.mT @ dout
    bias, causal, nowhere, out, saved = cache[4:]
    if nowhere is not None:
        dout = dout.masked_fill(nowhere, 0)
    return kernel.backward(dout, q, k, v, bias, causal, out, saved)


@torch.no_grad()
def blocked_attention_forward(q, k, v, mask=None, causal=False, block=256):
    """out = softmax(q kᵀ / √D) v with an online softmax over blocks of keys: memory grows with T · block, not with T · S.

    m' = max(m, scores),  l' = l e^{m - m'} + Σ e^{scores - m'},  out' = out e^{m - m'} + Σ e^{scores - m'} v;  out = out' / l'

    q: (N, heads, T, D); k: (N, heads, S, D); v: (N, heads, S, E). Returns out (N, heads, T, E) and the cache.
    """
    op = "blocked_attention_forward"
    n, heads, t, d, s, e = shapes(f"{op}: q (N, heads, T, D), k (N, heads, S, D), v (N, heads, S, E)", q, k, v)
    mask = _full_mask(op, mask, (n, heads, t, s))
    option(op, "block", block, (lambda size: isinstance(size, int) and size > 0, "a positive integer"))
    out = q.new_zeros(n, heads, t, e)
    log_total = q.new_empty(n, heads, t, 1)
    for rows in _blocks(t, block):
        scaled, total_v = q[:, :, rows] / math.sqrt(d), out[:, :, rows]
        largest = torch.full_like(log_total[:, :, rows], torch.finfo(q.dtype).min)
        total = torch.zeros_like(largest)
        for columns in _columns(rows, s, block, causal):
            p = _forbid(scaled @ k[:, :, columns].mT, _allowed(mask, rows, columns, causal, q.device))
            before, largest = largest, torch.maximum(largest, p.amax(dim=3, keepdim=True))
            p.sub_(largest).exp_()
            shrink = torch.exp(before - largest)
            total = total * shrink + p.sum(dim=3, keepdim=True)
            total_v.mul_(shrink).add_(p @ v[:, :, columns])
        total = torch.where(total == 0, 1, total)
        total_v /= total
        log_total[:, :, rows] = largest + total.log()
    return out, (q, k, v, mask, causal, block, out, log_total)


@torch.no_grad()
def blocked_attention_backward(dout, cache):
    """ds = p · (dout vᵀ - Σ_E out dout) / √D with p = exp(scores - log Σ exp(scores)) computed anew, block by block.

    dout: (N, heads, T, E). Returns gradients of the shapes of q (N, heads, T, D), k (N, heads, S, D), v (N, heads, S, E).
    """
    q, k, v, mask, causal, block, out, log_total = cache
    shapes("blocked_attention_backward: out (N, heads, T, E), dout (N, heads, T, E)", out, dout)
    scale = math.sqrt(q.shape[3])
    dq, dk, dv = (torch.zeros_like(a) for a in (q, k, v))
    mean_dp = (out * dout).sum(dim=3, keepdim=True)
    for rows in _blocks(q.shape[2], block):
        scaled, dout_rows = q[:, :, rows] / scale, dout[:, :, rows]
        for columns in _columns(rows, k.shape[2], block, causal):
            p = _forbid(scaled @ k[:, :, columns].mT, _allowed(mask, rows, columns, causal, q.device))
            p.sub_(log_total[:, :, rows]).exp_()
            dv[:, :, columns] += p.mT @ dout_rows
            ds = (dout_rows @ v[:, :, columns].mT).sub_(mean_dp[:, :, rows]).mul_(p)
            dq[:, :, rows] += (ds @ k[:, :, columns]).div_(scale)
            dk[:, :, columns] += ds.mT @ scaled
    return dq, dk, dv


@torch.no_grad()
def multi_head_attention_forward(x, w, b, wo, bo, context=None, heads=1, mask=None, causal=False):
    """(q, k, v) = x w + b, split into heads;   out = concat_heads(softmax(q kᵀ / √(D/heads)) v) wo + bo

    x: (N, T, D); w: (D, 3D); b: (3D,); wo: (D, D); bo: (D,); context: (N, S, D), where keys and values come from, or None
    for x itself. Returns out (N, T, D) and the cache.
    """
    op = "multi_head_attention_forward"
    n, t, d, s = shapes(f"{op}: x (N, T, D), w (D, 3D), b (3D), wo (D, D), bo (D), context (N, S, D)", x, w, b, wo, bo, context)
    option(op, "heads", heads, (lambda h: isinstance(h, int) and h > 0 and d % h == 0, f"a divisor of D = {d}"))
    s = t if context is None else s
    if context is None:
        q, k, v = torch.addmm(b, _rows(x), w).chunk(3, dim=1)
    else:
        q = torch.addmm(b[:d], _rows(x), w[:, :d])
        k, v = torch.addmm(b[d:], _rows(context), w[:, d:]).chunk(2, dim=1)
    q, k, v = (_split_heads(a, n, length, heads) for a, length in ((q, t), (k, s), (v, s)))
    per_head, cache = scaled_dot_product_attention_forward(q, k, v, mask, causal)
    merged = _merge_heads(per_head)
    return torch.addmm(bo, merged, wo).view(n, t, d), (x, w, wo, context, merged, cache)


@torch.no_grad()
def multi_head_attention_backward(dout, cache):
    """dwo = mergedᵀ dout,  dbo = Σ dout,  dmerged = dout woᵀ;   with da = (dq, dk, dv):  dw = xᵀ da,  db = Σ da,  dx = da wᵀ

    dout: (N, T, D). Returns gradients of the shapes of x, w, b, wo, bo and context, None without a context.
    """
    x, w, wo, context, merged, cache = cache
    n, t, d = shapes("multi_head_attention_backward: x (N, T, D), dout (N, T, D)", x, dout)
    heads = cache[1].shape[1]
    dout = _rows(dout)
    dmerged = _split_heads(dout @ wo.T, n, t, heads)
    dq, dk, dv = (_merge_heads(a) for a in scaled_dot_product_attention_backward(dmerged, cache))
    dwo, dbo = merged.T @ dout, dout.sum(dim=0)
    if context is None:
        da = torch.cat([dq, dk, dv], dim=1)
        return (da @ w.T).view(x.shape), _rows(x).T @ da, da.sum(dim=0), dwo, dbo, None
    dkv = torch.cat([dk, dv], dim=1)
    dw = torch.cat([_rows(x).T @ dq, _rows(context).T @ dkv], dim=1)
    db = torch.cat([dq.sum(dim=0), dkv.sum(dim=0)])
    return (dq @ w[:, :d].T).view(x.shape), dw, db, dwo, dbo, (dkv @ w[:, d:].T).view(context.shape)


def padding_mask(lengths, t):
    """The mask of a padded batch, True where step < length: lengths (N,) integers -> bool (N, 1, 1, T)."""
    shapes("padding_mask: lengths int (N)", lengths)
    return (torch.arange(t, device=lengths.device) < lengths[:, None])[:, None, None, :]


class _CpuKernel:
    """torch's flash attention for the CPU: float32 and float64, any mask."""

    @staticmethod
    def forward(q, k, v, bias, causal):
        return torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(q, k, v, 0.0, causal, attn_mask=bias)

    @staticmethod
    def backward(dout, q, k, v, bias, causal, out, saved):
        return torch.ops.aten._scaled_dot_product_flash_attention_for_cpu_backward(
            dout.contiguous(), q, k, v, out, saved, 0.0, causal, attn_mask=bias)


class _CudaKernel:
    """torch's memory-efficient attention for CUDA. A bias must be given in full, and its rows aligned."""

    @staticmethod
    def forward(q, k, v, bias, causal):
        out, *saved = torch.ops.aten._scaled_dot_product_efficient_attention(q, k, v, bias, True, 0.0, causal)
        return out, saved

    @staticmethod
    def backward(dout, q, k, v, bias, causal, out, saved):
        needed = [True, True, True, False]
        return torch.ops.aten._scaled_dot_product_efficient_attention_backward(
            dout.contiguous(), q, k, v, bias, out, *saved, 0.0, needed, causal)[:3]


def _fused_kernel(q, k, v, mask):
    """The fused kernel that takes these tensors, or None where the formula itself must do."""
    n, heads, t, d = q.shape
    s, e = v.shape[2:]
    if 0 in (n, heads, t, d, s, e) or any(a.stride(3) != 1 for a in (q, k, v)):
        return None
    if q.device.type == "cpu":
        return _CpuKernel if d == e else None
    aligned = d % 8 == 0 and e % 8 == 0 and (mask is None or s % 16 == 0)
    return _CudaKernel if q.is_cuda and aligned and q.dtype != torch.float64 else None


def _full_mask(op, mask, shape):
    """A view of the mask in the full shape (N, heads, T, S), which costs no memory; None stays None."""
    if mask is None:
        return None
    shapes(f"{op}: mask bool (...)", mask)
    try:
        return mask.expand(shape)
    except RuntimeError:
        raise ValueError(
            f"{op}: mask does not broadcast to (N, heads, T, S) = {shape}: mask.shape = {tuple(mask.shape)}") from None


def _allowed(mask, rows, columns, causal, device):
    """The part [rows, columns] of the masks together, or None where everything is allowed."""
    allowed = None if mask is None else mask[:, :, rows, columns]
    if causal and columns.stop > rows.start + 1:
        steps = torch.arange(rows.start, rows.stop, device=device)[:, None]
        past = torch.arange(columns.start, columns.stop, device=device) <= steps
        allowed = past if allowed is None else allowed & past
    return allowed


def _forbid(scores, allowed):
    return scores if allowed is None else scores.masked_fill_(~allowed, -torch.inf)


def _blocks(t, block):
    return [slice(start, min(start + block, t)) for start in range(0, t, block)]


def _columns(rows, s, block, causal):
    """The blocks of columns that some row of a block may look at."""
    return _blocks(min(rows.stop, s) if causal else s, block)


def _rows(x):
    """(N, T, D) as N·T rows of one batch."""
    return x.reshape(x.shape[0] * x.shape[1], x.shape[2])


def _split_heads(rows, n, t, heads):
    """(N·T, heads·d) -> (N, heads, T, d), a view."""
    return rows.view(n, t, heads, rows.shape[1] // heads).transpose(1, 2)


def _merge_heads(x):
    """(N, heads, T, d) -> (N·T, heads·d), the inverse of _split_heads."""
    return x.transpose(1, 2).flatten(2).flatten(0, 1)
