"""The operations, each with its derivative beside it.

Three families need only their local derivative, for both modes:

    elementwise     d out / d x at every entry; broadcasting is undone by a sum
    reduction       d out / d x at every entry that goes into the sum
    linear          the operation itself in forward mode, its transpose in reverse mode

The derivatives are written in these same operations, so that they can be differentiated again.
"""

import numpy as np

from dl_helpers.autodiff.op import Op, raw

__all__ = [
    "abs", "add", "broadcast_to", "cos", "divide", "exp", "getitem", "log", "logsumexp", "matmul", "max", "maximum", "mean",
    "multiply", "negative", "power", "relu", "reshape", "scatter", "sigmoid", "sin", "softmax", "sqrt", "subtract", "sum",
    "sum_to", "tanh", "transpose", "where",
]


# ---- linear operations that move entries: each knows its transpose ----

def _linear(name, value, transpose, work=lambda out, x: 0):
    """vjp: transpose(dout, x, **options); jvp: the operation itself."""
    op = Op(name, value, vjps=(lambda dout, out, x, **options: transpose(dout, x, **options),),
            jvps=(lambda dx, out, x, **options: op(dx, **options),), work=work)
    return op


def _sum_to(x, shape):
    leading = tuple(range(np.ndim(x) - len(shape)))
    ones = tuple(len(leading) + i for i, size in enumerate(shape) if size == 1)
    return np.sum(x, axis=leading + ones).reshape(shape)


def _scatter(x, index, shape):
    out = np.zeros(shape, dtype=np.asarray(x).dtype)
    np.add.at(out, index, x)                      # an entry that was taken twice gets both gradients
    return out


_broadcast = _linear("broadcast", np.broadcast_to, lambda dout, x, shape: sum_to(dout, np.shape(x)))
_sum_up = _linear("sum", _sum_to, lambda dout, x, shape: broadcast_to(dout, np.shape(x)), work=lambda out, x: np.size(x))
_reshape = _linear("reshape", np.reshape, lambda dout, x, shape: reshape(dout, np.shape(x)))
_transpose = _linear("transpose", np.transpose, lambda dout, x, axes: transpose(dout, tuple(np.argsort(axes))))
_getitem = _linear("[ ]", lambda x, index: x[index], lambda dout, x, index: scatter(dout, index, np.shape(x)))
_put = _linear("scatter", _scatter, lambda dout, x, index, shape: getitem(dout, index), work=lambda out, x: np.size(x))


def broadcast_to(x, shape):
    """x repeated along new axes and along those of size 1; the transpose of sum_to."""
    return x if np.shape(x) == tuple(shape) else _broadcast(x, shape=tuple(shape))


def sum_to(x, shape):
    """x summed over the axes along which an array of this shape would be broadcast; the transpose of broadcast_to."""
    return x if np.shape(x) == tuple(shape) else _sum_up(x, shape=tuple(shape))


def reshape(x, shape):
    """The same entries in another shape; one size may be -1."""
    return _reshape(x, shape=shape)


def transpose(x, axes=None):
    """The axes in another order; reversed by default."""
    axes = tuple(reversed(range(np.ndim(x)))) if axes is None else tuple(a % np.ndim(x) for a in axes)
    return _transpose(x, axes=axes)


def getitem(x, index):
    """x[index], with any index of NumPy."""
    return _getitem(x, index=index)


def scatter(x, index, shape):
    """Zeros of a shape, with the entries of x added at index: the transpose of getitem."""
    return _put(x, index=index, shape=shape)


# ---- elementwise operations: the local derivative serves both modes ----

def _elementwise(name, value, *partials):
    """vjp: dout · partial, summed over what was broadcast; jvp: dx · partial."""

    def vjp(i):
        return lambda dout, out, *args, **o: sum_to(_scaled(dout, partials[i](out, *args, **o)), np.shape(args[i]))

    def jvp(i):
        return lambda dx, out, *args, **o: broadcast_to(_scaled(dx, partials[i](out, *args, **o)), np.shape(out))

    n = range(len(partials))
    return Op(name, value, tuple(map(vjp, n)), tuple(map(jvp, n)), lambda out, *args: np.size(out), partials)


