"""Graphs: nodes, edges, and the community of every node."""

from typing import NamedTuple

import numpy as np

from dl_helpers.arguments import count, generator, option

__all__ = ["Graph", "adjacency", "karate_club", "stochastic_block_model"]

# Who met whom outside the club: for each member (numbered from 0) the friends with a higher number.
_FRIENDS = {
    0: (1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 17, 19, 21, 31),
    1: (2, 3, 7, 13, 17, 19, 21, 30),
    2: (3, 7, 8, 9, 13, 27, 28, 32),
    3: (7, 12, 13),
    4: (6, 10),
    5: (6, 10, 16),
    6: (16,),
    8: (30, 32, 33),
    9: (33,),
    13: (33,),
    14: (32, 33),
    15: (32, 33),
    18: (32, 33),
    19: (33,),
    20: (32, 33),
    22: (32, 33),
    23: (25, 27, 29, 32, 33),
    24: (25, 27, 31),
    25: (31,),
    26: (29, 33),
    27: (33,),
    28: (31, 33),
    29: (32, 33),
    30: (32, 33),
    31: (32, 33),
    32: (33,),
}
_INSTRUCTOR = (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 16, 17, 19, 21)      # who went with the instructor


class Graph(NamedTuple):
    """An undirected graph.

    edges: (E, 2) int64, each edge once with the smaller node first; labels: (N,) int64, the community of each node;
    classes: the names of the communities. N = len(labels) is the number of nodes.
    """

    edges: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]


def adjacency(graph):
    """A_ij = 1 where an edge joins i and j, else 0: (N, N) float64, symmetric, with an empty diagonal. graph: a Graph."""
    a = np.zeros((len(graph.labels),) * 2)
    i, j = graph.edges.T
    a[i, j] = a[j, i] = 1
    return a


def karate_club():
    """The 34 members of a karate club, 78 friendships, and the side each took when the club split.

    Returns a Graph: label 0 went with the instructor (node 0), label 1 with the president (node 33).
    Source: Zachary, An Information Flow Model for Conflict and Fission in Small Groups,
    Journal of Anthropological Research 33, 1977, 452-473; without the weights of the friendships.
    """
    edges = np.array([(i, j) for i, friends in _FRIENDS.items() for j in friends])
    labels = np.ones(34, dtype=np.int64)
    labels[list(_INSTRUCTOR)] = 0
    return Graph(edges, labels, ("instructor", "president"))


def stochastic_block_model(sizes=(20, 20, 20), within=0.3, between=0.02, *, rng):
    """A random graph of communities that keep to themselves.

    P(edge i–j) = within if label_i = label_j else between

    sizes: number of nodes of each community; within, between: probabilities; rng: np.random.Generator.
    Returns a Graph whose nodes stand in the order of their communities.
    Source: Holland, Laskey and Leinhardt, Stochastic blockmodels: first steps, Social Networks 5, 1983.
    """
    op = "stochastic_block_model"
    for k, size in enumerate(sizes):
        count(op, f"sizes[{k}]", size)
    for name, p in dict(within=within, between=between).items():
        option(op, name, p, (lambda v: np.isscalar(v) and 0 <= v <= 1, "a probability from 0 to 1"))
    generator(op, rng)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    i, j = np.triu_indices(len(labels), k=1)
    joined = rng.uniform(size=len(i)) < np.where(labels[i] == labels[j], within, between)
    return Graph(np.column_stack([i, j])[joined], labels, tuple(f"community {k}" for k in range(len(sizes))))
