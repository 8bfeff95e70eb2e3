"""A computational graph to look at: its nodes in order, new inputs, and every step of both passes."""

from collections.abc import Iterator

import numpy as np

from dl_helpers.autodiff.op import as_floats
from dl_helpers.autodiff.variable import Event, Variable, backpropagation, topological_order


class Graph:
    """All that an output was computed from.

        graph = Graph(y)
        graph.set(x=3.0)                       # another input, and the values follow
        for event in graph.steps(): ...        # forward, then backward, one event at a time

    out: the Variable at the end. nodes: all Variables, each after its parents; leaves: those without an operation;
    edges: (parent, node, index of the parent among the node's args). Raises TypeError when out is no Variable.
    """

    def __init__(self, out):
        if not isinstance(out, Variable):
            raise TypeError(f"Graph: out is a {type(out).__name__}; expected a Variable, the result of a computation with one")
        self.out, self.nodes = out, topological_order(out)
        self.leaves = [node for node in self.nodes if node.op is None]
        self.edges = [(parent, node, i) for node in self.nodes for i, parent in node.edges]

    def set(self, **values):
        """Give leaves, by name, new values of the same shape, and compute all others again. Gradients are forgotten."""
        new = {self._leaf(name): as_floats(value) for name, value in values.items()}
        for leaf, value in new.items():
            if value.shape != leaf.shape:
                raise ValueError(f"Graph.set: {leaf.name}.shape = {value.shape}, expected {leaf.shape} as before")
        for leaf, value in new.items():
            leaf.recompute(value.astype(leaf.dtype))
        for _ in self.forward():
            pass
        self.out.zero_grad()

    def _leaf(self, name):
        found = [leaf for leaf in self.leaves if leaf.name == name]
        if len(found) != 1:
            names = ", ".join(leaf.name for leaf in self.leaves if leaf.name) or "without names"
            raise ValueError(f"Graph.set: {len(found) or 'no'} leaves have the name {name!r}; the leaves are {names}")
        return found[0]

    def forward(self) -> Iterator[Event]:
        """Compute every node from its parents, one at a time. (The conditions of `where` and all indices stay as they were.)"""
        for node in self.nodes:
            if node.op is not None:
                node.recompute()
            yield Event("value", node, node.value)

    def steps(self, seed=None) -> Iterator[Event]:
        """Everything that happens, in order: a "value" for each node, the "seed", a "gradient" for each edge."""
        yield from self.forward()
        yield from backpropagation(self.out, seed)

    def depth(self):
        """For each node, the length of the longest way to it from a leaf: its column in a drawing."""
        depth = {}
        for node in self.nodes:
            depth[node] = 1 + max((depth[p] for p in node.parents), default=-1)
        return depth

    def __str__(self):
        """One line for each node: its number, operation, parents, value and gradient."""
        number = {node: i for i, node in enumerate(self.nodes)}
        lines = []
        for node, i in number.items():
            made = f"{node.op.name}({', '.join(str(number[p]) for p in node.parents)})" if node.op else node.name or "leaf"
            grad = "" if node.grad is None else f"   grad {_short(node.grad)}"
            lines.append(f"{i:3d}  {made:16} {_short(node.value)}{grad}")
        return "\n".join(lines)


def _short(array):
    return np.array2string(np.asarray(array), precision=4, threshold=6).replace("\n", "")
