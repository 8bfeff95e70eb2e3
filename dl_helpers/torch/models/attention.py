"""Attention with several heads, the part that all Transformers share."""

import math

import torch
from torch import nn

from dl_helpers.arguments import option

__all__ = ["MultiHeadAttention", "causal_mask"]


class MultiHeadAttention(nn.Module):
    """softmax(Q Kᵀ / √d) V in each of several heads, side by side, then mixed.

    x (N, T, D) asks, memory (N, S, D) answers; memory is x itself for self-attention -> (N, T, D).
    mask bool, broadcast to (N, heads, T, S): True where a query may look. A query that may look nowhere gets zeros.
    The weights of the last call (N, heads, T, S) stay in `attention`, without gradient, to be drawn.
    Source: Vaswani et al., Attention Is All You Need, 2017.
    """

    def __init__(self, dim, heads):
        super().__init__()
        option("MultiHeadAttention", "heads", heads, (lambda h: h > 0 and dim % h == 0, f"a divisor of dim = {dim}"))
        self.heads = heads
        self.query, self.key, self.value = nn.Linear(dim, dim), nn.Linear(dim, dim), nn.Linear(dim, dim)
        self.out = nn.Linear(dim, dim)
        self.attention = None

    def forward(self, x, memory=None, mask=None):
        memory = x if memory is None else memory
        q, k, v = self._split(self.query(x)), self._split(self.key(memory)), self._split(self.value(memory))
        scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
        if mask is None:
            weights = scores.softmax(dim=-1)
        else:  # the second filling turns a row of softmax(-inf, -inf, ...) = nan into zeros
            weights = scores.masked_fill(~mask, -math.inf).softmax(dim=-1).masked_fill(~mask, 0)
        self.attention = weights.detach()
        return self.out(self._merge(weights @ v))

    def _split(self, x):
        """(N, T, D) -> (N, heads, T, d)"""
        n, t, _ = x.shape
        return x.reshape(n, t, self.heads, -1).transpose(1, 2)

    def _merge(self, x):
        """(N, heads, T, d) -> (N, T, D)"""
        return x.transpose(1, 2).flatten(2)


def causal_mask(length, device=None):
    """bool (length, length): position t may look at positions 0 ... t."""
    return torch.ones(length, length, dtype=torch.bool, device=device).tril()
