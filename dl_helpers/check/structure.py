"""What can be said about a wrong array from its form alone: transposed, off by a factor, right except at the border, ...

Each question returns a sentence or None; the first answer is given to the learner. None of them shows how it is done right.
"""

from fractions import Fraction

import numpy as np

from dl_helpers.check.compare import tolerances

__all__ = ["diagnose_form"]


def diagnose_form(name, difference, inputs):
    """A sentence about the form of a wrong result, or None.

    name: of the result; difference: what `compare` found; inputs: dict of the inputs of the call.
    """
    if difference.kind not in ("shape", "value"):
        return None
    actual, expected = np.asarray(difference.actual), np.asarray(difference.expected)
    if actual.size == 0 or expected.size == 0 or not np.isfinite(np.asarray(actual, float)).all():
        return None
    actual, expected = actual.astype(float), expected.astype(float)
    questions = _OF_SHAPE if difference.kind == "shape" else _OF_VALUE
    for question in questions:
        sentence = question(name, actual, expected, inputs)
        if sentence:
            return sentence
    return None


def _close(a, b):
    rtol, atol = tolerances(b, a, 1e-5)
    return a.shape == b.shape and np.allclose(a, b, rtol=rtol, atol=atol)


# A wrong shape


def _transposed(name, a, e, inputs):
    if a.ndim == 2 and _close(a.T, e):
        return f"{name} is transposed: its transpose is right"


def _reshaped(name, a, e, inputs):
    if a.size == e.size and _close(a.reshape(e.shape), e):
        return f"the numbers of {name} are right, its shape is not: {a.shape} instead of {e.shape or 'a single number'}"


def _not_summed(name, a, e, inputs):
    for axis in range(a.ndim):
        for word, total in (("sum", a.sum(axis)), ("mean", a.mean(axis))):
            if _close(total, e):
                return f"{name} still has the axis {axis}: its {word} over that axis is right"
    if e.ndim == 0 and a.ndim:
        for word, total in (("sum", a.sum()), ("mean", a.mean())):
            if _close(total, e):
                return f"{name} is one number for each entry: their {word} is right"


def _table(name, a, e, inputs):
    if a.ndim == 2 and e.ndim == 1 and a.shape == (e.size, e.size):
        return (f"{name} is a table of {a.shape[0]} × {a.shape[1]}: an array of shape ({e.size},) met one of shape "
                f"({e.size}, 1), and broadcasting combined every entry with every other")


def _too_short(name, a, e, inputs):
    if a.ndim == e.ndim == 1 and a.size != e.size:
        less = e.size - a.size
        n = abs(less)
        words = f"{n} {'entry' if n == 1 else 'entries'} too {'few' if less > 0 else 'many'}"
        small, large = (a, e) if less > 0 else (e, a)
        if small.size and _close(large[n:], small):
            return f"{name} has {words}, at the beginning; the others are right"
        if small.size and _close(large[:-n], small):
            return f"{name} has {words}, at the end; the others are right"
        return f"{name} has {words}"


# A wrong value


def _an_input(name, a, e, inputs):
    for other, value in inputs.items():
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size and _close(a, value.astype(float)):
            return f"{name} is exactly the input {other}"


def _all_zero(name, a, e, inputs):
    if a.size and not a.any() and e.any():
        return f"{name} is 0" if a.ndim == 0 else f"{name} is 0 everywhere: is the array that you fill the one that you return?"


def _factor(name, a, e, inputs):
    used = np.abs(e) > 1e-3 * np.abs(e).max()
    if not used.any():
        return None
    ratio = float(np.median(a[used] / e[used]))
    if ratio == 0 or abs(ratio - 1) < 1e-4 or not _close(a, ratio * e):
        return None
    every = "it is" if e.ndim == 0 else "every entry is"
    head = f"{name} has the right shape {e.shape}, but every entry is" if e.ndim else f"{name} is"
    if abs(ratio + 1) < 1e-4:
        return f"{name} has the wrong sign: {every} exactly minus what it should be"
    factor = _spelled(ratio)
    if factor is None:
        return None
    return f"{head} {factor} what it should be{_meaning(abs(ratio), inputs)}"


