"""Measures of results that have no single right value, by the names that task files use."""

import numpy as np

__all__ = ["SCORES", "score", "shortfall"]

# name -> (measure of a result against its target, what is said about a result that misses the bound)
SCORES = {
    "rmse": (lambda out, target: np.sqrt(np.mean((out - target) ** 2)),
             "The root mean squared error of {name} against {target} is {value:.4g}; at most {at_most:.4g} is asked for."),
    "mae": (lambda out, target: np.mean(np.abs(out - target)),
            "The mean absolute error of {name} against {target} is {value:.4g}; at most {at_most:.4g} is asked for."),
    "difference": (lambda out, target: np.max(np.abs(out - target)),
                   "{name} differs from {target} by up to {value:.4g}; they must agree."),
    "error rate": (lambda out, target: np.mean(out != target),
                   "{value:.1%} of {name} differ from {target}; at most {at_most:.1%} is asked for."),
}


def score(measure, out, target):
    """The measure of a result against its target, as a number; nan where the result holds nan."""
    with np.errstate(all="ignore"):
        return float(SCORES[measure][0](np.asarray(out, dtype=float), np.asarray(target, dtype=float)))


def shortfall(name, bound, value):
    """The sentence for a result that misses its bound."""
    return SCORES[bound.measure][1].format(name=name, target=bound.target, value=value, at_most=bound.at_most)
