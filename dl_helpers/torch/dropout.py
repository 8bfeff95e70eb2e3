"""Dropout on torch tensors."""

import torch

from dl_helpers.arguments import option, shapes

__all__ = ["dropout_backward", "dropout_forward"]


def dropout_forward(x, p=0.5, training=True, rng=None, mask=None):
    """out = x · mask / (1 - p) in training, else x, for x (...); the bool mask (...) is given or drawn with rng.

    rng: torch.Generator on the device of x. Returns out (...) and the cache.
    """
    shapes("dropout_forward: x (...), mask bool (...)", x, mask)
    option("dropout_forward", "p", p, (lambda p: 0 <= p < 1, "a probability in [0, 1)"))
    if not training:
        return x.clone(), (None, 1)
    if mask is None:
        if not isinstance(rng, torch.Generator):
            raise TypeError(f"dropout_forward: rng is {rng!r}; expected a torch.Generator, made once, or a mask")
        mask = torch.rand(x.shape, generator=rng, device=x.device) >= p
    elif mask.shape != x.shape:
        raise ValueError(
            f"dropout_forward: mask and x must have one shape: x.shape = {tuple(x.shape)}, mask.shape = {tuple(mask.shape)}"
        )
    return x * mask * (1 / (1 - p)), (mask, 1 / (1 - p))


def dropout_backward(dout, cache):
    """dx = dout · mask / (1 - p) in training, else dout; of the shape (...) of x."""
    mask, scale = cache
    shapes("dropout_backward: dout (...)", dout)
    return dout.clone() if mask is None else dout * mask * scale
