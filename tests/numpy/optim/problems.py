"""Functions to be minimised, whose minima are known."""

import numpy as np
from scipy.optimize import rosen, rosen_der, rosen_hess

from dl_helpers.numpy.optim import Objective


def rosenbrock():
    """The banana valley; its minimum is 0 at (1, ..., 1)."""
    return Objective(rosen, rosen_der, rosen_hess)


def quadratic(a, b):
    """½ wᵀA w - bᵀw, with the minimum A⁻¹ b."""
    return Objective(lambda w: w @ a @ w / 2 - b @ w, lambda w: a @ w - b, lambda w: a)


def first_example():
    """exp(x² + y²) + (x - 2)² + (y - 3)², the function of the lecture that has no closed-form minimum."""
    return Objective(
        lambda w: np.exp(w @ w) + (w[0] - 2) ** 2 + (w[1] - 3) ** 2,
        lambda w: 2 * w * np.exp(w @ w) + 2 * (w - [2, 3]),
        lambda w: np.exp(w @ w) * (2 * np.eye(2) + 4 * np.outer(w, w)) + 2 * np.eye(2),
    )


def exponential_decay(rng):
    """Fit a exp(-b t) + c to a noisy curve: residuals (40,), Jacobian (40, 3)."""
    t = np.linspace(0, 4, 40)
    y = 2.5 * np.exp(-1.3 * t) + 0.5 + 0.05 * rng.normal(size=40)
    return (
        lambda w: w[0] * np.exp(-w[1] * t) + w[2] - y,
        lambda w: np.stack([np.exp(-w[1] * t), -w[0] * t * np.exp(-w[1] * t), np.ones_like(t)], axis=1),
    )
