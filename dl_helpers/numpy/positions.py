"""Positions for attention, which by itself sees a set and not a sequence."""

import numpy as np

from dl_helpers.arguments import option, positive, shapes

__all__ = ["rotary_embedding_backward", "rotary_embedding_forward", "sinusoidal_positions"]


def sinusoidal_positions(t, d, base=10000.0, dtype=np.float64):
    """A vector for each position, to be added to the input of a Transformer.

    out[pos, 2i] = sin(pos · base^(-2i/D)),   out[pos, 2i+1] = cos(pos · base^(-2i/D))

    t: number of positions T; d: features D, even; dtype: of the result. Returns out (T, D).
    A shift of the position by k rotates each pair (2i, 2i+1) by a fixed angle: relative positions are a linear map.
    Raises ValueError for an odd D. Source: Vaswani et al., Attention is all you need, 2017.
    """
    option("sinusoidal_positions", "d", d, (lambda size: size % 2 == 0, "an even number"))
    angle = _angles("sinusoidal_positions", t, d, base, 0)
    return np.stack([np.sin(angle), np.cos(angle)], axis=2).reshape(t, d).astype(dtype)


def rotary_embedding_forward(x, base=10000.0, start=0):
    """Turn every pair of features by an angle that grows with the position.

    (out_2i, out_2i+1) = (x_2i cos a - x_2i+1 sin a,  x_2i sin a + x_2i+1 cos a),   a = (start + t) · base^(-2i/D)

    With the pair as a complex number x_2i + i x_2i+1 this is a product with e^{ia}, and so it is computed.

    x: (N, heads, T, D) queries or keys, D even; start: the position of the first step (the length of a KV cache).
    Returns out (N, heads, T, D) and the cache. Scalar products of turned queries and keys depend on the distance of
    their positions alone. Raises ValueError for an odd D. Source: Su et al., RoFormer, 2021.
    """
    n, heads, t, d = shapes("rotary_embedding_forward: x (N, heads, T, D)", x)
    option("rotary_embedding_forward", "D", d, (lambda size: size % 2 == 0, "an even number of features"))
    turn = np.exp(1j * _angles("rotary_embedding_forward", t, d, base, start))
    turn = turn.astype(np.result_type(x.dtype, np.complex64))
    return _times(x, turn), turn


def rotary_embedding_backward(dout, cache):
    """dx = dout turned back, by -a: the transpose of a rotation is its inverse. dout and dx: (N, heads, T, D)."""
    turn = cache
    t, half = turn.shape
    shapes(f"rotary_embedding_backward: dout (N, heads, {t}, {2 * half})", dout)
    return _times(dout, turn.conj())


def _angles(op, t, d, base, start):
    """Position times frequency, (T, D/2): from one radian per step down to 1/base."""
    positive(op, "base", base)
    return np.arange(start, start + t)[:, None] * base ** (-np.arange(0, d, 2) / d)


def _times(x, turn):
    """The pairs of features of x as complex numbers, times turn."""
    return (np.ascontiguousarray(x).view(turn.dtype) * turn).view(x.dtype)
