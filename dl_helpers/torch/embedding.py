"""The embedding on torch tensors."""

import torch

from dl_helpers.arguments import between, shapes

__all__ = ["embedding_backward", "embedding_forward"]


def embedding_forward(ids, w):
    """out[...] = w[ids[...]] for ids (...) integers in [0, V) and w (V, D); returns out (..., D) and the cache."""
    v, d = shapes("embedding_forward: ids int (...), w (V, D)", ids, w)
    between("embedding_forward", 0, v - 1, ids=ids)
    ids = ids.long()
    return w[ids], (ids, w.shape)


def embedding_backward(dout, cache):
    """dw[v] = Σ dout over all places where ids = v, of the shape (V, D) of w; dout: (..., D)."""
    ids, (v, d) = cache
    shapes("embedding_backward: dout (..., D)", dout)
    return torch.zeros(v, d, dtype=dout.dtype, device=dout.device).index_add_(0, ids.reshape(-1), dout.reshape(-1, d))
