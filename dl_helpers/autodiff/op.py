"""One operation with its derivatives, and how a call of it finds its way through nested modes.

What an operation is called with decides what happens. Plain arrays: it is computed. A `Traced` argument (a Variable of reverse
mode, a Dual of forward mode): the operation is handed to it, and it calls the operation again on what it holds inside, records
what its mode needs, and wraps the result. What it holds may be traced again: so modes nest, and the outermost is inside.
"""

import math
from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import numpy as np

_depth = ContextVar("depth", default=0)


class Traced:
    """An array that is not computed with directly: it has a `value` (an array, or traced itself) and a `level`.

    The transformation that was entered last has the highest level and sees an operation first. Without levels, the
    derivative inside d/dx (x · d/dy (x + y)) would mistake x for y.
    """

    level: int
    value: object

    def record(self, op, args, options):
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Op:
    """An operation on arrays.

    name:     how it is drawn in a graph.
    value:    (*args, **options) -> out, on plain arrays.
    vjps:     for each argument, (dout, out, *args, **options) -> darg: what reverse mode multiplies with, from the left.
    jvps:     for each argument, (darg, out, *args, **options) -> dout: what forward mode multiplies with, from the right.
    work:     (out, *args) -> the number of scalar operations.
    partials: for elementwise operations, for each argument, (out, *args, **options) -> the derivative at every entry.
    """

    name: str
    value: Callable
    vjps: tuple[Callable, ...]
    jvps: tuple[Callable, ...]
    work: Callable
    partials: tuple[Callable, ...] | None = None

    def __call__(self, *args, **options):
        traced = [a for a in args if isinstance(a, Traced)]
        if not traced:
            return self.value(*args, **options)
        top = max(traced, key=lambda a: a.level)
        for other in traced:
            if other.level == top.level and type(other) is not type(top):
                kinds = f"a {type(top).__name__} and a {type(other).__name__}"
                raise TypeError(f"{self.name}: {kinds} meet in one expression; nest the modes instead: jvp(grad(f), x, v)")
        return top.record(self, args, options)


@contextmanager
def deeper():
    """Enter a transformation: yields its level, above all levels in use outside."""
    token = _depth.set(_depth.get() + 1)
    try:
        yield 2 * _depth.get()
    finally:
        _depth.reset(token)


def level_by_hand():
    """The level of what is made by hand: above the transformation that we are in, below those entered later."""
    return 2 * _depth.get() + 1


def raw(x):
    """The plain array inside, however deep: for decisions (masks, indices), which have no derivative."""
    while isinstance(x, Traced):
        x = x.value
    return x


def inside(args, level):
    """The arguments as an operation sees them one level below."""
    return [a.value if isinstance(a, Traced) and a.level == level else a for a in args]


def frozen(value):
    """The value, protected from changes in place: the backward pass needs it as it was."""
    if isinstance(value, np.ndarray):
        value.setflags(write=False)
    return value


def in_dtype_of(value, derivative):
    """The derivative in the precision of what it belongs to; a traced one is left as it is."""
    return derivative if isinstance(derivative, Traced) else np.asarray(derivative, dtype=raw(value).dtype)


def basis(shape, dtype):
    """The unit arrays of a shape, one after the other."""
    for row in np.eye(math.prod(shape), dtype=dtype):
        yield row.reshape(shape)


def as_floats(x):
    """x as something to differentiate at: traced as it is, float arrays copied, integers as float64."""
    if isinstance(x, Traced):
        return x
    array = np.array(x)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"autodiff: {array.dtype} has no derivative; expected floating-point numbers")
    return array if array.dtype.kind == "f" else array.astype(float)
