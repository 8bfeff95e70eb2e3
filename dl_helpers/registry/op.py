"""One operation, described well enough to test, measure and document it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module

import numpy as np


def as_tuple(value):
    """The results of an operation as a tuple: most have one array, a step of an LSTM has the pair (h, c)."""
    return value if isinstance(value, tuple) else (value,)


def each(function, value):
    """function of an array, or of every array of a tuple."""
    return tuple(map(function, value)) if isinstance(value, tuple) else function(value)


@dataclass(frozen=True)
class Op:
    """An operation of the algebra, with what its driven tests need.

    Where out is a tuple of arrays, so is dout: one gradient for each, in their order.

    name:      the NAME of NAME_forward and NAME_backward.
    inputs:    rng -> dict of arguments of the forward function, small, in float64; the arrays come first, in order.
    torch:     the same computation by torch itself, differentiable: keyword tensors and options -> out.
    gradients: names of the arguments that the backward function returns gradients for, in its order;
               by default every floating-point array.
    options:   keyword options passed to forward and to the torch reference.
    benchmarks: "sizes in words" -> (rng -> inputs of that size), what benchmarks/operations.py times (in float32).
    variant:   what is special about this line where an operation has several ("stride 2").
    """

    name: str
    inputs: Callable[[np.random.Generator], dict]
    torch: Callable | None = None
    gradients: list[str] | None = None
    variant: str = ""
    options: dict = field(default_factory=dict)
    benchmarks: dict[str, Callable] = field(default_factory=dict)

    def __str__(self):
        return f"{self.name}[{self.variant}]" if self.variant else self.name

    def forward(self, backend="numpy"):
        """NAME_forward of dl_helpers.numpy or dl_helpers.torch, with this line's options filled in."""
        function = getattr(import_module(f"dl_helpers.{backend}"), f"{self.name}_forward")
        return lambda **inputs: function(**inputs, **self.options)

    def backward(self, backend="numpy"):
        """NAME_backward as a function (dout, cache, names) -> dict of gradients by argument name.

        An optional array that was not given has the gradient None, and no name.
        """
        function = getattr(import_module(f"dl_helpers.{backend}"), f"{self.name}_backward")

        def named(dout, cache, names):
            given = [grad for grad in as_tuple(function(dout, cache)) if grad is not None]
            return dict(zip(names, given, strict=True))

        return named

    def differentiable(self, inputs):
        """The names of the arguments with a gradient, in order."""
        return self.gradients or [k for k, v in inputs.items() if isinstance(v, np.ndarray) and v.dtype.kind == "f"]
