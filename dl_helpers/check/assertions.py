"""Checks for any cell: close, shape, raises, trained."""

import numpy as np

from dl_helpers.check.compare import compare
from dl_helpers.check.explain import difference_table
from dl_helpers.check.failure import CheckFailed, Message
from dl_helpers.check.plain import NotPlain, leaf
from dl_helpers.check.structure import diagnose_form

__all__ = ["close", "raises", "shape", "trained"]


def close(actual, expected, what="the result", rtol=1e-6, inputs=None):
    """Check that a value agrees with what is expected: arrays, numbers, torch tensors; tuples, lists and dicts of them.

    what: its name in the message; rtol: relative tolerance in float64 (float32 values get float32's);
    inputs: dict of the arrays that it was computed from, which sharpens the diagnosis. Raises CheckFailed.
    """
    difference = compare(actual, expected, rtol, what, dtype=False)
    if difference:
        form = diagnose_form(difference.name, [(difference, inputs or {})])
        lines = [form] * bool(form) + [difference.sentence] * (difference.kind == "value" or not form)
        raise CheckFailed(Message(f"✗ {difference.name} is not as expected", lines, difference_table(difference)))


def shape(value, expected, what="the result"):
    """Check that an array has a shape. A letter or None stands for any size: shape(x, ("N", 3))."""
    try:
        actual = leaf(value, expect_array=True).shape
    except NotPlain as problem:
        raise CheckFailed(f"✗ {what} {problem}") from None
    wanted = tuple(expected) if isinstance(expected, (tuple, list)) else (expected,)
    sizes = {}
    fits = len(actual) == len(wanted) and all(
        w is None or (sizes.setdefault(w, a) == a if isinstance(w, str) else w == a) for a, w in zip(actual, wanted))
    if not fits:
        spelled = "(" + ", ".join("any" if w is None else str(w) for w in wanted) + ("," if len(wanted) == 1 else "") + ")"
        raise CheckFailed(f"✗ {what} has shape {actual}; expected {spelled}")


def raises(error, function, *arguments, **options):
    """Check that a call is refused with an error of a type, and with a message. Raises CheckFailed."""
    name = getattr(function, "__name__", "the function")
    try:
        result = function(*arguments, **options)
    except error as raised:
        if not str(raised):
            message = f"✗ {name} raises {error.__name__} without a message: say what is wrong with the argument"
            raise CheckFailed(message) from None
        return
    except Exception as raised:
        raise CheckFailed(f"✗ {name} raises {type(raised).__name__}; expected {error.__name__}: {raised}") from None
    raise CheckFailed(f"✗ {name} returned a {type(result).__name__}; it must refuse these arguments with {error.__name__}")


def trained(value, at_most=None, at_least=None, what="the error"):
    """Check the outcome of an experiment: a number that must not exceed, or must reach, a bound. Raises CheckFailed."""
    try:
        number = leaf(value, expect_array=False)
    except NotPlain as problem:
        raise CheckFailed(f"✗ {what} {problem}") from None
    if number.ndim:
        raise CheckFailed(f"✗ {what} has shape {number.shape}; expected a single number")
    if not np.isfinite(number):
        raise CheckFailed(f"✗ {what} is {number}: the training diverged. Is the learning rate too large?")
    if at_most is not None and number > at_most:
        raise CheckFailed(f"✗ {what} is {number:.4g}; at most {at_most:.4g} is asked for")
    if at_least is not None and number < at_least:
        raise CheckFailed(f"✗ {what} is {number:.4g}; at least {at_least:.4g} is asked for")
