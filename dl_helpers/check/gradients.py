"""Gradient checks: a student's gradient against differences of the function itself."""

import numpy as np

from dl_helpers.check.compare import compare
from dl_helpers.check.failure import CheckFailed, Message
from dl_helpers.check.structure import diagnose_form

__all__ = ["central_difference", "gradient"]


def central_difference(f, x, h=None):
    """∂f/∂x ≈ (f(x + h) - f(x - h)) / 2h for each entry of x, of the shape of x, in float64.

    f: array -> number; x: array; h: by default 6e-6 of the entry's size (and of 1 at least), where rounding and truncation
    meet.
    """
    x = np.array(x, dtype=float)
    grad = np.empty_like(x)
    for index in np.ndindex(x.shape):
        step = h or 6e-6 * max(1.0, abs(x[index]))
        up, down = x.copy(), x.copy()
        up[index] += step
        down[index] -= step
        grad[index] = (float(f(up)) - float(f(down))) / (up[index] - down[index])
    return grad


def gradient(f, df, x, what="the gradient", rtol=1e-5):
    """Check that df(x) is the gradient of f at x. f: array -> number; df: array -> array of its shape. Raises CheckFailed."""
    x = np.asarray(x)
    numeric = central_difference(f, x)
    difference = compare(df(x.copy()), numeric, rtol, what, dtype=False)
    if difference:
        form = diagnose_form(what, difference, {"x": x})
        sentence = difference.sentence.replace("expected", "numerical gradient")
        raise CheckFailed(Message(f"✗ {what} is not the slope of the function", [form + "."] * bool(form) + [sentence]))
