"""Newton's method: go to the minimum of the parabola that fits here."""

import numpy as np

from dl_helpers.arguments import non_negative, positive
from dl_helpers.numpy.optim.vector_optimizer import VectorOptimizer


class Newton(VectorOptimizer):
    """Newton's method, plain, damped, or with a line search.

    w ← w - η (H + λ I)⁻¹ ∇L(w)

    params: list of arrays, K entries together; lr: η > 0, 1 for the pure method; damping: λ ≥ 0; line_search: chooses η.
    Needs gradient and Hessian (a line search needs the loss, too). Memory K², work K³ in each step.
    The pure method runs to any point without slope, saddles and maxima included. With a line search, λ is raised
    until H + λ I is positive definite, so that every step leads downhill.
    Raises ValueError for a hyperparameter out of range, np.linalg.LinAlgError when H + λ I is singular.
    Source: Nocedal and Wright, Numerical Optimization, 2006, algorithms 3.2 and 3.3.
    """

    def __init__(self, params, lr=1.0, damping=0.0, line_search=None):
        super().__init__(params)
        self.lr = positive("Newton", "lr", lr)
        self.damping = non_negative("Newton", "damping", damping)
        self.line_search = line_search

    def move(self, w, objective):
        gradient, hessian = objective.gradient(w), objective.hessian(w)
        hessian = hessian + self.damping * np.eye(len(w))
        if self.line_search is not None:
            hessian = _made_positive_definite(hessian)
        try:
            direction = -np.linalg.solve(hessian, gradient)
        except np.linalg.LinAlgError as error:
            raise np.linalg.LinAlgError(f"Newton: the Hessian is singular at w = {w}; give damping > 0") from error
        alpha = self.lr if self.line_search is None else self.line_search(objective, w, direction, self.lr)
        return w + alpha * direction


def _made_positive_definite(hessian):
    """H + λ I with the first λ = 0, λ₀, 2 λ₀, 4 λ₀, ... for which a Cholesky decomposition exists."""
    shift, smallest = 0.0, 1e-3 * np.linalg.norm(hessian) or 1.0
    while True:
        shifted = hessian + shift * np.eye(len(hessian))
        try:
            np.linalg.cholesky(shifted)
            return shifted
        except np.linalg.LinAlgError:
            if not np.isfinite(hessian).all():
                return shifted
            shift = max(2 * shift, smallest)
