"""Penalties on weights, and a bound on them, on torch tensors."""

from dl_helpers.arguments import non_negative, positive, shapes

__all__ = ["l1_penalty_backward", "l1_penalty_forward", "l2_penalty_backward", "l2_penalty_forward", "max_norm"]


def l2_penalty_forward(w, strength=1.0):
    """out = λ Σ w² for w (...) and strength λ ≥ 0; returns the scalar and the cache."""
    shapes("l2_penalty_forward: w (...)", w)
    strength = non_negative("l2_penalty_forward", "strength", strength)
    return strength * w.square().sum(), (w, strength)


def l2_penalty_backward(dout, cache):
    """dw = dout · 2 λ w, of the shape (...) of w."""
    w, strength = cache
    return dout * 2 * strength * w


def l1_penalty_forward(w, strength=1.0):
    """out = λ Σ |w| for w (...) and strength λ ≥ 0; returns the scalar and the cache."""
    shapes("l1_penalty_forward: w (...)", w)
    strength = non_negative("l1_penalty_forward", "strength", strength)
    return strength * w.abs().sum(), (w, strength)


def l1_penalty_backward(dout, cache):
    """dw = dout · λ sign(w), of the shape (...) of w; 0 at w = 0."""
    w, strength = cache
    return dout * strength * w.sign()


def max_norm(w, limit, axis=0):
    """out = w · min(1, limit / ‖w‖) with norms along an axis (or axes) of w (...), of the shape of w."""
    shapes("max_norm: w (...)", w)
    limit = positive("max_norm", "limit", limit)
    norm = w.square().sum(dim=axis, keepdim=True).sqrt()
    return w * (limit / norm.clamp(min=limit))
