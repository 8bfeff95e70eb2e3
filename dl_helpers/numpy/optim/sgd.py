"""Stochastic gradient descent and its momentum: a ball that rolls instead of a walker."""

import numpy as np

from dl_helpers.arguments import non_negative, option
from dl_helpers.numpy.optim.blocks import blocks
from dl_helpers.numpy.optim.optimizer import Optimizer


class SGD(Optimizer):
    """Gradient descent with momentum, for gradients of minibatches.

    g ← g + λ w                          weight decay
    v ← μ v + (1 - τ) g                  velocity; v = g in the first step
    w ← w - η v                          plain momentum
    w ← w - η (g + μ v)                  with nesterov: the gradient as if looked up one step ahead

    params: list of arrays; lr: η ≥ 0; momentum: μ ≥ 0; dampening: τ; weight_decay: λ ≥ 0.
    Other books write v ← μ v - η g and w ← w + v. With a constant η that is the same path; when η changes, it is not.
    Raises ValueError for a hyperparameter out of range, and for nesterov without momentum or with dampening.
    Source: Polyak, Some methods of speeding up the convergence of iteration methods, 1964; Nesterov, 1983;
    in this form Sutskever et al., On the importance of initialization and momentum in deep learning, 2013.
    """

    def __init__(self, params, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
        super().__init__(params)
        self.lr = non_negative("SGD", "lr", lr)
        self.momentum = non_negative("SGD", "momentum", momentum)
        self.dampening = option("SGD", "dampening", dampening, (lambda v: np.isscalar(v) and np.isfinite(v), "a finite number"))
        self.weight_decay = non_negative("SGD", "weight_decay", weight_decay)
        self.nesterov = nesterov
        if nesterov and (momentum == 0 or dampening != 0):
            raise ValueError(
                f"SGD: nesterov needs momentum > 0 and dampening = 0; momentum is {momentum!r}, dampening is {dampening!r}"
            )

    def update(self, index, param, grad):
        if not self.momentum:
            for w, g in blocks([param], [grad]):
                w -= self.lr * (g + self.weight_decay * w if self.weight_decay else g)
            return
        kept = 1 - self.dampening if self.count(index) > 1 else 1.0
        velocity = self.memory(index, "velocity")
        for w, v, g in blocks([param, velocity], [grad]):
            if self.weight_decay:
                g = g + self.weight_decay * w
            v *= self.momentum
            v += kept * g
            w -= self.lr * (g + self.momentum * v if self.nesterov else v)
