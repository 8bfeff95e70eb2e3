"""A computational graph as a drawing: values above the nodes, gradients below, from left to right."""

from collections import defaultdict

import numpy as np

from dl_helpers.viz.style import BLUE, INK, MUTED, RED, Picture, blank, styled


@styled
def draw_graph(ax, graph, events=None):
    """Draw a Graph of dl_helpers.autodiff: leaves in blue, operations in grey, gradients in red.

    ax: the axes to draw in; graph: the Graph; events: the events that have happened so far, the first of `graph.steps()`.
    Only what they brought is shown, and the node and edge of the last one are marked. By default all that is known is shown.
    """
    values, gradients = _shown(graph, events)
    last = events[-1] if events else None
    at = _positions(graph)
    for parent, node, i in graph.edges:
        marked = last is not None and last.source is node and last.index == i
        style = dict(arrowstyle="<|-" if marked else "-|>", color=RED if marked else MUTED, lw=2 if marked else 1,
                     shrinkA=22, shrinkB=22, connectionstyle=f"arc3,rad={_bend(parent, node, i)}")
        ax.annotate("", at[node], at[parent], zorder=1, arrowprops=style)
    for node, (x, y) in at.items():
        marked = last is not None and last.node is node
        ax.scatter(x, y, s=900, color=BLUE if node.op is None else "#e6e8eb", zorder=2,
                   edgecolor=RED if marked else MUTED, linewidth=2 if marked else 0.8)
        ax.text(x, y, label(node), ha="center", va="center", zorder=3, color="white" if node.op is None else INK)
        if node in values:
            ax.text(x, y + 0.27, _spell(values[node]), ha="center", va="bottom", fontsize=9)
        if node in gradients:
            ax.text(x, y - 0.27, _spell(gradients[node]), ha="center", va="top", fontsize=9, color=RED)
    columns, rows = zip(*at.values())
    ax.set(xlim=(-0.5, max(columns) + 0.5), ylim=(min(rows) - 0.7, max(rows) + 0.7))
    ax.axis("off")


@styled
def graph_picture(graph, events=None, caption=""):
    """A Graph drawn in a figure of its own, as the last value of a cell. See draw_graph."""
    columns, rows = zip(*_positions(graph).values())
    fig = blank(width=max(3, 1.3 * (max(columns) + 1)), height=1.3 * (max(rows) - min(rows) + 1) + 0.6)
    draw_graph(fig.subplots(), graph, events)
    return Picture(fig, caption=caption, alt=f"Computational graph, one node on each line:\n{graph}")


def label(node):
    """What stands in a node: the name of a leaf; the operation, with the numbers in it that are no Variables: 2 ×."""
    if node.op is None:
        return node.name or ""
    if len(node.args) != 2:
        return node.op.name
    parents = dict(node.edges)
    left, right = ("" if i in parents or np.ndim(arg) else f"{arg:g}" for i, arg in enumerate(node.args))
    return f"{left} {node.op.name} {right}".strip()


def _shown(graph, events):
    """Values and gradients by node: those that events have brought, or all that the nodes hold."""
    if events is None:
        return ({node: node.value for node in graph.nodes},
                {node: node.grad for node in graph.nodes if node.grad is not None})
    values = {event.node: event.array for event in events if event.kind == "value"}
    return values, {event.node: event.array for event in events if event.kind != "value"}


def _positions(graph):
    """One column for each depth; within it, nodes in the order of their parents' height, so that few edges cross."""
    columns = defaultdict(list)
    for node, depth in graph.depth().items():
        columns[depth].append(node)
    at = {}
    for depth, nodes in sorted(columns.items()):
        if depth > 0:
            nodes = sorted(nodes, key=lambda node: -np.mean([at[parent][1] for parent in node.parents]))
        for i, node in enumerate(nodes):
            at[node] = depth, (len(nodes) - 1) / 2 - i
    return at


def _bend(parent, node, i):
    """A value that is used twice by one operation has two edges to it, of which the second is bent."""
    return 0.3 if any(other is parent for j, other in node.edges if j < i) else 0


def _spell(array):
    array = np.asarray(array)
    return f"{array.item():.4g}" if array.size == 1 else f"({', '.join(map(str, array.shape))})"
