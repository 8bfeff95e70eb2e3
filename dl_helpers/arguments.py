"""The argument checks that the NumPy and the torch operations share.

One line at the top of an operation says what its arrays must look like, in the letters of its formula:

    n, d, m = shapes("affine_forward: x (N, D), w (D, M), b (M)", x, w, b)

A letter stands for one size wherever it appears, a number for itself, and a leading `...` for any axes in front.
Arrays are floating point unless the line says `int` or `bool`: "labels int (N)".
"""

import re
from functools import cache

import numpy as np

_ARGUMENT = re.compile(r"(\w+) (?:(int|bool|any) )?\(([^)]*)\)")


@cache
def _parse(signature):
    op, _, arguments = signature.partition(":")
    parsed = []
    for name, kind, axes in _ARGUMENT.findall(arguments):
        axes = tuple(axis.strip() for axis in axes.split(",") if axis.strip())
        any_leading = bool(axes) and axes[0] == "..."
        parsed.append((name, kind or "float", axes[1:] if any_leading else axes, any_leading))
    letters = tuple(dict.fromkeys(a for *_, axes, _ in parsed for a in axes if not a.isdigit()))
    return op, tuple(parsed), letters


def shapes(signature, *arrays):
    """Check arrays against a signature and return the sizes of its letters, in order of appearance.

    signature: "operation: name (AXES), name int (AXES), ..."; arrays: one for each name, NumPy or torch.
    An array given as None (an optional bias, say) is passed over.
    Raises TypeError for what is no array or has the wrong kind of dtype, ValueError for a wrong shape.
    """
    op, expected, letters = _parse(signature)
    sizes, first_float = {}, None
    for (name, kind, axes, any_leading), array in zip(expected, arrays, strict=True):
        if array is None:
            continue
        _check_kind(op, name, kind, array)
        if kind == "float":
            if first_float is None:
                first_float = (name, array.dtype)
            elif array.dtype != first_float[1]:
                raise TypeError(
                    f"{op}: {name} has dtype {array.dtype}, but {first_float[0]} has {first_float[1]}; "
                    f"convert one of them, so that all arrays share one dtype"
                )
        shape = tuple(array.shape)
        if len(shape) < len(axes) or (len(shape) > len(axes) and not any_leading):
            at_least = "at least " if any_leading else ""
            raise ValueError(
                f"{op}: {name} has {len(shape)} axes, but {at_least}{len(axes)} are expected: "
                f"{name}.shape = {shape}, expected {_spell(axes, any_leading)}"
            )
        for axis, size in zip(axes, shape[len(shape) - len(axes):]):
            wanted = int(axis) if axis.isdigit() else sizes.setdefault(axis, (size, name))[0]
            if size != wanted:
                problem = _disagreement(axis, name, size, wanted, sizes)
                raise ValueError(f"{op}: {problem}: {_all_shapes(expected, arrays)}")
    return tuple(sizes[letter][0] if letter in sizes else None for letter in letters)


def same_shape(op, **arrays):
    """Check that two floating-point arrays have one shape, before broadcasting makes (N,) - (N, 1) an (N, N) table."""
    (first, a), (second, b) = arrays.items()
    shapes(f"{op}: {first} (...), {second} (...)", a, b)
    if a.shape != b.shape:
        raise ValueError(
            f"{op}: {first} and {second} must have one shape: "
            f"{first}.shape = {tuple(a.shape)}, {second}.shape = {tuple(b.shape)}"
        )


def option(op, name, value, allowed):
    """Check an option against a set of allowed values, or against a (predicate, description) pair."""
    if isinstance(allowed, tuple) and callable(allowed[0]):
        ok, expected = allowed[0](value), allowed[1]
    else:
        ok, expected = value in allowed, "one of " + ", ".join(map(repr, allowed))
    if not ok:
        raise ValueError(f"{op}: {name} is {value!r}; expected {expected}")
    return value


def positive(op, name, value):
    """Check that an option is a positive finite number."""
    return option(op, name, value, (lambda v: np.isscalar(v) and 0 < v < np.inf, "a positive number"))


def non_negative(op, name, value):
    """Check that an option is a finite number, 0 or larger."""
    return option(op, name, value, (lambda v: np.isscalar(v) and 0 <= v < np.inf, "a number ≥ 0"))


def count(op, name, value, least=1):
    """Check that an option is a whole number, `least` or larger."""
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    return option(op, name, value, (lambda v: whole and v >= least, f"a whole number ≥ {least}"))


def generator(op, rng):
    """Check that rng is a NumPy random generator: a seed given in its place would restart the numbers at every call."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"{op}: rng is {rng!r}; expected a generator, made once: rng = np.random.default_rng(0)")
    return rng


_KINDS = {"float": ("floating-point", "np.float64"), "int": ("integer", "int"), "bool": ("boolean", "bool")}


def _check_kind(op, name, kind, array):
    if not hasattr(array, "shape") or not hasattr(array, "dtype"):
        raise TypeError(f"{op}: {name} is a {type(array).__name__}; expected an array: np.asarray({name}, dtype=float)")
    actual = _kind_of(array)
    if kind != "any" and actual != kind:
        wanted, dtype = _KINDS[kind]
        raise TypeError(f"{op}: {name} has dtype {array.dtype}; expected a {wanted} one: {name}.astype({dtype})")


def _kind_of(array):
    if hasattr(array, "is_floating_point"):  # a torch tensor; torch is not imported for this
        return "float" if array.is_floating_point() else "bool" if str(array.dtype) == "torch.bool" else "int"
    return {"f": "float", "i": "int", "u": "int", "b": "bool"}.get(array.dtype.kind, "other")


def _disagreement(axis, name, size, wanted, sizes):
    if axis.isdigit():
        return f"{name} has {size} where {axis} is expected"
    return f"{name} has {axis} = {size}, but {sizes[axis][1]} has {axis} = {wanted}"


def _all_shapes(expected, arrays):
    return ", ".join(
        f"{name}.shape = {tuple(array.shape)}, expected {_spell(axes, leading)}"
        for (name, _, axes, leading), array in zip(expected, arrays)
        if array is not None
    )


def _spell(axes, any_leading):
    axes = ("...",) * any_leading + axes
    return f"({', '.join(axes)}{',' if len(axes) == 1 else ''})"
