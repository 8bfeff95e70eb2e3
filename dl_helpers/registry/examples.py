"""Example inputs, in few words: normal(rng, 5, 4) is a (5, 4) array."""

import numpy as np


def normal(rng, *shape, scale=1.0):
    """Standard normal numbers in float64."""
    return rng.normal(size=shape) * scale


def uniform(rng, *shape, low=0.0, high=1.0):
    """Uniform numbers in [low, high)."""
    return rng.uniform(low, high, size=shape)


def integers(rng, *shape, low=0, high=10):
    """Integers in [low, high)."""
    return rng.integers(low, high, size=shape)


def away_from_zero(rng, *shape, margin=0.1):
    """Normal numbers pushed away from 0: for functions with a kink there, where no difference quotient is right."""
    x = normal(rng, *shape)
    return x + margin * np.where(x < 0, -1, 1)
