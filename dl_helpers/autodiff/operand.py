"""Operators, methods and NumPy's functions for what is traced, so that f(x) is written as for plain arrays."""

import operator

import numpy as np

from dl_helpers.autodiff import operations as ops
from dl_helpers.autodiff.op import Traced, raw

_UFUNCS = {
    np.add: ops.add, np.subtract: ops.subtract, np.multiply: ops.multiply, np.divide: ops.divide, np.power: ops.power,
    np.negative: ops.negative, np.matmul: ops.matmul, np.maximum: ops.maximum, np.exp: ops.exp, np.log: ops.log,
    np.sqrt: ops.sqrt, np.sin: ops.sin, np.cos: ops.cos, np.tanh: ops.tanh, np.abs: ops.abs,
    np.square: lambda x: x * x,
}
_FUNCTIONS = {
    np.sum: ops.sum, np.mean: ops.mean, np.max: ops.max, np.where: ops.where, np.reshape: ops.reshape,
    np.transpose: ops.transpose, np.broadcast_to: ops.broadcast_to,
    np.shape: lambda x: x.shape, np.ndim: lambda x: x.ndim, np.size: lambda x: x.size,
}
_DECISIONS = {                                    # of the plain values, for `where`, `if` and indices: without a derivative
    np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal, np.sign, np.isfinite, np.isnan,
    np.argmax, np.argmin, np.argsort, np.zeros_like, np.ones_like,
}


class Operand(Traced):
    """Everything that an array expression needs; each line hands over to `operations`."""

    def __add__(self, other): return ops.add(self, other)
    def __radd__(self, other): return ops.add(other, self)
    def __sub__(self, other): return ops.subtract(self, other)
    def __rsub__(self, other): return ops.subtract(other, self)
    def __mul__(self, other): return ops.multiply(self, other)
    def __rmul__(self, other): return ops.multiply(other, self)
    def __truediv__(self, other): return ops.divide(self, other)
    def __rtruediv__(self, other): return ops.divide(other, self)
    def __pow__(self, other): return ops.power(self, other)
    def __rpow__(self, other): return ops.power(other, self)
    def __matmul__(self, other): return ops.matmul(self, other)
    def __rmatmul__(self, other): return ops.matmul(other, self)
    def __neg__(self): return ops.negative(self)
    def __abs__(self): return ops.abs(self)
    def __getitem__(self, index): return ops.getitem(self, index)

    # A comparison is a decision about values: a plain boolean array, good for `where` and `if`.
    def __eq__(self, other): return operator.eq(raw(self), raw(other))
    def __ne__(self, other): return operator.ne(raw(self), raw(other))
    __hash__ = object.__hash__                    # in sets and dicts, a node is itself
    def __gt__(self, other): return operator.gt(raw(self), raw(other))
    def __ge__(self, other): return operator.ge(raw(self), raw(other))
    def __lt__(self, other): return operator.lt(raw(self), raw(other))
    def __le__(self, other): return operator.le(raw(self), raw(other))

    def sum(self, axis=None, keepdims=False): return ops.sum(self, axis, keepdims)
    def mean(self, axis=None, keepdims=False): return ops.mean(self, axis, keepdims)
    def max(self, axis=None, keepdims=False): return ops.max(self, axis, keepdims)

    def reshape(self, *shape):
        return ops.reshape(self, shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes):
        return ops.transpose(self, axes[0] if len(axes) == 1 else axes or None)

    @property
    def T(self):
        return ops.transpose(self)

    @property
    def shape(self):
        return np.shape(raw(self))

    @property
    def ndim(self):
        return np.ndim(raw(self))

    @property
    def size(self):
        return np.size(raw(self))

    @property
    def dtype(self):
        return raw(self).dtype

    def __len__(self):
        return len(raw(self))

    def __setitem__(self, index, value):
        raise TypeError(
            f"{type(self).__name__}: x[...] = ... would change values that the backward pass still needs; "
            f"make a new array instead: where(mask, value, x)"
        )

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        """np.exp(x) is exp(x): NumPy asks here before it touches an operand that it does not know."""
        if out is not None:
            name = type(self).__name__
            raise TypeError(f"{name}: a plain array cannot be changed in place by a {name}; write a = a + x for a += x")
        if method == "__call__" and not options:
            if ufunc in _UFUNCS:
                return _UFUNCS[ufunc](*inputs)
            if ufunc in _DECISIONS:
                return ufunc(*map(raw, inputs))
        raise self._unknown(ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}")

    def __array_function__(self, function, types, args, options):
        """np.sum(x) is sum(x): the same question, for NumPy's other functions."""
        if function in _FUNCTIONS:
            return _FUNCTIONS[function](*args, **options)
        if function in _DECISIONS:
            return function(*map(raw, args), **options)
        raise self._unknown(function.__name__)

    def _unknown(self, name):
        return TypeError(f"{type(self).__name__}: the derivative of np.{name} is not known here; see dl_helpers.autodiff")

    def __array__(self, dtype=None, copy=None):
        raise TypeError(
            f"{type(self).__name__}: turning it into a plain array would lose its derivative; use a function of "
            f"dl_helpers.autodiff, or x.value where no derivative is wanted"
        )
