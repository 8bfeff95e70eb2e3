"""Quasi-Newton methods: the curvature learned from how the gradient changed, without a Hessian."""

from collections import deque

import numpy as np

from dl_helpers.arguments import option, positive
from dl_helpers.numpy.optim.line_search import strong_wolfe
from dl_helpers.numpy.optim.vector_optimizer import VectorOptimizer


class QuasiNewton(VectorOptimizer):
    """What BFGS and LBFGS share: a direction from the past, a line search along it, and what it taught.

    s = w_new - w,  y = ∇L(w_new) - ∇L(w): the curvature along s is sᵀy / sᵀs

    A subclass gives `direction(gradient)` and learns in `learn(s, y)`.
    """

    def __init__(self, params, lr=1.0, line_search=strong_wolfe):
        super().__init__(params)
        self.lr = positive(type(self).__name__, "lr", lr)
        self.line_search = line_search
        self.last = None

    def move(self, w, objective):
        gradient, start = objective.gradient(w), self.lr
        if self.last is None:
            start *= min(1.0, 1 / max(np.abs(gradient).sum(), 1e-300))   # no curvature known yet: a short first step
        else:
            s, y = w - self.last[0], gradient - self.last[1]
            if s @ y > 1e-10:                                            # else the inverse would not stay positive definite
                self.learn(s, y)
        self.last = (w, gradient)
        direction = self.direction(gradient)
        alpha = start if self.line_search is None else self.line_search(objective, w, direction, start)
        return w + alpha * direction


class BFGS(QuasiNewton):
    """Keeps an estimate B of the inverse Hessian and corrects it after each step.

    w ← w - α B ∇L(w)
    B ← (I - ρ s yᵀ) B (I - ρ y sᵀ) + ρ s sᵀ,  ρ = 1 / yᵀs          so that B y = s

    params: list of arrays, K entries together; line_search: chooses α, starting from lr (None: α = lr always).
    Needs loss and gradient. Memory and work K² in each step. At first B = I, scaled by yᵀs / yᵀy once s and y are known.
    Source: Nocedal and Wright, Numerical Optimization, 2006, algorithm 6.1.
    """

    inverse = None

    def direction(self, gradient):
        return -gradient if self.inverse is None else -self.inverse @ gradient

    def learn(self, s, y):
        rho, eye = 1 / (y @ s), np.eye(len(s), dtype=s.dtype)
        before = eye * (y @ s) / (y @ y) if self.inverse is None else self.inverse
        left = eye - rho * np.outer(s, y)
        self.inverse = left @ before @ left.T + rho * np.outer(s, s)


class LBFGS(QuasiNewton):
    """BFGS that remembers the last few pairs (s, y) instead of a matrix.

    w ← w - α B ∇L(w), with B ∇L computed from the pairs by the two-loop recursion

    params: list of arrays, K entries together; history_size: how many pairs; line_search: chooses α, starting from lr
    (None: α = lr always, except for a shorter first step). Needs loss and gradient. Memory and work O(K) in each step.
    Raises ValueError for a hyperparameter out of range.
    Source: Nocedal and Wright, Numerical Optimization, 2006, algorithms 7.4 and 7.5.
    """

    def __init__(self, params, lr=1.0, history_size=10, line_search=strong_wolfe):
        super().__init__(params, lr, line_search)
        option("LBFGS", "history_size", history_size, (lambda v: isinstance(v, int) and v > 0, "a positive integer"))
        self.pairs = deque(maxlen=history_size)

    def learn(self, s, y):
        self.pairs.append((s, y))

    def direction(self, gradient):
        q, alphas = gradient.copy(), []
        for s, y in reversed(self.pairs):                       # from the newest pair to the oldest
            alphas.append(s @ q / (s @ y))
            q -= alphas[-1] * y
        if self.pairs:
            s, y = self.pairs[-1]
            q *= (s @ y) / (y @ y)
        for (s, y), alpha in zip(self.pairs, reversed(alphas)):   # and back
            q += (alpha - y @ q / (s @ y)) * s
        return -q
