"""Which rows to train on, to choose with and to be judged by; folds, minibatches and one-hot targets."""

import numpy as np

from dl_helpers.arguments import count, generator, option, shapes

__all__ = ["k_fold", "minibatches", "one_hot", "split"]


def split(n, fractions=(0.7, 0.15, 0.15), *, rng, labels=None):
    """Share out n rows at random, by default into training, validation and test.

    n: number of rows; fractions: positive numbers that add up to 1, one for each part; rng: np.random.Generator;
    labels: (N,) integers; if given, every part has each class in about the proportion that it has in the whole.
    Returns one index array int64 for each fraction: disjoint, and together 0, ..., n - 1.
    Raises ValueError for other fractions, or where a part would be empty.

        train, validation, test = split(len(x), rng=rng)
    """
    op = "split"
    count(op, "n", n)
    generator(op, rng)
    option(op, "fractions", fractions,
           (lambda f: min(f, default=0) > 0 and abs(sum(f) - 1) < 1e-9, "positive numbers that add up to 1"))
    order = rng.permutation(n)
    if labels is not None:
        order = order[np.argsort(_rank_in_class(_labels(op, n, labels)[order]), kind="stable")]
    borders = np.round(np.cumsum(fractions)[:-1] * n).astype(int)
    parts = np.split(order, borders)
    if min(map(len, parts)) == 0:
        raise ValueError(f"split: {n} rows are too few for the fractions {tuple(fractions)}: a part would be empty")
    return tuple(map(rng.permutation, parts)) if labels is not None else tuple(parts)


def k_fold(n, k=5, *, rng=None, labels=None):
    """The k rounds of a cross-validation: in each, one fold is held out and the others are trained on.

    n: number of rows; k: folds, 2 to n; rng: np.random.Generator, or None to keep the rows in their order
    (sorted data need an rng); labels: (N,) integers; if given, the rows of each class are dealt out like cards.
    Returns a list of k pairs (train, validation) of index arrays. The folds are disjoint, together they are all rows,
    and their sizes differ by at most one.
    """
    count("k_fold", "n", n)
    option("k_fold", "k", k, (lambda v: v in range(2, n + 1), f"a whole number from 2 to n = {n}"))
    order = np.arange(n) if rng is None else generator("k_fold", rng).permutation(n)
    if labels is None:
        folds = np.array_split(order, k)
    else:
        by_class = order[np.argsort(_labels("k_fold", n, labels)[order], kind="stable")]
        folds = [by_class[i::k] for i in range(k)]
    return [(np.concatenate(folds[:i] + folds[i + 1:]), folds[i]) for i in range(k)]


def minibatches(*arrays, size, rng=None, drop_last=False):
    """One epoch of minibatches: every row once.

    arrays: one or more of the same length N; size: rows of a batch; rng: np.random.Generator to shuffle, or None to
    keep the order; drop_last: leave out a last batch that is not full. An iterator over tuples of arrays, one for each
    array given; a single array comes bare.

        for x_batch, y_batch in minibatches(x, y, size=32, rng=rng): ...
    """
    count("minibatches", "size", size)
    if not arrays:
        raise TypeError("minibatches: no array is given")
    n = len(arrays[0])
    if any(len(a) != n for a in arrays):
        raise ValueError(f"minibatches: the arrays must have one length, theirs are {[len(a) for a in arrays]}")
    order = np.arange(n) if rng is None else generator("minibatches", rng).permutation(n)
    return _batches(arrays, order, size, drop_last)


def _batches(arrays, order, size, drop_last):
    # A generator of its own, so that the checks above speak at the call and not at the first batch.
    n = len(order)
    for start in range(0, n - n % size if drop_last else n, size):
        rows = order[start : start + size]
        yield arrays[0][rows] if len(arrays) == 1 else tuple(a[rows] for a in arrays)


def one_hot(labels, classes=None, dtype=np.float64):
    """y_nc = 1 where c = labels_n, else 0.

    labels: (N,) integers in [0, C); classes: C, by default the largest label plus 1; dtype of the result.
    Returns (N, C). Raises ValueError for a label out of range.
    """
    shapes("one_hot: labels int (N)", labels)
    classes = int(labels.max(initial=-1)) + 1 if classes is None else count("one_hot", "classes", classes)
    if len(labels) and (labels.min() < 0 or labels.max() >= classes):
        raise ValueError(f"one_hot: labels must lie in [0, {classes}); they run from {labels.min()} to {labels.max()}")
    out = np.zeros((len(labels), classes), dtype)
    out[np.arange(len(labels)), labels] = 1
    return out


def _labels(op, n, labels):
    (size,) = shapes(f"{op}: labels int (N)", labels)
    if size != n:
        raise ValueError(f"{op}: labels has {size} entries for n = {n} rows")
    return labels


def _rank_in_class(labels):
    """Where each row stands among those of its class, as a number between 0 and 1: sorting by it mixes the classes evenly."""
    rank = np.empty(len(labels))
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        rank[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    return rank
