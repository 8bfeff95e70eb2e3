"""The argument checks that the NumPy and the torch operations share.

One line at the top of an operation says what its arrays must look like, in the letters of its formula:

    n, d, m = shapes("affine_forward: x (N, D), w (D, M), b (M)", x, w, b)

A letter stands for one size wherever it appears, a number for itself, 4H for four times the size of an earlier H,
and one `...` for any axes: (..., D) or (N, C, ...).
Arrays are floating point unless the line says `int` or `bool`: "labels int (N)".
"""

import re
from functools import cache

import numpy as np

_ARGUMENT = re.compile(r"(\w+) (?:(int|bool|any) )?\(([^)]*)\)")
_MULTIPLE = re.compile(r"(\d*)(.*)")


@cache
def _parse(signature):
    op, _, arguments = signature.partition(":")
    parsed = []
    for name, kind, axes in _ARGUMENT.findall(arguments):
        axes = tuple(axis.strip() for axis in axes.split(",") if axis.strip())
        parsed.append((name, kind or "float", axes))
    letters = tuple(dict.fromkeys(a for *_, axes in parsed for a in axes if not a[0].isdigit() and a != "..."))
    return op, tuple(parsed), letters


@cache
def _named_axes(axes, ndim):
    """(position, axis, factor, letter) of the named axes in a shape of ndim axes; None when there are too few or too many."""
    names = [axis for axis in axes if axis != "..."]
    if ndim < len(names) or (ndim > len(names) and "..." not in axes):
        return None
    before = axes.index("...") if "..." in axes else len(names)
    positions = [k if k < before else k - len(names) for k in range(len(names))]     # behind the dots, from the end
    multiples = [_MULTIPLE.fullmatch(axis).groups() for axis in names]
    return tuple((k, axis, int(factor or 1), letter) for k, axis, (factor, letter) in zip(positions, names, multiples))


def shapes(signature, *arrays):
    """Check arrays against a signature and return the sizes of its letters, in order of appearance.

    signature: "operation: name (AXES), name int (AXES), ..."; arrays: one for each name, NumPy or torch.
    An array given as None (an optional bias, say) is passed over.
    Raises TypeError for what is no array or has the wrong kind of dtype, ValueError for a wrong shape.
    """
    try:    # a training asks the same thousands of times, and the answer depends on shapes and dtypes alone
        question = (signature, *[None if array is None else (array.shape, array.dtype) for array in arrays])
        sizes = _PASSED.get(question)
    except (AttributeError, TypeError):     # no array, or a shape that cannot be looked up
        question = sizes = None
    if sizes is None:
        sizes = _sizes(signature, arrays)
        if question is not None:
            if len(_PASSED) >= 10_000:
                _PASSED.clear()
            _PASSED[question] = sizes
    return sizes


_PASSED = {}    # (signature, (shape, dtype) of each array) -> sizes, of what has passed all checks


def _sizes(signature, arrays):
    """The checks of `shapes`, one array after the other."""
    op, expected, letters = _parse(signature)
    sizes, first_float = {}, None
    for (name, kind, axes), array in zip(expected, arrays, strict=True):
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
        shape = array.shape
        named = _named_axes(axes, len(shape))
        if named is None:
            least = len(axes) - ("..." in axes)
            raise ValueError(
                f"{op}: {name} has {len(shape)} axes, but {'at least ' * ('...' in axes)}{least} are expected: "
                f"{name}.shape = {tuple(shape)}, expected {_spell(axes)}"
            )
        for position, axis, factor, letter in named:
            unit = sizes.setdefault(letter, (shape[position], name))[0] if letter else 1
            if shape[position] != factor * unit:
                problem = _disagreement(axis, name, shape[position], factor * unit, sizes)
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


def not_empty(op, **arrays):
    """Check that there is something to take a mean of: the loss of an empty batch is undefined, and NaN would spread."""
    for name, array in arrays.items():
        if 0 in array.shape:
            raise ValueError(f"{op}: {name} is empty, and has no mean: {name}.shape = {tuple(array.shape)}")


