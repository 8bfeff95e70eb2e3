"""Linear regression solved at one stroke: the weights that minimise a squared or an absolute error."""

import numpy as np

from dl_helpers.arguments import non_negative, shapes

__all__ = ["least_absolute_line", "least_squares", "polynomial_features"]


def polynomial_features(x, degree):
    """The powers of a feature, as the columns of a design matrix; the first is the bias column.

    X = [1, x, x², ..., x^degree]

    x: (N,) samples; degree: integer ≥ 0. Returns X (N, degree + 1).
    """
    shapes("polynomial_features: x (N)", x)
    non_negative("polynomial_features", "degree", degree)
    return np.vander(x, degree + 1, increasing=True)


def least_squares(x, y, strength=0.0):
    """The weights with the smallest mean squared error, plus a ridge penalty where one is wanted.

    θ = argmin 1/N ‖X θ - y‖² + λ Σ_{j ≥ 1} θ_j²

    x: (N, D) design matrix, whose first column is the bias column and is not penalised; y: (N,); strength: λ ≥ 0.
    Returns θ (D,). Where many θ are equally good (fewer samples than weights, columns that depend on each other)
    it is the shortest of them: the singular value decomposition in `lstsq` finds it, and never inverts XᵀX.
    Source: Golub and Van Loan, Matrix Computations, 5.3 to 5.5.
    """
    n, d = shapes("least_squares: x (N, D), y (N)", x, y)
    non_negative("least_squares", "strength", strength)
    if strength:  # λ θ_j² is the squared error of one more sample whose only feature is √(N λ), and whose target is 0
        extra = np.sqrt(n * strength) * np.eye(d, dtype=x.dtype)[1:]
        x, y = np.vstack([x, extra]), np.concatenate([y, np.zeros(d - 1, dtype=y.dtype)])
    theta, *_ = np.linalg.lstsq(x, y)
    return theta


def least_absolute_line(x, y):
    """The line with the smallest mean absolute error.

    θ = argmin 1/N Σ |θ₀ + θ₁ x - y|

    x, y: (N,) with at least two different x. Returns θ (2,), the intercept and the slope.
    The cost is a polyhedron, lowest at a corner, and a corner is a line through two of the samples: try them all.
    Raises ValueError when all x are equal: the slope is then free.
    """
    shapes("least_absolute_line: x (N), y (N)", x, y)
    i, j = np.triu_indices(len(x), k=1)
    i, j = i[x[i] != x[j]], j[x[i] != x[j]]
    if not len(i):
        raise ValueError(f"least_absolute_line: x holds one value only, so no slope can be found: x = {x}")
    slopes = (y[j] - y[i]) / (x[j] - x[i])                                   # (pairs,)
    intercepts = y[i] - slopes * x[i]
    costs = np.abs(intercepts + np.outer(x, slopes) - y[:, None]).mean(axis=0)
    best = costs.argmin()
    return np.array([intercepts[best], slopes[best]], dtype=x.dtype)
