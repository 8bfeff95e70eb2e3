"""Clip gradients before a step, so that one steep batch does not throw the weights away."""

import numpy as np

from dl_helpers.arguments import option, positive


def clip_grad_value(grads, clip_value):
    """Every entry between -c and c: cheap, but it changes the direction.

    g ← min(max(g, -c), c)

    grads: list of arrays; clip_value: c > 0. Returns a list of new arrays of the same shapes.
    """
    positive("clip_grad_value", "clip_value", clip_value)
    return [np.clip(g, -clip_value, clip_value) for g in grads]


def clip_grad_norm(grads, max_norm, norm_type=2.0):
    """All gradients shrunk by one factor when their common norm exceeds c: the direction stays.

    g ← g · min(1, c / (‖(g₁, g₂, ...)‖ + 1e-6))

    grads: list of arrays; max_norm: c > 0; norm_type: the p of the p-norm, np.inf for the largest entry.
    Returns a list of new arrays of the same shapes, and the norm before clipping.
    Source: Pascanu, Mikolov, Bengio, On the difficulty of training recurrent neural networks, 2013.
    """
    positive("clip_grad_norm", "max_norm", max_norm)
    option("clip_grad_norm", "norm_type", norm_type, (lambda p: np.isscalar(p) and p > 0, "a positive number or np.inf"))
    norm = np.linalg.norm([np.linalg.norm(np.ravel(g), norm_type) for g in grads], norm_type)
    factor = min(1.0, float(max_norm / (norm + 1e-6)))   # 1e-6 as in torch: no division by zero
    return [g * factor for g in grads], norm
