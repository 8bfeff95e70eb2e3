"""Nearest neighbours: how far apart samples are, and what the labels of the nearest ones say."""

import numpy as np

from dl_helpers.arguments import count, option, shapes

__all__ = ["METRICS", "k_nearest_neighbors", "nearest", "pairwise_distances", "votes"]

METRICS = ("l1", "l2")


def pairwise_distances(x, y, metric="l2"):
    """The distance of every sample of x to every sample of y.

    l1: dist[m, n] = Σ_d |x[m, d] - y[n, d]|
    l2: dist[m, n] = √(Σ_d (x[m, d] - y[n, d])²) = √(‖x[m]‖² - 2 x[m]·y[n] + ‖y[n]‖²)

    x: (M, D); y: (N, D); metric: "l1" or "l2". Returns dist (M, N).
    Raises ValueError when the numbers of features differ, or for another metric.
    """
    m, d, n = shapes("pairwise_distances: x (M, D), y (N, D)", x, y)
    option("pairwise_distances", "metric", metric, METRICS)
    if metric == "l1":      # one feature after the other: a table (M, N, D) would not fit into memory
        dist = np.zeros((m, n), dtype=x.dtype)
        for feature in range(d):
            dist += np.abs(x[:, feature, None] - y[:, feature])
        return dist
    squares = (x * x).sum(axis=1)[:, None] - 2 * x @ y.T + (y * y).sum(axis=1)
    return np.sqrt(np.maximum(squares, 0))      # rounding can leave a square just below 0


def nearest(dist, k):
    """The k nearest samples, nearest first; of two that are equally far the first.

    dist: (M, N); k: 1 to N. Returns their column numbers (M, k).
    Raises ValueError for another k.
    """
    _, n = shapes("nearest: dist (M, N)", dist)
    count("nearest", "k", k)
    option("nearest", "k", k, (lambda v: v <= n, f"at most N = {n}, the number of samples to choose from"))
    return np.argsort(dist, axis=1, kind="stable")[:, :k]


def votes(dist, labels, k, classes=None):
    """How many of the k nearest samples belong to each class.

    votes[m, c] = number of n among the k nearest to m with labels[n] = c

    dist: (M, N); labels: (N,) integers in [0, C); k: 1 to N; classes: C, by default the largest label plus 1.
    Returns votes (M, C), integers. Raises ValueError when shapes disagree, k is out of range or a label is.
    """
    shapes("votes: dist (M, N), labels int (N)", dist, labels)
    classes = int(labels.max(initial=-1)) + 1 if classes is None else count("votes", "classes", classes)
    if len(labels) and (labels.min() < 0 or labels.max() >= classes):
        raise ValueError(f"votes: labels must lie in [0, {classes}); they run from {labels.min()} to {labels.max()}")
    chosen = labels[nearest(dist, k)]                                       # (M, k)
    return (chosen[:, :, None] == np.arange(classes)).sum(axis=1)


def k_nearest_neighbors(dist, labels, k):
    """The class that most of the k nearest samples belong to; of classes with equally many votes the smallest.

    pred[m] = argmax_c votes[m, c]

    dist: (M, N) from M new samples to N known ones; labels: (N,) integers ≥ 0; k: 1 to N. Returns pred (M,).
    Source: Cover and Hart, Nearest Neighbor Pattern Classification, IEEE Transactions on Information Theory 13, 1967.
    """
    return votes(dist, labels, k).argmax(axis=1)
