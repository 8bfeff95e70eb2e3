"""Dropout: training an ensemble of thinned networks that share their weights."""

import numpy as np

from dl_helpers.arguments import generator, option, shapes

__all__ = ["dropout_backward", "dropout_forward"]


def dropout_forward(x, p=0.5, training=True, rng=None, mask=None):
    """Inverted dropout: drop each entry with probability p and scale up the others, so that the mean stays.

    training: out = x · mask / (1 - p),  mask = 1 with probability 1 - p, else 0;    otherwise: out = x

    x: (...); mask: (...) bool, True where an entry is kept; without one, a mask is drawn with rng (np.random.Generator).
    p: the probability to drop, in [0, 1). training: False for the identity; keep it True for Monte-Carlo dropout.
    Returns out (...) and the cache, which is the mask and the scale. Raises TypeError when neither mask nor rng is given.
    Source: Srivastava et al., Dropout, 2014.
    """
    shapes("dropout_forward: x (...), mask bool (...)", x, mask)
    option("dropout_forward", "p", p, (lambda p: 0 <= p < 1, "a probability in [0, 1)"))
    if not training:
        return x.copy(), (None, 1)
    if mask is None:
        mask = generator("dropout_forward", rng).random(x.shape, dtype=np.float32) >= p
    elif mask.shape != x.shape:
        raise ValueError(f"dropout_forward: mask and x must have one shape: x.shape = {x.shape}, mask.shape = {mask.shape}")
    scale = x.dtype.type(1 / (1 - p))
    return x * (mask * scale), (mask, scale)


def dropout_backward(dout, cache):
    """dx = dout · mask / (1 - p) in training, else dout; of the shape (...) of x."""
    mask, scale = cache
    shapes("dropout_backward: dout (...)", dout)
    return dout.copy() if mask is None else dout * (mask * scale)
