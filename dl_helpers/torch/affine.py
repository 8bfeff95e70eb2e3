"""The affine layer on torch tensors."""

import torch

from dl_helpers.arguments import shapes

__all__ = ["affine_backward", "affine_forward"]


def affine_forward(x, w, b):
    """out = x w + b for x (N, D), w (D, M), b (M,); returns out (N, M) and the cache (x, w)."""
    shapes("affine_forward: x (N, D), w (D, M), b (M)", x, w, b)
    return torch.addmm(b, x, w), (x, w)


def affine_backward(dout, cache):
    """dx = dout wᵀ, dw = xᵀ dout, db = Σ_rows dout, of the shapes of x (N, D), w (D, M) and b (M,)."""
    x, w = cache
    shapes("affine_backward: x (N, D), w (D, M), dout (N, M)", x, w, dout)
    return dout @ w.T, x.T @ dout, dout.sum(dim=0)
