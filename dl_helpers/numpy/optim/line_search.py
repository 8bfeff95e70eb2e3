"""How far to go along a direction: functions (objective, w, direction, start) -> α, all of one kind.

objective answers loss(w), gradient(w) and hessian(w); w, direction: (K,); start: the first α to try. The answer is 0.0
when no better point was found, which near a minimum means that floating point has no better one.
Raises ValueError when the direction does not lead downhill. Set the other options with functools.partial.
"""

import numpy as np


def backtracking(objective, w, direction, start=1.0, c1=1e-4, shrink=0.5, trials=50):
    """Shrink α until the loss falls by a fair part of what the slope promises (the Armijo condition).

    L(w + α d) ≤ L(w) + c₁ α ∇L(w)ᵀd

    Source: Armijo, Minimization of functions having Lipschitz continuous first partial derivatives, 1966.
    """
    slope, loss = _downhill(objective, w, direction), objective.loss(w)
    alpha = start
    for _ in range(trials):
        if objective.loss(w + alpha * direction) <= loss + c1 * alpha * slope:
            return alpha
        alpha *= shrink
    return 0.0


def strong_wolfe(objective, w, direction, start=1.0, c1=1e-4, c2=0.9, trials=25):
    """A step that is neither too long (Armijo) nor too short (the slope at its end is flat enough).

    φ(α) ≤ φ(0) + c₁ α φ'(0)   and   |φ'(α)| ≤ c₂ |φ'(0)|,   with φ(α) = L(w + α d)

    First double α until such a step must lie between the last two, then narrow that interval.
    If the budget of trials ends first, the answer fulfils the first condition at least.
    Source: Nocedal and Wright, Numerical Optimization, 2006, algorithms 3.5 and 3.6.
    """
    loss, slope = objective.loss(w), _downhill(objective, w, direction)

    def phi(alpha):
        return objective.loss(w + alpha * direction)

    def dphi(alpha):
        return objective.gradient(w + alpha * direction) @ direction

    def low_enough(alpha, value):
        return value <= loss + c1 * alpha * slope

    def flat_enough(value):
        return abs(value) <= -c2 * slope

    def zoom(low, high):
        """low = (α, φ, φ') is the best α so far; between it and high = (α, φ) lies a step that fulfils both."""
        for _ in range(trials):
            alpha = _parabola_minimum(low, high)
            value = phi(alpha)
            if not low_enough(alpha, value) or value >= low[1]:
                high = (alpha, value)
                continue
            rise = dphi(alpha)
            if flat_enough(rise):
                return alpha
            if rise * (high[0] - low[0]) >= 0:
                high = low[:2]
            low = (alpha, value, rise)
        return low[0]

    low, alpha = (0.0, loss, slope), start
    for _ in range(trials):
        value = phi(alpha)
        if not low_enough(alpha, value) or (low[0] > 0 and value >= low[1]):
            return zoom(low, (alpha, value))
        rise = dphi(alpha)
        if flat_enough(rise):
            return alpha
        if rise >= 0:
            return zoom((alpha, value, rise), low[:2])
        low, alpha = (alpha, value, rise), 2 * alpha
    return low[0]


def exact_on_quadratic(objective, w, direction, start=1.0):
    """The very best step where the loss is a quadratic; elsewhere, that of the parabola with the same slope and curvature.

    α = -∇L(w)ᵀd / (dᵀ H d)

    Where the curvature along d is not positive, that parabola has no minimum and the answer is `start`.
    """
    slope = _downhill(objective, w, direction)
    curvature = direction @ objective.hessian(w) @ direction
    return -slope / curvature if curvature > 0 else start


def _downhill(objective, w, direction):
    slope = objective.gradient(w) @ direction
    if slope >= 0 and np.any(direction):
        raise ValueError(f"line search: the direction does not lead downhill: its slope is {slope:.3g}, expected one below 0")
    return slope


def _parabola_minimum(low, high):
    """The minimum of the parabola with value and slope at low and the value at high, kept off the ends of the interval."""
    (a, value, slope), (b, other) = low, high
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        width = np.float64(b - a)
        minimum = a - slope * width**2 / (2 * (other - value - slope * width))
    margin = 0.1 * abs(width)
    inside = min(a, b) + margin <= minimum <= max(a, b) - margin     # False for nan and inf, too
    return float(minimum) if inside else (a + b) / 2
