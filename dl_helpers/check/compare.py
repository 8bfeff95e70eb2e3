"""Comparison of one result with what is expected: shape, dtype, nan, deviation."""

from dataclasses import dataclass

import numpy as np

from dl_helpers.check.plain import NotPlain, is_scalar, leaf

__all__ = ["Difference", "compare", "sentence", "tolerances"]

FLOAT32_RTOL = 1e-4


@dataclass
class Difference:
    """How a result differs.

    kind: "type", "shape", "nan", "dtype", "value", or what a task asks beside that; sentence: the difference in words;
    wrong: mask of the entries out of tolerance; name: of the part that differs, "grads['w']".
    """

    kind: str
    sentence: str
    actual: object = None
    expected: object = None
    wrong: object = None
    name: str = ""


def sentence(text):
    """A text with a full stop, if it has no mark at its end yet."""
    return text if text.endswith((".", "!", "?")) else text + "."


def tolerances(expected, actual, rtol=1e-6):
    """(rtol, atol) for a comparison. atol is rtol of the largest expected entry: what is nearly 0 is judged by the others."""
    if "float32" in (str(expected.dtype), str(actual.dtype)) or "float16" in (str(expected.dtype), str(actual.dtype)):
        rtol = max(rtol, FLOAT32_RTOL)
    finite = np.abs(expected[np.isfinite(expected)]) if expected.dtype.kind == "f" else np.abs(expected.astype(float))
    return rtol, rtol * float(finite.max() if finite.size else 0) + 1e-12


def compare(actual, expected, rtol=1e-6, name="result", dtype=True):
    """None when `actual` agrees with `expected`, else a Difference.

    expected: array or number, or a dict, list or tuple of them; rtol: relative tolerance in float64; dtype: whether float32
    must stay float32.
    """
    if isinstance(expected, (dict, list, tuple)):
        return _compare_parts(actual, expected, rtol, name, dtype)
    difference = _compare(actual, leaf(expected, expect_array=True), rtol, name, dtype)
    if difference:
        difference.name = name
    return difference


def _compare_parts(actual, expected, rtol, name, dtype):
    """The first difference of containers: another kind, other keys, another number of parts, or a part that differs."""
    if isinstance(expected, dict):
        if not isinstance(actual, dict):
            keys = ", ".join(map(repr, expected))
            return Difference("type", f"{name} is a {type(actual).__name__}; expected a dict with the keys {keys}.", name=name)
        for word, keys in (("lacks", expected.keys() - actual.keys()), ("should not have", actual.keys() - expected.keys())):
            if keys:
                return Difference("type", f"{name} {word} {', '.join(sorted(map(repr, keys)))}.", name=name)
        pairs = [(f"{name}[{key!r}]", actual[key], expected[key]) for key in expected]
    else:
        if not isinstance(actual, (tuple, list)) or len(actual) != len(expected):
            got = f"{len(actual)} values" if isinstance(actual, (tuple, list)) else f"a {type(actual).__name__}"
            return Difference("type", f"{name} is {got}; expected {len(expected)} values.", name=name)
        pairs = [(f"{name}[{i}]", a, e) for i, (a, e) in enumerate(zip(actual, expected))]
    return next((found for part, a, e in pairs if (found := compare(a, e, rtol, part, dtype))), None)


def _compare(actual, expected, rtol, name, dtype):
    try:
        array = leaf(actual, expect_array=not is_scalar(expected))
    except NotPlain as problem:
        return Difference("type", sentence(f"{name} {problem}"), actual, expected)
    if array.shape != expected.shape:
        return Difference("shape", _shape_sentence(name, array, expected), array, expected)
    a, e = array.astype(float), expected.astype(float)
    unexpected = ~np.isfinite(a) & ~((a == e) | (np.isnan(a) & np.isnan(e)))
    if unexpected.any():
        return Difference("nan", _nan_sentence(name, a, unexpected), array, expected, unexpected)
    rtol, atol = tolerances(expected, array, rtol) if np.isfinite(rtol) else (0, np.inf)     # ∞ · 0 would be nan
    with np.errstate(invalid="ignore"):
        wrong = ~((np.abs(a - e) <= atol + rtol * np.abs(e)) | (a == e) | (np.isnan(a) & np.isnan(e)))
    if wrong.any():
        return Difference("value", _deviation_sentence(name, a, e), array, expected, wrong)
    if dtype and expected.dtype == np.float32 and array.dtype != np.float32:
        why = "A float64 array on the way (np.zeros, np.eye, np.array([0.5])) makes everything after it float64."
        text = f"{name} has dtype {array.dtype}, but all inputs are float32: the result must stay float32."
        return Difference("dtype", f"{text} {why}" if array.dtype == np.float64 else text, array, expected)
    return None


def _shape_sentence(name, array, expected):
    if is_scalar(expected):
        return f"{name} has shape {array.shape}; expected a single number."
    if is_scalar(array):
        return f"{name} is a single number; expected an array of shape {expected.shape}."
    return f"{name} has shape {array.shape}; expected {expected.shape}."


def _nan_sentence(name, a, bad):
    kinds = [word for word, test in (("nan", np.isnan), ("inf", np.isinf)) if (test(a) & bad).any()]
    what = " and ".join(kinds)
    if is_scalar(a):
        return f"{name} is {what}."
    return f"{name} holds {what} in {bad.sum()} of {bad.size} entries, the first at {name}{index_of(bad)}."


def _deviation_sentence(name, a, e):
    with np.errstate(invalid="ignore", over="ignore"):
        gap = np.nan_to_num(np.abs(a - e), nan=np.inf)
    if is_scalar(a):
        return f"yours {a:.6g}, expected {e:.6g}"
    at = np.unravel_index(int(gap.argmax()), gap.shape)
    where = f"{name}[{', '.join(map(str, at))}]"
    relative = gap[at] / abs(e[at]) if e[at] != 0 else np.inf
    size = f"{gap[at]:.3g}" + (f" ({relative:.0%})" if 0.01 <= relative < 100 else "")
    return f"largest deviation {size} at {where}: yours {a[at]:.6g}, expected {e[at]:.6g}"


def index_of(mask):
    """The index of the first True, as text: "[0, 2]"."""
    return "[" + ", ".join(str(int(i)) for i in np.argwhere(mask)[0]) + "]"
