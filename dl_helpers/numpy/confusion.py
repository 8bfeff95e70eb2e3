"""How a classifier errs: which class it takes for which, and what that means for each class."""

import numpy as np

from dl_helpers.arguments import count, shapes

__all__ = ["confusion_matrix", "precision_recall"]


def confusion_matrix(labels, pred, classes):
    """How often each class was taken for each.

    confusion[i, j] = number of samples n with labels[n] = i and pred[n] = j

    labels, pred: (N,) integers in [0, C); classes: C. Returns confusion (C, C), integers: rows are the truth.
    Raises ValueError when the shapes disagree or an entry is out of range.
    """
    shapes("confusion_matrix: labels int (N), pred int (N)", labels, pred)
    count("confusion_matrix", "classes", classes)
    for name, array in (("labels", labels), ("pred", pred)):
        if len(array) and (array.min() < 0 or array.max() >= classes):
            found = f"{array.min()} to {array.max()}"
            raise ValueError(f"confusion_matrix: {name} must lie in [0, {classes}); the entries run from {found}")
    return np.bincount(classes * labels.astype(np.int64) + pred, minlength=classes * classes).reshape(classes, classes)


def precision_recall(confusion):
    """How far each class can be believed where it is claimed, and how much of it is found.

    precision[c] = confusion[c, c] / Σ_i confusion[i, c],   recall[c] = confusion[c, c] / Σ_j confusion[c, j],   0/0 = 0

    confusion: (C, C) integers, rows are the truth. Returns precision (C,) and recall (C,).
    """
    shapes("precision_recall: confusion int (C, C)", confusion)
    right = np.diag(confusion)
    claimed, present = confusion.sum(axis=0), confusion.sum(axis=1)
    return right / np.maximum(claimed, 1), right / np.maximum(present, 1)
