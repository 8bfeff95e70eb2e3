"""Optimizers for sums of squares, L = ½ Σ r², which know the residuals and not only their sum."""

import numpy as np

from dl_helpers.arguments import option, positive
from dl_helpers.numpy.optim.vector_optimizer import VectorOptimizer


class GaussNewton(VectorOptimizer):
    """Newton's method with JᵀJ for the Hessian: no second derivatives, exact where the residuals are linear.

    w ← w + η d,  d = argmin ‖J d + r‖² = -(JᵀJ)⁻¹ Jᵀ r

    params: list of arrays, K entries together; lr: η > 0; line_search: chooses η. Needs residuals r (M,), Jacobian J (M, K).
    The least-squares problem for d is solved by a singular value decomposition: JᵀJ would square its condition number.
    Source: Nocedal and Wright, Numerical Optimization, 2006, section 10.3.
    """

    def __init__(self, params, lr=1.0, line_search=None):
        super().__init__(params)
        self.lr, self.line_search = positive("GaussNewton", "lr", lr), line_search

    def move(self, w, objective):
        direction = np.linalg.lstsq(objective.jacobian(w), -objective.residuals(w))[0]
        alpha = self.lr if self.line_search is None else self.line_search(objective, w, direction, self.lr)
        return w + alpha * direction


class LevenbergMarquardt(VectorOptimizer):
    """Between Gauss-Newton (λ small) and a short step of gradient descent (λ large), as the loss demands.

    (JᵀJ + λ D) d = -Jᵀ r,   D = I (Levenberg) or diag(JᵀJ) (Marquardt, independent of the units of each parameter)
    if L(w + d) < L(w):  w ← w + d, λ ← λ / f;  otherwise λ ← f λ and try again

    params: list of arrays, K entries together; damping: the first λ > 0; factor: f > 1; scaling: "marquardt" or "levenberg".
    Needs residuals r (M,) and Jacobian J (M, K). Stays where it is when no λ up to 1e16 leads downhill.
    Raises ValueError for a hyperparameter out of range.
    Source: Marquardt, An algorithm for least-squares estimation of nonlinear parameters, 1963.
    """

    def __init__(self, params, damping=1e-3, factor=10.0, scaling="marquardt"):
        super().__init__(params)
        name = "LevenbergMarquardt"
        self.damping = positive(name, "damping", damping)
        self.factor = option(name, "factor", factor, (lambda v: np.isscalar(v) and 1 < v < np.inf, "a number > 1"))
        self.scaling = option(name, "scaling", scaling, ("marquardt", "levenberg"))

    def move(self, w, objective):
        r, jacobian, loss = objective.residuals(w), objective.jacobian(w), objective.loss(w)
        scale = np.ones_like(w) if self.scaling == "levenberg" else np.linalg.norm(jacobian, axis=0)
        scale = np.where(scale == 0, 1, scale)     # a parameter that moves nothing must not make the system singular
        while self.damping < 1e16:
            # the same d as above, without squaring the condition number: least squares with √λ D^½ below J
            below = np.sqrt(self.damping) * np.diag(scale)
            d = np.linalg.lstsq(np.vstack([jacobian, below]), np.concatenate([-r, np.zeros_like(w)]))[0]
            if objective.loss(w + d) < loss:
                self.damping /= self.factor
                return w + d
            self.damping *= self.factor
        return w
