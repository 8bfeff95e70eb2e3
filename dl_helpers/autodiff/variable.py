"""Reverse mode: remember every operation, then walk back."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

import numpy as np

from dl_helpers.autodiff.op import as_floats, basis, frozen, in_dtype_of, inside, level_by_hand, raw
from dl_helpers.autodiff.operand import Operand


class Variable(Operand):
    """A node of a computational graph: an array, where it came from, and the gradient of the output with respect to it.

        x = Variable([1.0, 2.0], name="x")
        y = (x * x).sum()                 # each operation makes a new node
        y.backward()
        x.grad                            # [2, 4]

    It is named for the variables of calculus: what one differentiates with respect to. (`value` is what it holds.)

    value:   the array, read-only: the backward pass needs it as it was.
    grad:    None before the first backward pass. In a leaf it accumulates from pass to pass until `zero_grad`,
             as in torch; in all other nodes it is that of the last pass.
    op:      the Op that made it, None for a leaf; args and options: what the Op was called with.
    name:    for drawings and messages.

    Nothing can be changed in place. After a step of training, make a new one: w = Variable(w.value - lr * w.grad).
    """

    def __init__(self, value, name=None):
        self._create(as_floats(value), level_by_hand(), name)

    def _create(self, value, level, name=None, op=None, args=(), options=None):
        if isinstance(value, Operand) and value.level >= level:
            raise TypeError(f"Variable: holds an array, not a {type(value).__name__}; to nest the modes: jvp(grad(f), x, v)")
        self._value, self.level, self.name, self.grad = frozen(value), level, name, None
        self.op, self.options = op, deepcopy(options or {})
        self.args = tuple(a.copy() if isinstance(a, np.ndarray) else a for a in args)   # safe from changes in place, too
        return self

    @property
    def value(self):
        """The array, read-only."""
        return self._value

    @value.setter
    def value(self, new):
        raise TypeError(
            "Variable: its value cannot be changed, because the backward pass needs it as it was; make a new one: "
            "w = Variable(w.value - lr * w.grad), or compute a graph again with other inputs: Graph(y).set(w=...)"
        )

    @property
    def edges(self):
        """The parents with their places among args: pairs (index, Variable)."""
        return [(i, a) for i, a in enumerate(self.args) if isinstance(a, Variable) and a.level == self.level]

    @property
    def parents(self):
        """The Variables that this one was computed from; one that was used twice stands here twice."""
        return [parent for _, parent in self.edges]

    @classmethod
    def at(cls, level, value):
        """A leaf for a transformation of this level."""
        return cls.__new__(cls)._create(as_floats(value), level)

    def record(self, op, args, options):
        out = op(*inside(args, self.level), **options)
        return Variable.__new__(Variable)._create(out, self.level, op=op, args=args, options=options)

    def backward(self, seed=None):
        """Give every node of the graph its gradient.

        seed: the gradient of the loss with respect to this node, of its shape; 1 by default, for a scalar.
        Raises ValueError when there is no seed and this is no scalar, or when the seed has another shape.
        """
        for _ in backpropagation(self, seed):
            pass

    def zero_grad(self):
        """Forget the gradients of this node and of all nodes that it was computed from."""
        for node in topological_order(self):
            node.grad = None

    def pull(self, dout):
        """What each parent gets from this node: triples (index in args, parent, contribution to its gradient)."""
        args = inside(self.args, self.level)
        for i, parent in self.edges:
            yield i, parent, in_dtype_of(parent, self.op.vjps[i](dout, self.value, *args, **self.options))

    def recompute(self, value=None):
        """Compute the value again from the args, whose values have changed; a leaf is given its new value. For Graph."""
        self._value = frozen(self.op(*inside(self.args, self.level), **self.options) if value is None else value)

    def local_derivative(self, i):
        """d(this node) / d(args[i]), where args[i] is a Variable.

        For an elementwise operation the derivative at every entry, of the shape of this node. For all others the Jacobian,
        of the shape of this node followed by that of args[i].
        """
        out, *args = map(raw, (self, *self.args))
        if self.op.partials:
            return np.broadcast_to(self.op.partials[i](out, *args, **self.options), self.shape).astype(self.dtype)
        rows = [self.op.vjps[i](e, out, *args, **self.options) for e in basis(self.shape, self.dtype)]
        return np.reshape(rows, self.shape + np.shape(args[i]))

    def __repr__(self):
        made = f" = {self.op.name}" if self.op else ""
        return f"<Variable{' ' + self.name if self.name else ''}{made} {np.array2string(np.asarray(raw(self)), precision=4)}>"


@dataclass(frozen=True, eq=False)
class Event:
    """One thing that happens while a graph is computed.

    kind "value":    node has its value (array).
    kind "seed":     the backward pass begins: node is the output, array its gradient.
    kind "gradient": along the edge from `source` back to `node` (its argument `index`) came `contribution`, and
                     `array` is the gradient that node has so far.
    """

    kind: str
    node: Variable
    array: object
    source: Variable | None = None
    index: int | None = None
    contribution: object = None

    @property
    def local(self):
        """The local derivative at the edge, as in Variable.local_derivative; None for the other kinds.

        contribution = gradient of source · local, summed over what was broadcast, or over the axes of source
        """
        return self.source.local_derivative(self.index) if self.kind == "gradient" else None


def topological_order(out):
    """All nodes that `out` was computed from and itself, each after its parents. (Without recursion: graphs are deep.)"""
    order, seen, stack = [], set(), [(out, False)]
    while stack:
        node, parents_done = stack.pop()
        if parents_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((parent, False) for parent in reversed(node.parents) if parent not in seen)
    return order


def backpropagation(out, seed=None) -> Iterator[Event]:
    """The backward pass, one edge at a time. It sets the gradients when it has come to its end."""
    gradients = {out: _checked_seed(out, seed)}
    yield Event("seed", out, gradients[out])
    order = topological_order(out)
    for node in reversed(order):                       # every use of a node comes before the node itself
        for i, parent, contribution in node.pull(gradients[node]):
            # A value that is used twice gets the sum: to overwrite here is the classic mistake.
            gradients[parent] = gradients[parent] + contribution if parent in gradients else contribution
            yield Event("gradient", parent, gradients[parent], node, i, contribution)
    for node in order:
        before = node.grad if node.op is None else None
        node.grad = _own(gradients[node]) if before is None else before + gradients[node]


def _own(gradient):
    """A copy, for nodes that got one and the same array: changing one gradient must not change another."""
    return gradient if isinstance(gradient, Operand) else np.array(gradient)[()]


def _checked_seed(out, seed):
    if seed is None:
        if out.size != 1:
            raise ValueError(
                f"backward: the output is no scalar, its shape is {out.shape}; give a seed of that shape, the gradient of the "
                f"loss with respect to it, or make it a scalar first, with sum() or mean()"
            )
        return np.ones(out.shape, out.dtype)
    if not isinstance(seed, Operand):
        seed = np.array(seed, dtype=out.dtype)
    if np.shape(seed) != out.shape:
        raise ValueError(f"backward: seed.shape = {np.shape(seed)}, expected the shape of the output, {out.shape}")
    return seed