def between(op, low, high, **arrays):
    """Check that all entries lie in [low, high]; NaN does not. An empty array passes, and so does one on a GPU."""
    for name, array in arrays.items():
        if _can_be_looked_at(array):
            smallest, largest = array.min().item(), array.max().item()
            if not (low <= smallest and largest <= high):
                raise ValueError(f"{op}: {name} has entries from {smallest} to {largest}; expected {low} ≤ {name} ≤ {high}")


def above_zero(op, **arrays):
    """Check that all entries are positive; NaN is not. An empty array passes, and so does one on a GPU."""
    for name, array in arrays.items():
        if _can_be_looked_at(array) and not array.min().item() > 0:
            raise ValueError(f"{op}: {name} has entries down to {array.min().item()}; expected {name} > 0")


def _can_be_looked_at(array):
    """Not on a GPU: the program would wait for all that the GPU still has to compute. And not without numbers (meta)."""
    return 0 not in array.shape and not any(getattr(array, where, False) for where in ("is_cuda", "is_meta"))


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
    """Check that an option is a positive finite number, as a float: an np.float64 would widen float32."""
    return float(option(op, name, value, (lambda v: np.isscalar(v) and 0 < v < np.inf, "a positive number")))


def non_negative(op, name, value):
    """Check that an option is a finite number, 0 or larger, as a float."""
    return float(option(op, name, value, (lambda v: np.isscalar(v) and 0 <= v < np.inf, "a number ≥ 0")))


def fraction(op, name, value):
    """Check that an option is a number in [0, 1], as a float."""
    return float(option(op, name, value, (lambda v: np.isscalar(v) and 0 <= v <= 1, "a number in [0, 1]")))


def count(op, name, value, least=1):
    """Check that an option is a whole number, `least` or larger."""
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    return option(op, name, value, (lambda v: whole and v >= least, f"a whole number ≥ {least}"))


def generator(op, rng):
    """Check that rng is a NumPy random generator: a seed given in its place would restart the numbers at every call."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"{op}: rng is {rng!r}; expected a generator, made once: rng = np.random.default_rng(0)")
    return rng


_KINDS = {"float": ("a floating-point", "np.float64"), "int": ("an integer", "int"), "bool": ("a boolean", "bool")}


def _check_kind(op, name, kind, array):
    if getattr(array, "dtype", None) is None:
        raise TypeError(f"{op}: {name} is a {type(array).__name__}; expected an array: np.asarray({name}, dtype=float)")
    actual = _kind_of(array)
    if kind != "any" and actual != kind:
        wanted, dtype = _KINDS[kind]
        raise TypeError(f"{op}: {name} has dtype {array.dtype}; expected {wanted} one: {name}.astype({dtype})")


def _kind_of(array):
    try:
        return _KIND_OF_LETTER.get(array.dtype.kind, "other")
    except AttributeError:      # a torch tensor; torch is not imported for this
        return "float" if array.is_floating_point() else "bool" if str(array.dtype) == "torch.bool" else "int"


_KIND_OF_LETTER = {"f": "float", "i": "int", "u": "int", "b": "bool"}


def _disagreement(axis, name, size, wanted, sizes):
    if axis.isdigit():
        return f"{name} has {size} where {axis} is expected"
    factor, letter = _MULTIPLE.fullmatch(axis).groups()
    if factor:
        return f"{name} has {axis} = {size}, but {sizes[letter][1]} has {letter} = {sizes[letter][0]}, so {axis} = {wanted}"
    return f"{name} has {axis} = {size}, but {sizes[axis][1]} has {axis} = {wanted}"


def _all_shapes(expected, arrays):
    return ", ".join(
        f"{name}.shape = {tuple(array.shape)}, expected {_spell(axes)}"
        for (name, _, axes), array in zip(expected, arrays)
        if array is not None
    )


def _spell(axes):
    return f"({', '.join(axes)}{',' if len(axes) == 1 else ''})"
