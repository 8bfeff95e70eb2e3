"""Optimizers that give every single weight a step size of its own, from the gradients that it has seen.

| optimizer | mean of g | mean of g² | sum of g² | mean of Δ² |
| --------- | --------- | ---------- | --------- | ---------- |
| Adagrad   |           |            | G         |            |
| RMSprop   | centered  | v          |           |            |
| Adadelta  |           | v          |           | u          |
| Adam(W)   | m         | v          |           |            |

In all of them ε is added outside the root, except in Adadelta, whose ε starts the motion and stands inside.
"""

import math

import numpy as np

from dl_helpers.arguments import non_negative, option
from dl_helpers.numpy.optim.blocks import blocks
from dl_helpers.numpy.optim.optimizer import Optimizer

_FRACTION = (lambda v: np.isscalar(v) and 0 <= v < 1, "a number in [0, 1)")


class Adagrad(Optimizer):
    """Steps that shrink with the sum of all squared gradients so far.

    g ← g + λ w
    G ← G + g²
    w ← w - η / (1 + (t - 1) γ) · g / (√G + ε)          t = 1, 2, ...

    params: list of arrays; lr: η ≥ 0; lr_decay: γ ≥ 0; weight_decay: λ ≥ 0; initial_accumulator_value: G at first;
    eps: ε ≥ 0. Raises ValueError for a hyperparameter out of range.
    Source: Duchi, Hazan, Singer, Adaptive subgradient methods for online learning and stochastic optimization, 2011.
    """

    def __init__(self, params, lr=1e-2, lr_decay=0.0, weight_decay=0.0, initial_accumulator_value=0.0, eps=1e-10):
        super().__init__(params)
        self.lr = non_negative("Adagrad", "lr", lr)
        self.lr_decay = non_negative("Adagrad", "lr_decay", lr_decay)
        self.weight_decay = non_negative("Adagrad", "weight_decay", weight_decay)
        self.initial = non_negative("Adagrad", "initial_accumulator_value", initial_accumulator_value)
        self.eps = non_negative("Adagrad", "eps", eps)

    def update(self, index, param, grad):
        lr = self.lr / (1 + (self.count(index) - 1) * self.lr_decay)
        squares = self.memory(index, "sum of squares", fill=self.initial)
        for w, G, g in blocks([param, squares], [grad]):
            if self.weight_decay:
                g = g + self.weight_decay * w
            G += g * g
            w -= lr * g / (np.sqrt(G) + self.eps)


class RMSprop(Optimizer):
    """Adagrad that forgets: steps divided by the running root mean square of the gradients.

    g ← g + λ w
    v ← α v + (1 - α) g²
    m ← α m + (1 - α) g                  only with centered; then v - m², a variance, takes the place of v below
    u ← μ u + g / (√v + ε)
    w ← w - η u

    params: list of arrays; lr: η ≥ 0; alpha: α in [0, 1), often 0.9; eps: ε ≥ 0; weight_decay: λ ≥ 0; momentum: μ ≥ 0.
    Raises ValueError for a hyperparameter out of range.
    Source: Tieleman and Hinton, Neural networks for machine learning, lecture 6.5, 2012; centred: Graves, 2013.
    """

    def __init__(self, params, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False):
        super().__init__(params)
        self.lr = non_negative("RMSprop", "lr", lr)
        self.alpha = option("RMSprop", "alpha", alpha, _FRACTION)
        self.eps = non_negative("RMSprop", "eps", eps)
        self.weight_decay = non_negative("RMSprop", "weight_decay", weight_decay)
        self.momentum = non_negative("RMSprop", "momentum", momentum)
        self.centered = centered

    def update(self, index, param, grad):
        written = [param, self.memory(index, "mean square")]
        if self.centered:
            written.append(self.memory(index, "mean"))
        if self.momentum:
            written.append(self.memory(index, "velocity"))
        for w, v, *others, g in blocks(written, [grad]):
            if self.weight_decay:
                g = g + self.weight_decay * w
            v *= self.alpha
            v += (1 - self.alpha) * g * g
            spread = v
            if self.centered:
                m = others[0]
                m += (1 - self.alpha) * (g - m)
                spread = v - m * m
            move = g / (np.sqrt(spread) + self.eps)
            if self.momentum:
                u = others[-1]
                u *= self.momentum
                u += move
                move = u
            w -= self.lr * move


