"""Plain data: what student code returned, taken apart without trusting it, and arrays as JSON.

A result is judged leaf by leaf; a leaf is an array or a number. Torch tensors are recognised without importing torch.
"""

import types

import numpy as np

from dl_helpers.check.formula import Formula

__all__ = ["NotPlain", "decode", "describe", "encode", "is_scalar", "leaf", "round_relative"]

_NUMBERS = (bool, int, float, complex, np.generic)


class NotPlain(Exception):
    """A value that cannot be compared; the text says what it is and what was expected instead."""


def leaf(value, expect_array):
    """The value as a NumPy array of numbers (0-d for a number).

    expect_array: whether an array with axes is expected, so that a list can be told from it.
    Raises NotPlain for everything else: None, text, generators, lists, arrays of objects, whatever misbehaves.
    """
    if value is None:
        raise NotPlain("is None: is the return statement missing?")
    if isinstance(value, types.GeneratorType):
        raise NotPlain("is a generator; expected " + _expected(expect_array) + ": call list() or np.array(list()) on it")
    if isinstance(value, (str, bytes)):
        raise NotPlain(f"is the text {value[:40]!r}; expected {_expected(expect_array)}")
    if isinstance(value, type) or (callable(value) and not hasattr(value, "shape")):
        raise NotPlain(f"is {_called(value)} itself, not its result: are the parentheses () of a call missing?")
    if isinstance(value, (list, tuple)):
        kind = type(value).__name__
        hint = ": np.array(...) makes one of it" if expect_array else ""
        raise NotPlain(f"is a {kind} with {len(value)} entries; expected {_expected(expect_array)}{hint}")
    if isinstance(value, (dict, set, frozenset)):
        raise NotPlain(f"is a {type(value).__name__}; expected {_expected(expect_array)}")
    try:
        array = _array(value)
    except NotPlain:
        raise
    except Exception as error:
        raise NotPlain(f"is a {type(value).__name__} that is no array of numbers ({type(error).__name__})") from None
    if array.dtype.kind not in "biuf":
        what = "complex numbers" if array.dtype.kind == "c" else f"dtype {array.dtype}"
        raise NotPlain(f"has {what}; expected {_expected(expect_array)} of real numbers")
    return array


def _array(value):
    if type(value).__module__.partition(".")[0] == "torch" and hasattr(value, "detach"):
        return np.asarray(value.detach().cpu().numpy())
    if isinstance(value, np.ma.MaskedArray):
        raise NotPlain("is a masked array; expected an ordinary one")
    if isinstance(value, (np.ndarray, *_NUMBERS)):
        return np.asarray(value)
    raise NotPlain(f"is a {type(value).__name__}; expected a NumPy array or a number")


def _expected(expect_array):
    return "an array" if expect_array else "a number"


def _called(value):
    return f"the {'class' if isinstance(value, type) else 'function'} {getattr(value, '__name__', '')}".rstrip()


def is_scalar(array):
    """Whether a leaf is a bare number."""
    return np.ndim(array) == 0


def describe(value, entries=12):
    """A value in a few words: its numbers where they are few, else its shape."""
    try:
        if isinstance(value, Formula):
            return str(value)
        if callable(value):
            return "a function"
        if hasattr(value, "shape") and hasattr(value, "dtype"):
            array = leaf(value, True)
            small = array.size <= entries
            kind = "" if array.dtype == np.float64 or array.dtype.kind in "bi" else f" {array.dtype}"
            return _spell(array.tolist()) + kind if small else f"an array of shape {tuple(array.shape)}{kind}"
        text = _spell(value)
        return text if len(text) <= 80 else f"a {type(value).__name__} of {len(value)}"
    except Exception:
        return f"a {type(value).__name__}"


def _spell(value):
    """Numbers and lists of them, with at most five digits each."""
    if isinstance(value, float):
        return f"{value:.5g}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_spell, value)) + "]"
    return repr(value)


def round_relative(array, digits=10):
    """Round to a number of digits of the largest entry, so that the last bits of a platform's arithmetic vanish."""
    array = np.asarray(array)
    if array.dtype.kind != "f" or array.size == 0:
        return array
    finite = np.abs(array[np.isfinite(array)])
    largest = float(finite.max()) if finite.size else 0.0
    if largest == 0:
        return array + 0.0
    decimals = digits - 1 - int(np.floor(np.log10(largest)))
    return np.asarray(np.round(array.astype(float), decimals) + 0.0, dtype=array.dtype)     # + 0.0: no negative zero


def encode(value):
    """A value as JSON data; `decode` brings it back with dtype and shape."""
    if isinstance(value, Formula):
        return {"formula": value.text, "of": value.of, "with": {k: encode(v) for k, v in value.constants.items()}}
    if hasattr(value, "detach"):
        return {"tensor": encode(leaf(value, expect_array=True))}
    if isinstance(value, np.ndarray):
        return {"dtype": str(value.dtype), "shape": list(value.shape), "data": [_number(v) for v in value.ravel().tolist()]}
    if isinstance(value, np.generic):
        return {"dtype": str(value.dtype), "data": _number(value.item())}
    if isinstance(value, (list, tuple)):
        return {type(value).__name__: [encode(v) for v in value]}
    if isinstance(value, dict):
        return {"dict": {k: encode(v) for k, v in value.items()}}
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return _number(value)
    raise TypeError(f"encode: a {type(value).__name__} cannot be the input of a task; use arrays, numbers and Formula")


def _number(v):
    """JSON has no nan and no inf; a whole number is written short."""
    if isinstance(v, float):
        return str(v) if not np.isfinite(v) else v
    return v


def decode(data):
    """The value that `encode` was given."""
    if isinstance(data, str):
        return float(data) if data in ("nan", "inf", "-inf") else data
    if not isinstance(data, dict):
        return data
    if "formula" in data:
        return Formula(data["formula"], data["of"], **{k: decode(v) for k, v in data["with"].items()})
    if "tensor" in data:
        import torch

        return torch.from_numpy(decode(data["tensor"]))
    if "dtype" in data:
        numbers = data["data"]
        if not isinstance(numbers, list):
            return np.dtype(data["dtype"]).type(numbers)
        return np.array([float(v) if isinstance(v, str) else v for v in numbers], dtype=data["dtype"]).reshape(data["shape"])
    if "list" in data:
        return [decode(v) for v in data["list"]]
    if "tuple" in data:
        return tuple(decode(v) for v in data["tuple"])
    return {k: decode(v) for k, v in data["dict"].items()}