def _scaled(d, by):
    """d · by. The numbers 1 and -1 cost no product, and a mask selects: where it is False, 0 even for an infinite d."""
    if isinstance(by, float) and by in (1.0, -1.0):
        return d if by == 1.0 else negative(d)
    if isinstance(by, np.ndarray | np.bool_) and by.dtype.kind == "b":
        return where(by, d, 0.0)
    return multiply(d, by)


def _stable_sigmoid(x):
    e = np.exp(-np.abs(x))                        # never overflows
    return np.where(np.greater_equal(x, 0), 1, e) / (1 + e)


def _power_dx(out, x, y):
    if isinstance(y, (int, float)):
        return y * x ** (y - 1) if y != 0 else 0.0
    both_zero = np.equal(raw(x), 0) & np.equal(raw(y), 0)
    return y * x ** where(both_zero, 1.0, y - 1)        # 0 and not 0 · 0⁻¹


def _power_dy(out, x, y):
    return out * log(where(np.equal(raw(x), 0), 1.0, x))        # 0 where x = 0


def _larger(x, y):
    """1 where x is larger, ½ where both are equal, else 0."""
    x, y = raw(x), raw(y)
    return (np.greater(x, y) + 0.5 * np.equal(x, y)).astype(np.result_type(x, y))


add = _elementwise("+", np.add, lambda out, x, y: 1.0, lambda out, x, y: 1.0)
subtract = _elementwise("-", np.subtract, lambda out, x, y: 1.0, lambda out, x, y: -1.0)
multiply = _elementwise("×", np.multiply, lambda out, x, y: y, lambda out, x, y: x)
divide = _elementwise("/", np.divide, lambda out, x, y: 1 / y, lambda out, x, y: -out / y)
power = _elementwise("^", np.power, _power_dx, _power_dy)
maximum = _elementwise("maximum", np.maximum, lambda out, x, y: _larger(x, y), lambda out, x, y: _larger(y, x))
negative = _elementwise("neg", np.negative, lambda out, x: -1.0)
exp = _elementwise("exp", np.exp, lambda out, x: out)
log = _elementwise("log", np.log, lambda out, x: 1 / x)
sqrt = _elementwise("sqrt", np.sqrt, lambda out, x: 0.5 / out)
sin = _elementwise("sin", np.sin, lambda out, x: cos(x))
cos = _elementwise("cos", np.cos, lambda out, x: -sin(x))
tanh = _elementwise("tanh", np.tanh, lambda out, x: 1 - out * out)
sigmoid = _elementwise("σ", _stable_sigmoid, lambda out, x: out * (1 - out))
relu = _elementwise("relu", lambda x: np.maximum(x, 0), lambda out, x: np.greater(raw(x), 0))
abs = _elementwise("abs", np.abs, lambda out, x: np.sign(raw(x)))
_where = _elementwise("where", lambda x, y, condition: np.where(condition, x, y),
                      lambda out, x, y, condition: condition, lambda out, x, y, condition: np.logical_not(condition))


def where(condition, x, y):
    """x where the condition holds, else y. condition: a boolean array; it has no derivative."""
    return _where(x, y, condition=raw(condition))


# ---- reductions: the local derivative of out with respect to every entry that was reduced ----

def _reduction(name, value, partial):
    """vjp: dout spread over the axes · partial; jvp: Σ dx · partial. partial(out spread over the axes, x, axis)."""

    def local(out, x, axis):
        return partial(_spread(out, x, axis), x, axis)

    def vjp(dout, out, x, axis, keepdims):
        return _scaled(broadcast_to(_spread(dout, x, axis), np.shape(x)), local(out, x, axis))

    def jvp(dx, out, x, axis, keepdims):
        return sum(_scaled(dx, local(out, x, axis)), axis, keepdims)

    return Op(name, value, (vjp,), (jvp,), lambda out, x: np.size(x))


