"""Graph convolutions: every node hears the mean of its neighbours."""

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import nn

__all__ = ["GCN", "GraphConvolution", "normalized_adjacency"]


def normalized_adjacency(adjacency):
    """D^-½ (A + I) D^-½ with D the degrees of A + I: (K, K) -> (K, K). Each node is its own neighbour, too."""
    with_self = adjacency + torch.eye(len(adjacency), device=adjacency.device, dtype=adjacency.dtype)
    scale = with_self.sum(dim=1).rsqrt()
    return scale[:, None] * with_self * scale


class GraphConvolution(nn.Module):
    """out = Â x w + b: mix the neighbours, then the features.

    x (K, inputs) features of the nodes, spread (K, K) = Â the normalized adjacency, dense or sparse -> (K, outputs).
    Source: Kipf, Welling, Semi-Supervised Classification with Graph Convolutional Networks, 2017.
    """

    def __init__(self, inputs, outputs):
        super().__init__()
        self.affine = nn.Linear(inputs, outputs, bias=False)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x, spread):
        return spread @ self.affine(x) + self.bias


class GCN(nn.Module):
    """Graph convolutions with ReLU and dropout in between: sizes = (inputs, hidden, ..., classes).

    x (K, inputs), spread (K, K) -> scores (K, classes). A node's scores depend on nodes up to len(sizes) - 1 hops away.
    """

    def __init__(self, *sizes, dropout=0.0):
        super().__init__()
        self.layers = nn.ModuleList([GraphConvolution(i, o) for i, o in pairwise(sizes)])
        self.dropout = dropout

    def forward(self, x, spread):
        for layer in self.layers[:-1]:
            x = F.dropout(layer(x, spread).relu(), self.dropout, self.training)
        return self.layers[-1](x, spread)
