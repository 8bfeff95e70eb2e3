"""Automatic differentiation over arrays, small enough to be read: start with `operations`, then `variable` and `dual`.

    reverse mode    Variable, Graph: build a graph, look at it, walk back            y.backward(); x.grad
    forward mode    Dual: carry the derivative along                                Dual(3.0, 1.0) * 2
    of functions    grad, value_and_grad, vjp, jvp, jacobian, hessian, hvp, cost    grad(lambda x: (x * x).sum())(x)

Functions are written with NumPy's operators and elementwise functions (np.exp, ...), or with those of this package.
"""

from dl_helpers.autodiff.cost import Cost, cost
from dl_helpers.autodiff.dual import Dual
from dl_helpers.autodiff.graph import Graph
from dl_helpers.autodiff.operations import (
    abs,
    cos,
    exp,
    log,
    logsumexp,
    matmul,
    max,
    maximum,
    mean,
    relu,
    reshape,
    sigmoid,
    sin,
    softmax,
    sqrt,
    sum,
    tanh,
    transpose,
    where,
)
from dl_helpers.autodiff.transforms import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from dl_helpers.autodiff.variable import Event, Variable

__all__ = [
    "Cost", "Dual", "Event", "Graph", "Variable", "abs", "cos", "cost", "exp", "grad", "hessian", "hvp", "jacobian", "jvp",
    "log", "logsumexp", "matmul", "max", "maximum", "mean", "relu", "reshape", "sigmoid", "sin", "softmax", "sqrt", "sum",
    "tanh", "transpose", "value_and_grad", "vjp", "where",
]
