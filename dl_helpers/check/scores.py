"""Measures of results that have no single right value, by the names that task files use."""

import numpy as np

__all__ = ["SCORES", "score"]

SCORES = {
    "rmse": ("root mean squared error", lambda out, target: np.sqrt(np.mean((out - target) ** 2))),
    "mae": ("mean absolute error", lambda out, target: np.mean(np.abs(out - target))),
    "difference": ("largest difference", lambda out, target: np.max(np.abs(out - target))),
    "error rate": ("share of wrong labels", lambda out, target: np.mean(out != target)),
}


def score(measure, out, target):
    """The measure of a result against its target, as a number; nan where the result holds nan."""
    with np.errstate(all="ignore"):
        return float(SCORES[measure][1](np.asarray(out, dtype=float), np.asarray(target, dtype=float)))
