"""Learning rates that change: functions from the number t of finished steps (0 at the start) to a learning rate.

    schedule = warm_up(cosine(1e-3, steps=1000), steps=100)
    optimizer.lr = schedule(t)
"""

import math

from dl_helpers.arguments import non_negative, option, positive

_COUNT = (lambda v: isinstance(v, int) and v > 0, "a positive integer")


def inverse_time(lr, decay):
    """η(t) = η₀ / (1 + γ t), with lr: η₀ and decay: γ ≥ 0. The sum of all steps is infinite, that of their squares is not."""
    positive("inverse_time", "lr", lr)
    non_negative("inverse_time", "decay", decay)
    return lambda t: lr / (1 + decay * t)


def inverse_sqrt(lr):
    """η(t) = η₀ / √(t + 1), with lr: η₀: the rate in the regret bounds of online learning."""
    positive("inverse_sqrt", "lr", lr)
    return lambda t: lr / math.sqrt(t + 1)


def step_decay(lr, every, factor=0.1):
    """η(t) = η₀ f^⌊t / k⌋, with lr: η₀, every: k steps, factor: f."""
    positive("step_decay", "lr", lr)
    option("step_decay", "every", every, _COUNT)
    positive("step_decay", "factor", factor)
    return lambda t: lr * factor ** (t // every)


def exponential(lr, factor):
    """η(t) = η₀ fᵗ, with lr: η₀ and factor: f, a little below 1."""
    positive("exponential", "lr", lr)
    positive("exponential", "factor", factor)
    return lambda t: lr * factor**t


def cosine(lr, steps, lr_min=0.0):
    """η(t) = η_min + ½ (η₀ - η_min) (1 + cos(π t / T)) for t ≤ T, and η_min from then on.

    lr: η₀; steps: T; lr_min: η_min. Source: Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, 2017.
    """
    positive("cosine", "lr", lr)
    option("cosine", "steps", steps, _COUNT)
    non_negative("cosine", "lr_min", lr_min)
    return lambda t: lr_min + (lr - lr_min) * (1 + math.cos(math.pi * min(t, steps) / steps)) / 2


def warm_up(schedule, steps):
    """η(t) = (t + 1) / T · schedule(0) for t < T, then schedule(t - T): small steps while the moments are still rough.

    schedule: any function of this module's kind; steps: T.
    """
    option("warm_up", "steps", steps, _COUNT)
    return lambda t: (t + 1) / steps * schedule(0) if t < steps else schedule(t - steps)


def transformer(d, warmup, scale=1.0):
    """η = c d^-½ min(s^-½, s w^-³ᐟ²) in step s = t + 1: a straight rise for w steps, then 1/√s.

    d: width of the model; warmup: w steps; scale: c. Source: Vaswani et al., Attention is all you need, 2017, equation 3.
    """
    option("transformer", "d", d, _COUNT)
    option("transformer", "warmup", warmup, _COUNT)
    positive("transformer", "scale", scale)
    return lambda t: scale * d**-0.5 * min((t + 1) ** -0.5, (t + 1) * warmup**-1.5)