class Adadelta(Optimizer):
    """Steps in the units of the weights: the typical past step over the typical past gradient.

    g ← g + λ w
    v ← ρ v + (1 - ρ) g²
    Δ = √(u + ε) / √(v + ε) · g
    u ← ρ u + (1 - ρ) Δ²
    w ← w - η Δ

    params: list of arrays; lr: η ≥ 0, meant to be 1; rho: ρ in [0, 1); eps: ε ≥ 0, here inside the roots: at first u = 0,
    and ε alone gets things moving; weight_decay: λ ≥ 0. Raises ValueError for a hyperparameter out of range.
    Source: Zeiler, ADADELTA: an adaptive learning rate method, 2012.
    """

    def __init__(self, params, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        super().__init__(params)
        self.lr = non_negative("Adadelta", "lr", lr)
        self.rho = option("Adadelta", "rho", rho, _FRACTION)
        self.eps = non_negative("Adadelta", "eps", eps)
        self.weight_decay = non_negative("Adadelta", "weight_decay", weight_decay)

    def update(self, index, param, grad):
        squares, moves = self.memory(index, "mean square"), self.memory(index, "mean square of the steps")
        for w, v, u, g in blocks([param, squares, moves], [grad]):
            if self.weight_decay:
                g = g + self.weight_decay * w
            v *= self.rho
            v += (1 - self.rho) * g * g
            delta = np.sqrt((u + self.eps) / (v + self.eps)) * g
            u *= self.rho
            u += (1 - self.rho) * delta * delta
            w -= self.lr * delta


class Adam(Optimizer):
    """Momentum and RMSprop together, both corrected for starting at zero.

    g ← g + λ w
    m ← β₁ m + (1 - β₁) g                mean of the gradients
    v ← β₂ v + (1 - β₂) g²               mean of their squares
    m̂ = m / (1 - β₁ᵗ),  v̂ = v / (1 - β₂ᵗ)      t = 1, 2, ... counts the steps: after many, both factors are 1
    w ← w - η m̂ / (√v̂ + ε)

    The code takes both factors out of the arrays, with s = √(1 - β₂ᵗ): m̂ / (√v̂ + ε) = s / (1 - β₁ᵗ) · m / (√v + ε s).

    params: list of arrays; lr: η ≥ 0; betas: (β₁, β₂), each in [0, 1); eps: ε ≥ 0; weight_decay: λ ≥ 0.
    Raises ValueError for a hyperparameter out of range.
    Source: Kingma and Ba, Adam: a method for stochastic optimization, 2015; the order of the code: end of its section 2.
    """

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        super().__init__(params)
        name = type(self).__name__
        self.lr = non_negative(name, "lr", lr)
        option(name, "betas", betas, (lambda v: np.shape(v) == (2,), "a pair of numbers (β₁, β₂)"))
        self.betas = tuple(option(name, f"betas[{i}]", beta, _FRACTION) for i, beta in enumerate(betas))
        self.eps = non_negative(name, "eps", eps)
        self.weight_decay = non_negative(name, "weight_decay", weight_decay)

    def update(self, index, param, grad):
        (b1, b2), t = self.betas, self.count(index)
        s = math.sqrt(1 - b2**t)
        lr, eps = self.lr * s / (1 - b1**t), self.eps * s
        for w, m, v, g in blocks([param, self.memory(index, "mean"), self.memory(index, "mean square")], [grad]):
            if self.weight_decay:
                g = self.decayed(w, g)
            m *= b1
            m += (1 - b1) * g
            v *= b2
            v += (1 - b2) * g * g
            w -= lr * m / (np.sqrt(v) + eps)

    def decayed(self, w, g):
        """The gradient after weight decay: that of L + λ/2 ‖w‖², so that large gradients drown the decay."""
        return g + self.weight_decay * w


class AdamW(Adam):
    """Adam whose weight decay is decoupled from the gradient.

    w ← (1 - η λ) w
    then Adam's step, with the gradient as it is: every weight decays at one rate, however large its gradients were

    params, lr, betas and eps as in Adam; weight_decay: λ ≥ 0. Raises ValueError for a hyperparameter out of range.
    Source: Loshchilov and Hutter, Decoupled weight decay regularization, 2019.
    """

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        super().__init__(params, lr, betas, eps, weight_decay)

    def decayed(self, w, g):
        w *= 1 - self.lr * self.weight_decay
        return g
