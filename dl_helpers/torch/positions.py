"""Positions for attention, on torch tensors."""

import torch

from dl_helpers.arguments import option, positive, shapes

__all__ = ["rotary_embedding_backward", "rotary_embedding_forward", "sinusoidal_positions"]


def sinusoidal_positions(t, d, base=10000.0, dtype=torch.float64, device=None):
    """out[pos, 2i] = sin(pos · base^(-2i/D)),  out[pos, 2i+1] = cos(pos · base^(-2i/D)); returns out (T, D), D even."""
    option("sinusoidal_positions", "d", d, (lambda size: size % 2 == 0, "an even number"))
    angle = _angles("sinusoidal_positions", t, d, base, 0, device)
    return torch.stack([angle.sin(), angle.cos()], dim=2).view(t, d).to(dtype)


def rotary_embedding_forward(x, base=10000.0, start=0):
    """(out_2i, out_2i+1) = (x_2i cos a - x_2i+1 sin a,  x_2i sin a + x_2i+1 cos a),   a = (start + t) · base^(-2i/D)

    x: (N, heads, T, D), D even; start: the position of the first step. Returns out (N, heads, T, D) and the cache.
    """
    n, heads, t, d = shapes("rotary_embedding_forward: x (N, heads, T, D)", x)
    option("rotary_embedding_forward", "D", d, (lambda size: size % 2 == 0, "an even number of features"))
    angle = _angles("rotary_embedding_forward", t, d, base, start, x.device)
    turn = torch.polar(torch.ones_like(angle), angle).to(x.dtype.to_complex())
    return _times(x, turn), turn


def rotary_embedding_backward(dout, cache):
    """dx = dout turned back, by -a: the transpose of a rotation is its inverse. dout and dx: (N, heads, T, D)."""
    turn = cache
    t, half = turn.shape
    shapes(f"rotary_embedding_backward: dout (N, heads, {t}, {2 * half})", dout)
    return _times(dout, turn.conj())


def _angles(op, t, d, base, start, device):
    positive(op, "base", base)
    position = torch.arange(start, start + t, dtype=torch.float64, device=device)
    return position[:, None] * base ** (-torch.arange(0, d, 2, dtype=torch.float64, device=device) / d)


def _times(x, turn):
    """The pairs of features of x as complex numbers, times turn."""
    pairs = torch.view_as_complex(x.contiguous().view(*x.shape[:3], turn.shape[1], 2))
    return torch.view_as_real(pairs * turn).flatten(3)