def _spread(out, x, axis):
    """out with an axis of size 1 wherever x was reduced."""
    reduced = range(np.ndim(x)) if axis is None else [a % np.ndim(x) for a in np.atleast_1d(axis)]
    return reshape(out, tuple(1 if i in reduced else size for i, size in enumerate(np.shape(x))))


def _logsumexp(x, axis, keepdims):
    top = np.max(x, axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)                     # exp() cannot overflow; all -inf gives -inf
    with np.errstate(divide="ignore"):
        out = top + np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True))
    return out if keepdims else np.squeeze(out, axis)


def _share_of_max(out, x, axis):
    """1 at the maximum, 1/k where k entries share it, else 0."""
    top = np.equal(raw(x), raw(out))
    return (top / np.sum(top, axis=axis if axis is None else tuple(np.atleast_1d(axis)), keepdims=True)).astype(raw(x).dtype)


_sum = _reduction("sum", np.sum, lambda out, x, axis: 1.0)
_max = _reduction("max", np.max, _share_of_max)
_lse = _reduction("logsumexp", _logsumexp, lambda out, x, axis: exp(x - out))


def sum(x, axis=None, keepdims=False):
    """Σ x over an axis, several axes, or all."""
    return _sum(x, axis=axis, keepdims=keepdims)


def max(x, axis=None, keepdims=False):
    """The largest entry; where k entries share it, each gets 1/k of the gradient."""
    return _max(x, axis=axis, keepdims=keepdims)


def logsumexp(x, axis=None, keepdims=False):
    """log Σ exp(x), without overflow."""
    return _lse(x, axis=axis, keepdims=keepdims)


# ---- the matrix product, and what is made of the rest ----

def _swapped(x):
    return transpose(x, (*range(np.ndim(x) - 2), -1, -2))


def _as_matrices(dout, x, y):
    """A vector as one row on the left, one column on the right; dout as it would be of these."""
    x = reshape(x, (1, -1)) if np.ndim(x) == 1 else x
    y = reshape(y, (-1, 1)) if np.ndim(y) == 1 else y
    (*batch_x, n, _), (*batch_y, _, m) = np.shape(x), np.shape(y)
    return reshape(dout, (*np.broadcast_shapes(tuple(batch_x), tuple(batch_y)), n, m)), x, y


def _matmul_dx(dout, out, x, y):
    d, rows, y = _as_matrices(dout, x, y)
    return reshape(sum_to(d @ _swapped(y), np.shape(rows)), np.shape(x))


def _matmul_dy(dout, out, x, y):
    d, x, columns = _as_matrices(dout, x, y)
    return reshape(sum_to(_swapped(x) @ d, np.shape(columns)), np.shape(y))


_matmul = Op("@", np.matmul, vjps=(_matmul_dx, _matmul_dy),
             jvps=(lambda dx, out, x, y: matmul(dx, y), lambda dy, out, x, y: matmul(x, dy)),
             work=lambda out, x, y: 2 * np.size(out) * np.shape(x)[-1])


def matmul(x, y):
    """x @ y for matrices (..., N, D) and (..., D, M); a vector (D,) is a row on the left and a column on the right."""
    both = f"x.shape = {np.shape(x)}, y.shape = {np.shape(y)}"
    if np.ndim(x) == 0 or np.ndim(y) == 0:
        raise ValueError(f"@: a number has no rows and columns; use *: {both}")
    columns, rows = np.shape(x)[-1], np.shape(y)[-2:][0]
    if columns != rows:
        raise ValueError(f"@: x has {columns} columns but y has {rows} rows: {both}")
    return _matmul(x, y)


def mean(x, axis=None, keepdims=False):
    """The mean over an axis, several axes, or all."""
    out = sum(x, axis, keepdims)
    return out / (np.size(x) / np.size(out))


def softmax(x, axis=-1):
    """exp(x) / Σ exp(x) = exp(x - logsumexp(x))."""
    return exp(x - logsumexp(x, axis, keepdims=True))
