"""Functions in, their derivatives out: built from one forward and one reverse pass, and free to be nested."""

import numpy as np

from dl_helpers.arguments import option
from dl_helpers.autodiff import operations as ops
from dl_helpers.autodiff.dual import Dual
from dl_helpers.autodiff.op import Traced, as_floats, basis, deeper
from dl_helpers.autodiff.variable import Variable, backpropagation


def vjp(f, *args):
    """f(*args), and the function that pulls a gradient back through f: one reverse pass for each call.

    pull(dout) = doutᵀ J

    f: function of arrays with one array as its result; args: where. Returns out and pull: dout (shape of out) -> the
    gradients, one for each of args, bare where there is one.
    """
    with deeper() as level:
        inputs = [Variable.at(level, a) for a in args]
        out = f(*inputs)
    depends = isinstance(out, Variable) and out.level == level

    def pull(dout):
        for node in inputs:
            node.grad = None
        if depends:
            for _ in backpropagation(out, dout):
                pass
        grads = tuple(np.zeros(node.shape, node.dtype) if node.grad is None else node.grad for node in inputs)
        return grads if len(grads) > 1 else grads[0]

    return (out.value if depends else out), pull


def jvp(f, args, tangents):
    """f(*args) and its derivative along a direction, in one forward pass.

    dout = J v

    args, tangents: an array each, or tuples of arrays of matching shapes. Returns out and dout, of one shape.
    """
    args, tangents = (a if isinstance(a, tuple) else (a,) for a in (args, tangents))
    if len(args) != len(tangents):
        raise ValueError(f"jvp: {len(tangents)} tangents for {len(args)} arguments")
    with deeper() as level:
        out = f(*(Dual.at(level, a, t) for a, t in zip(args, tangents)))
    if isinstance(out, Dual) and out.level == level:
        return out.value, out.tangent
    return out, np.zeros_like(out)


def value_and_grad(f, argnums=0):
    """The function args -> (f(*args), gradient), for f with a scalar result: one reverse pass for all inputs together.

    argnums: the argument to differentiate by, or a tuple of them: then the gradient is a tuple.
    Raises ValueError when f returns no scalar.
    """
    numbers = argnums if isinstance(argnums, tuple) else (argnums,)

    def derivative(*args):
        out, pull = vjp(lambda *chosen: f(*_replaced(args, numbers, chosen)), *(args[i] for i in numbers))
        if np.shape(out) != ():
            raise ValueError(f"grad: the function must return a scalar; it returned the shape {np.shape(out)}. Use jacobian")
        grads = pull(np.ones((), getattr(out, "dtype", float)))
        return out, (grads,) if isinstance(argnums, tuple) and len(numbers) == 1 else grads

    return derivative


def grad(f, argnums=0):
    """The function args -> ∇f(*args), for f with a scalar result; see value_and_grad."""
    return lambda *args: value_and_grad(f, argnums)(*args)[1]


def jacobian(f, argnum=0, mode="reverse"):
    """The function args -> all derivatives ∂out_i / ∂x_j, of the shape of out followed by that of args[argnum].

    mode: "reverse", one pass for each entry of out, or "forward", one pass for each entry of x: take the smaller number.
    """
    option("jacobian", "mode", mode, ("reverse", "forward"))

    def derivative(*args):
        x = as_floats(args[argnum])

        def of_x(x):
            return f(*_replaced(args, (argnum,), (x,)))

        if mode == "reverse":
            out, pull = vjp(of_x, x)
            rows = [pull(e) for e in basis(np.shape(out), x.dtype)]
            return ops.reshape(_stacked(rows, np.shape(x)), np.shape(out) + np.shape(x))
        columns = [jvp(of_x, x, e)[1] for e in basis(np.shape(x), x.dtype)]
        shape = np.shape(columns[0]) if columns else np.shape(of_x(x))
        table = ops.reshape(_stacked(columns, shape), np.shape(x) + shape)
        n = len(np.shape(x))
        return ops.transpose(table, (*range(n, n + len(shape)), *range(n)))

    return derivative


def hessian(f, argnum=0):
    """The function args -> all second derivatives, of the shape of x twice: forward mode over the gradient of reverse mode."""
    return jacobian(grad(f, argnum), argnum, mode="forward")


def hvp(f, x, v):
    """The Hessian of f at x times v, without the Hessian: the derivative of the gradient along v, at a few times the cost of f.

    x, v: arrays of one shape, which is that of the result.
    """
    return jvp(grad(f), x, v)[1]


def _replaced(args, numbers, chosen):
    args = list(args)
    for i, value in zip(numbers, chosen):
        args[i] = value
    return args


def _stacked(arrays, shape):
    """Arrays of one shape along a new first axis, traced or not."""
    if not any(isinstance(a, Traced) for a in arrays):
        return np.stack(arrays) if arrays else np.zeros((0, *shape))
    whole = (len(arrays), *shape)
    out = 0.0
    for i, a in enumerate(arrays):
        out = out + ops.scatter(a, i, whole)
    return out
