"""Gradient descent, the plainest optimizer, and the path that it takes."""

import numpy as np

from dl_helpers.arguments import positive
from dl_helpers.numpy.optim.blocks import blocks
from dl_helpers.numpy.optim.optimizer import Optimizer


class GD(Optimizer):
    """Gradient descent.

    w ← w - η ∇L(w)

    params: list of arrays; lr: the learning rate η > 0.
    Source: Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées, 1847.
    """

    def __init__(self, params, lr):
        super().__init__(params)
        self.lr = positive("GD", "lr", lr)

    def update(self, index, param, grad):
        for w, g in blocks([param], [grad]):
            w -= self.lr * g


def descend(grad, start, lr, steps, optimizer=GD):
    """The path of an optimizer: the start and every point after it.

    grad: function (K,) -> (K,), the gradient; start: (K,); steps: how many. Returns path (steps + 1, K).
    A path that overflows ends in inf or nan without a warning: that is how a divergence looks.
    """
    w = np.array(start, dtype=float)
    path = [w.copy()]
    mover = optimizer([w], lr=lr)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            mover.step([grad(w)])
            path.append(w.copy())
    return np.array(path)
