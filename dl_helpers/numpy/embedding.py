"""The embedding: a table with one row of learned numbers for each word, class or node."""

import numpy as np
from scipy.sparse import csr_array

from dl_helpers.arguments import between, shapes

__all__ = ["embedding_backward", "embedding_forward"]


def embedding_forward(ids, w):
    """Look up rows of a table.

    out[...] = w[ids[...]],  which is the product onehot(ids) w

    ids: (...) integers in [0, V); w: (V, D) one row for each of V items.
    Returns out (..., D) and the cache (ids, shape of w). Raises ValueError when an id is out of range.
    Source: Bengio et al., A Neural Probabilistic Language Model, 2003.
    """
    v, d = shapes("embedding_forward: ids int (...), w (V, D)", ids, w)
    between("embedding_forward", 0, v - 1, ids=ids)
    return w[ids], (ids, w.shape)


def embedding_backward(dout, cache):
    """dw = onehot(ids)ᵀ dout, of the shape (V, D) of w: row v is the sum of dout over all places where ids = v.

    dout: (..., D). The one-hot matrix has a single 1 in each row, and is stored as such; the ids have no gradient.
    """
    ids, (v, d) = cache
    shapes("embedding_backward: dout (..., D)", dout)
    n = ids.size
    onehot = csr_array((np.ones(n, dtype=dout.dtype), ids.reshape(-1), np.arange(n + 1)), shape=(n, v))
    return onehot.T @ dout.reshape(n, d)


def embedding_backward_naive(dout, cache):
    """dw[v] = Σ dout over all places where ids = v, added up one place after the other."""
    ids, shape = cache
    dw = np.zeros(shape, dtype=dout.dtype)
    np.add.at(dw, ids, dout)
    return dw
