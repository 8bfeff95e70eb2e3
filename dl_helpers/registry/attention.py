"""Attention and positions."""

import numpy as np
import torch
import torch.nn.functional as F

from dl_helpers.registry.examples import normal
from dl_helpers.registry.op import Op


def _qkv(rng, n, heads, t, d, s=None, e=None):
    s, e = s or t, e or d
    return dict(q=normal(rng, n, heads, t, d), k=normal(rng, n, heads, s, d), v=normal(rng, n, heads, s, e))


def _masked(rng, *sizes, nowhere=False):
    """Half of the pairs forbidden; every query may look at key 0, or, with nowhere, one query at none."""
    inputs = _qkv(rng, *sizes)
    mask = rng.random((*inputs["q"].shape[:3], inputs["k"].shape[2])) < 0.5
    mask[..., 0] = True
    if nowhere:
        mask[0, 0, 1] = False
    return inputs | dict(mask=mask)


def _torch_attention(q, k, v, mask=None, causal=False, block=None):
    if mask is not None and causal:
        mask = mask & torch.ones_like(mask).tril()
        causal = False
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=causal)


def _multi_head(rng, n, t, d, s=None):
    inputs = dict(x=normal(rng, n, t, d), w=normal(rng, d, 3 * d, scale=d**-0.5), b=normal(rng, 3 * d),
                  wo=normal(rng, d, d, scale=d**-0.5), bo=normal(rng, d))
    return inputs if s is None else inputs | dict(context=normal(rng, n, s, d))


def _torch_multi_head(x, w, b, wo, bo, context=None, heads=1, mask=None, causal=False):
    """torch takes (T, N, D), weights (M, D), and masks that are True where a query may not look."""
    query = x.transpose(0, 1)
    key = query if context is None else context.transpose(0, 1)
    forbidden = None if mask is None else ~mask[:, 0, 0]
    future = torch.ones(len(query), len(key), dtype=torch.bool, device=x.device).triu(1) if causal else None
    out, _ = F.multi_head_attention_forward(query, key, key, x.shape[2], heads, w.T, b, None, None, False, 0.0, wo.T, bo,
                                            key_padding_mask=forbidden, attn_mask=future, need_weights=False)
    return out.transpose(0, 1)


def _torch_rotary(x, base=10000.0, start=0):
    """Pairs as complex numbers: a rotation is a multiplication by e^{ia}."""
    t, d = x.shape[2:]
    positions, pairs = (torch.arange(*ends, dtype=torch.float64, device=x.device) for ends in ((start, start + t), (0, d, 2)))
    angle = torch.outer(positions, base ** -(pairs / d)).to(x.dtype)
    turned = torch.view_as_complex(x.reshape(*x.shape[:3], d // 2, 2)) * torch.polar(torch.ones_like(angle), angle)
    return torch.view_as_real(turned).flatten(3)


_SIZES = {"N 8, heads 8, T 256, D 64": lambda rng: _qkv(rng, 8, 8, 256, 64)}
_LONG = {"N 1, heads 8, T 1024, D 64": lambda rng: _qkv(rng, 1, 8, 1024, 64)}


def _attention_lines(name, benchmarks, causal_benchmarks, **options):
    return [
        Op(name, lambda rng: _qkv(rng, 2, 3, 5, 4), torch=_torch_attention, benchmarks=benchmarks),
        Op(name, lambda rng: _qkv(rng, 2, 1, 5, 4), torch=_torch_attention, options=dict(causal=True), variant="causal",
           benchmarks=causal_benchmarks),
        Op(name, lambda rng: _qkv(rng, 2, 3, 5, 4, s=6, e=3), torch=_torch_attention, options=options,
           variant="keys and values of other sizes"),
        Op(name, lambda rng: _masked(rng, 2, 2, 5, 4), torch=_torch_attention, options=options, variant="masked"),
        Op(name, lambda rng: _masked(rng, 2, 2, 5, 4, nowhere=True), torch=_torch_attention,
           options=options | dict(causal=True), variant="masked, causal, one row with nothing"),
    ]


OPS = [
    *_attention_lines("scaled_dot_product_attention", _SIZES, _SIZES),
    *_attention_lines("blocked_attention", _LONG, _LONG, block=2),
    Op("multi_head_attention", lambda rng: _multi_head(rng, 2, 4, 16), torch=_torch_multi_head, options=dict(heads=8),
       benchmarks={"N 8, T 256, D 512, heads 8": lambda rng: _multi_head(rng, 8, 256, 512)}),
    Op("multi_head_attention", lambda rng: _multi_head(rng, 2, 5, 6), torch=_torch_multi_head,
       options=dict(heads=2, causal=True), variant="causal"),
    Op("multi_head_attention",
       lambda rng: _multi_head(rng, 2, 5, 6, s=4) | dict(mask=np.arange(4) < np.array([4, 2])[:, None, None, None]),
       torch=_torch_multi_head, options=dict(heads=2), variant="cross-attention, padded"),
    Op("rotary_embedding", lambda rng: dict(x=normal(rng, 2, 3, 5, 6)), torch=_torch_rotary, options=dict(start=2),
       benchmarks={"N 8, heads 8, T 256, D 64": lambda rng: dict(x=normal(rng, 8, 8, 256, 64))}),
]