def _spelled(ratio):
    fraction = Fraction(ratio).limit_denominator(200)
    if fraction == 0 or abs(float(fraction) / ratio - 1) > 1e-4:
        return f"{ratio:.4g} times" if 1e-3 < abs(ratio) < 1e3 else None
    n, d = fraction.numerator, fraction.denominator
    if d == 1:
        return f"{n} times"
    return f"{n}/{d} of"


def _meaning(ratio, inputs):
    """Which size of the inputs the factor is, in words: ", and x has 7 rows"."""
    for r in (ratio, 1 / ratio, ratio / 2, 2 / ratio):
        n = round(r)
        if n < 3 or abs(r / n - 1) > 1e-4:
            continue
        for name, value in inputs.items():
            if isinstance(value, np.ndarray) and value.ndim:
                if value.shape[0] == n:
                    return f", and {name} has {n} {'entries' if value.ndim == 1 else 'rows'}"
                if n in value.shape:
                    return f", and {name} has the shape {value.shape}"
                if value.size == n:
                    return f", and {name} has {n} entries"
    return ""


def _offset(name, a, e, inputs):
    gap = a - e
    if e.ndim and e.size > 1 and np.ptp(gap) < 1e-6 * np.abs(gap).max():
        word = "large" if gap.flat[0] > 0 else "small"
        return f"every entry of {name} is too {word} by the same {abs(gap.flat[0]):.6g}"


def _sign_of_some(name, a, e, inputs):
    if e.ndim and e.size > 1 and _close(np.abs(a), np.abs(e)):
        flipped = int((np.sign(a) != np.sign(e)).sum())
        return f"{name} is right in size; {flipped} of {e.size} entries have the wrong sign"


def _reordered(name, a, e, inputs):
    if e.ndim and e.size > 2 and _close(np.sort(a, axis=None), np.sort(e, axis=None)):
        for axis in range(e.ndim):
            if _close(np.flip(a, axis), e):
                return f"{name} holds the right numbers in the opposite order along axis {axis}"
        if e.ndim == 2 and a.shape[0] == a.shape[1] and _close(a.T, e):
            return f"{name} is transposed"
        return f"{name} holds the right numbers in another order"


def _somewhere(name, a, e, inputs):
    rtol, atol = tolerances(e, a)
    wrong = np.abs(a - e) > atol + rtol * np.abs(e)
    if e.ndim == 0 or wrong.mean() > 0.5 or e.size < 3:
        return None
    if e.ndim == 1:
        if wrong[0] and wrong.sum() == 1:
            return f"{name} is right except in its first entry"
        if wrong[-1] and wrong.sum() == 1:
            return f"{name} is right except in its last entry"
    if e.ndim >= 2:
        for axis in range(e.ndim):
            lines = np.flatnonzero(wrong.any(axis=tuple(i for i in range(e.ndim) if i != axis)))
            word = {0: "row", 1: "column"}.get(axis, f"slice of axis {axis}") if e.ndim == 2 else f"slice of axis {axis}"
            if len(lines) == 1:
                where = {0: "first", e.shape[axis] - 1: "last"}.get(int(lines[0]), f"{word} {lines[0]}")
                return f"{name} is right except in " + (f"its {where} {word}" if where in ("first", "last") else where)
        border = np.ones(e.shape, bool)
        border[tuple(slice(1, -1) for _ in e.shape)] = False
        if min(e.shape) > 2 and not wrong[~border].any():
            return f"{name} is right except at the border"
    for other, value in inputs.items():
        if isinstance(value, np.ndarray) and value.shape == e.shape and value.dtype.kind in "biuf":
            for condition, mask in ((f"{other} is 0", value == 0), (f"{other} is negative", value < 0)):
                if mask.any() and (mask == wrong).all():
                    return f"{name} is right except where {condition}"
    return f"{name} is right in {(~wrong).sum()} of {e.size} entries"


_OF_SHAPE = (_transposed, _reshaped, _not_summed, _table, _too_short)
_OF_VALUE = (_all_zero, _factor, _an_input, _offset, _sign_of_some, _reordered, _somewhere)
