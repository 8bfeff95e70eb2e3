"""The affine layer, the one every network is made of."""

from dl_helpers.arguments import shapes

__all__ = ["affine_backward", "affine_forward"]


def affine_forward(x, w, b):
    """An affine map of each row of a batch.

    out = x w + b

    x: (N, D) a batch of N samples; w: (D, M) weights; b: (M,) biases, added to each row.
    Returns out (N, M) and the cache (x, w) for the backward pass.
    Raises ValueError when the shapes disagree, TypeError when the dtypes do.
    """
    shapes("affine_forward: x (N, D), w (D, M), b (M)", x, w, b)
    return x @ w + b, (x, w)


def affine_backward(dout, cache):
    """dx = dout wᵀ, dw = xᵀ dout, db = Σ_rows dout, of the shapes of x (N, D), w (D, M) and b (M,).

    dout: (N, M) gradient of the loss with respect to out. The bias is shared by the rows, so its gradient is their sum.
    """
    x, w = cache
    shapes("affine_backward: x (N, D), w (D, M), dout (N, M)", x, w, dout)
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)
