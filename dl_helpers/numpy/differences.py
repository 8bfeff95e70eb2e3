"""Slopes measured from values alone: difference quotients, and how far two gradients are apart."""

import numpy as np

from dl_helpers.arguments import positive, same_shape

__all__ = ["central_difference", "complex_step", "forward_difference", "relative_error"]


def forward_difference(f, x, h):
    """The gradient of f at x by one step forward in each entry.

    df/dx_i ≈ (f(x + h e_i) - f(x)) / h, with an error that shrinks like h

    f: array of the shape of x -> number; x: array of any shape; h: number > 0. Returns an array of the shape of x, in float64.
    """
    positive("forward_difference", "h", h)
    here = f(x)
    return _entry_by_entry(x, lambda step: (f(x + h * step) - here) / h)


def central_difference(f, x, h):
    """The gradient of f at x by one step to each side in each entry.

    df/dx_i ≈ (f(x + h e_i) - f(x - h e_i)) / 2h, with an error that shrinks like h²

    f: array of the shape of x -> number; x: array of any shape; h: number > 0. Returns an array of the shape of x.
    """
    positive("central_difference", "h", h)
    return _entry_by_entry(x, lambda step: (f(x + h * step) - f(x - h * step)) / (2 * h))


def complex_step(f, x, h=1e-30):
    """The gradient of f at x by a step into the complex plane: no difference is taken, so no digit is lost.

    df/dx_i ≈ Im f(x + i h e_i) / h, with an error that shrinks like h²

    f: array of the shape of x -> number, made of operations that work on complex numbers (no abs, max, comparison);
    x: array of any shape; h: number > 0, as small as you like. Returns an array of the shape of x.
    Source: Squire and Trapp, Using complex variables to estimate derivatives of real functions, SIAM Review 40, 1998.
    """
    positive("complex_step", "h", h)
    return _entry_by_entry(x, lambda step: np.imag(f(x + 1j * h * step)) / h)


def _entry_by_entry(x, slope):
    """slope(e) for each unit step e: 1 in one entry of x and 0 elsewhere."""
    gradient = np.zeros(np.shape(x))
    for index in np.ndindex(gradient.shape):
        step = np.zeros(gradient.shape)
        step[index] = 1
        gradient[index] = slope(step)
    return gradient


def relative_error(a, b):
    """The largest relative deviation between two arrays, a number: 0 when they agree, 2 when a = -b.

    max_i |a_i - b_i| / max(|a_i|, |b_i|), where 0 against 0 counts as 0

    a, b: arrays of one shape. Raises ValueError when the shapes differ.
    """
    same_shape("relative_error", a=a, b=b)
    gap, scale = np.abs(a - b), np.maximum(np.abs(a), np.abs(b))
    return (gap / np.where(scale == 0, 1, scale)).max()
