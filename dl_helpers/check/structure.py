"""What can be said about a wrong array from its form alone: transposed, off by a factor, right except at the border, ...

Each question returns a sentence or None; the first answer is given to the learner. None of them shows how it is done right.
"""

from fractions import Fraction

import numpy as np

from dl_helpers.check.compare import sentence, tolerances

__all__ = ["diagnose_form"]


def diagnose_form(name, wrong):
    """A sentence about the form of a wrong result, or "".

    name: of the result; wrong: for each case in which it is wrong the pair (what `compare` found, dict of inputs). Something
    is said only if it holds in all of these cases, in the words of the first.
    """
    cases = [_numbers(difference, inputs) for difference, inputs in wrong if difference.kind != "dtype"]
    if not cases or None in cases:
        return ""
    shapes_differ = {a.shape != e.shape for a, e, _ in cases}
    if len(shapes_differ) > 1:
        cases = [c for c in cases if c[0].shape != c[1].shape]
    if True not in shapes_differ:
        factor = _factor(name, cases)
        if factor:
            return sentence(factor)
    for question in _OF_SHAPE if True in shapes_differ else _OF_VALUE:
        sentences = [question(name, *case) for case in cases]
        if all(sentences):
            return sentence(sentences[0])
    return ""


def _numbers(difference, inputs):
    if difference.kind not in ("shape", "value"):
        return None
    a, e = np.asarray(difference.actual), np.asarray(difference.expected)
    if a.size == 0 or e.size == 0 or a.size > 10_000_000 or e.dtype.kind != "f" or not np.isfinite(a.astype(float)).all():
        return None
    dtype = np.float32 if a.dtype == np.float32 else np.float64          # which says how close is close
    return a.astype(dtype), e.astype(dtype), inputs


def _close(a, b):
    rtol, atol = tolerances(b, a, 1e-5)
    return a.shape == b.shape and np.allclose(a, b, rtol=rtol, atol=atol)


# A wrong shape


def _transposed(name, a, e, inputs):
    if a.ndim == 2 and _close(a.T, e):
        return f"{name} is transposed: its transpose is right"


def _reshaped(name, a, e, inputs):
    if a.size == e.size and _close(a.reshape(e.shape), e):
        return f"The numbers of {name} are right, its shape is not: {a.shape} instead of {e.shape or 'a single number'}"


def _not_summed(name, a, e, inputs):
    if e.ndim == 0:
        for word, total in (("sum", a.sum()), ("mean", a.mean())):
            if _close(total, e):
                return f"{name} is one number for each entry: their {word} is right"
    for axis in range(a.ndim):
        for word, total in (("sum", a.sum(axis)), ("mean", a.mean(axis))):
            if _close(total, e):
                return f"{name} still has the axis {axis}: its {word} over that axis is right"


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


# A wrong factor


def _factor(name, cases):
    """Every entry is the same multiple of what it should be, in each case; with the size or number of the inputs that it is."""
    ratios = [_ratio(a, e) for a, e, _ in cases]
    if None in ratios:
        return ""
    e, ratio = cases[0][1], ratios[0]
    if all(abs(r + 1) < 1e-4 for r in ratios):
        return f"{name} has the wrong sign: {'it' if e.ndim == 0 else 'every entry'} is exactly minus what it should be"
    meanings = [_meanings(r, inputs) for r, (_, _, inputs) in zip(ratios, cases)]
    meaning = next((m for key, m in meanings[0].items() if all(key in other for other in meanings)), "")
    constant = all(abs(r / ratio - 1) < 1e-4 for r in ratios)
    if not meaning and (not constant or (e.ndim == 0 and len(cases) == 1)):
        return ""              # two numbers always have a ratio
    every = f"{name} has the right shape {e.shape}, but every entry is" if e.ndim else f"{name} is"
    return f"{every} {_spelled(ratio)} what it should be{meaning}"


def _ratio(a, e):
    used = np.abs(e) > 1e-3 * np.abs(e).max()
    if not used.any():
        return None
    ratio = float(np.median(a[used] / e[used]))
    return None if ratio == 0 or abs(ratio - 1) < 1e-4 or not _close(a, ratio * e) else ratio


def _spelled(ratio):
    fraction = Fraction(ratio).limit_denominator(200)
    if fraction == 0 or abs(float(fraction) / ratio - 1) > 1e-4 or abs(fraction.numerator) > 1000:
        return f"{ratio:.4g} times"
    n, d = fraction.numerator, fraction.denominator
    return f"{n} times" if d == 1 else f"{n}/{d} of"


def _meanings(ratio, inputs):
    """Where the inputs hold that factor: key -> ", and x has 7 rows", ", and that is 1/dout"."""
    found = {}
    for power, r in ((1, ratio), (-1, 1 / ratio), (2, ratio / 2), (-2, 2 / ratio)):
        n = round(abs(r))
        if n < 2 or abs(abs(r) / n - 1) > 1e-4:
            continue
        for name, value in inputs.items():
            if isinstance(value, np.ndarray) and value.ndim:
                sizes = {"entries": value.size} if value.ndim == 1 else {"rows": value.shape[0], "entries": value.size}
                sizes |= {"columns": value.shape[1]} if value.ndim == 2 else {}
                for word, size in sizes.items():
                    if size == n:
                        found.setdefault((power, name, "rows" if value.ndim == 1 else word), f", and {name} has {n} {word}")
                        if value.ndim == 1:
                            found.setdefault((power, name, "entries"), f", and {name} has {n} entries")
    for name, value in inputs.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value not in (0, 1):
            for words, factor in ((f"1/{name}", 1 / value), (name, value)):
                if abs(ratio / factor - 1) < 1e-4:
                    found[words] = f", and that is {words}"
    return found


# A wrong value


def _an_input(name, a, e, inputs):
    for other, value in inputs.items():
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size and _close(a, value.astype(float)):
            return f"{name} is exactly the input {other}"


def _cut_off(name, a, e, inputs):
    if (a == np.trunc(a)).all() and _close(a, np.trunc(e)) and not _close(a, e):
        return f"{name} holds whole numbers: the digits after the point are cut off. Is an array of integers on the way?"


def _all_zero(name, a, e, inputs):
    if not a.any() and e.any():
        return f"{name} is 0" if a.ndim == 0 else f"{name} is 0 everywhere: is the array that you fill the one that you return?"


def _offset(name, a, e, inputs):
    gap = a - e
    if e.ndim and e.size > 1 and np.ptp(gap) < 1e-6 * np.abs(gap).max():
        word = "large" if gap.flat[0] > 0 else "small"
        return f"Every entry of {name} is too {word} by the same {abs(gap.flat[0]):.6g}"


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
_OF_VALUE = (_cut_off, _all_zero, _an_input, _offset, _sign_of_some, _reordered, _somewhere)
