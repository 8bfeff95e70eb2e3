"""Generated classification problems in the plane, each of which defeats some classifier.

All return x (N, 2) float64 and labels (N,) int64 in [0, classes), in random order, with classes of equal size
(they differ by one where the number of samples cannot be shared out evenly).
"""

import numpy as np

from dl_helpers.arguments import count, generator, non_negative

__all__ = ["blobs", "rings", "spirals", "two_moons", "xor"]


def two_moons(n=200, noise=0.1, *, rng):
    """Two half circles that reach into each other: no straight line separates them.

    class 0: (cos t, sin t),  class 1: (1 - cos t, ½ - sin t),  t ~ U(0, π),  plus N(0, noise²) on both coordinates

    n: number of samples; noise: standard deviation ≥ 0; rng: np.random.Generator.
    Returns x (N, 2) and labels (N,) in {0, 1}.
    """
    labels = _labels("two_moons", n, 2, rng, noise=noise)
    t = rng.uniform(0, np.pi, n)
    upper = np.column_stack([np.cos(t), np.sin(t)])
    x = np.where(labels[:, None] == 0, upper, [1, 0.5] - upper)
    return _blurred(x, noise, rng), labels


def spirals(n=300, classes=3, noise=0.03, turns=0.75, *, rng):
    """Arms of a galaxy, one for each class: a network must bend its boundary again and again.

    (r cos φ, r sin φ),  r ~ U(0.05, 1),  φ = 2π (turns · r + class / classes),  plus N(0, noise²)

    n: number of samples; classes: number of arms ≥ 1; noise: standard deviation ≥ 0;
    turns: turns of an arm from the centre to the rim; rng: np.random.Generator.
    Returns x (N, 2) and labels (N,) in [0, classes).
    """
    labels = _labels("spirals", n, classes, rng, noise=noise)
    r = rng.uniform(0.05, 1, n)
    return _blurred(_polar(r, 2 * np.pi * (turns * r + labels / classes)), noise, rng), labels


def rings(n=200, classes=2, noise=0.1, *, rng):
    """Rings around one centre, the outer ones thinner in samples: linear in x², so one feature solves it.

    ((class + 1) cos t, (class + 1) sin t),  t ~ U(0, 2π),  plus N(0, noise²)

    n: number of samples; classes: number of rings ≥ 1; noise: standard deviation ≥ 0; rng: np.random.Generator.
    Returns x (N, 2) and labels (N,) in [0, classes).
    """
    labels = _labels("rings", n, classes, rng, noise=noise)
    return _blurred(_polar(labels + 1.0, rng.uniform(0, 2 * np.pi, n)), noise, rng), labels


def blobs(n=200, classes=3, spread=0.6, *, rng):
    """Round clouds whose centres stand evenly on a circle: linear classifiers do well.

    (2 cos φ, 2 sin φ) + N(0, spread²),  φ = 2π class / classes

    n: number of samples; classes: number of clouds ≥ 1; spread: standard deviation ≥ 0; rng: np.random.Generator.
    Returns x (N, 2) and labels (N,) in [0, classes).
    """
    labels = _labels("blobs", n, classes, rng, spread=spread)
    return _blurred(_polar(np.full(n, 2.0), 2 * np.pi * labels / classes), spread, rng), labels


def xor(n=200, noise=0.05, *, rng):
    """A chessboard of four fields: the exclusive or, which no linear classifier learns.

    label = [x₁ > 0] xor [x₂ > 0],  x ~ U(-1, 1)² without the margins |x| < 0.1,  then plus N(0, noise²)

    n: number of samples; noise: standard deviation ≥ 0; rng: np.random.Generator.
    Returns x (N, 2) and labels (N,) in {0, 1}. The label is that of the point before the noise.
    Source: Minsky and Papert, Perceptrons, 1969.
    """
    labels = _labels("xor", n, 2, rng, noise=noise)
    first = rng.integers(0, 2, n)
    signs = 2 * np.column_stack([first, first ^ labels]) - 1
    return _blurred(signs * rng.uniform(0.1, 1, (n, 2)), noise, rng), labels


def _labels(op, n, classes, rng, **noise):
    """Check the arguments that all problems share, and share out the classes evenly, in random order."""
    count(op, "n", n)
    count(op, "classes", classes)
    for name, value in noise.items():
        non_negative(op, name, value)
    generator(op, rng)
    return rng.permutation(np.arange(n) % classes)


def _polar(r, angle):
    return np.column_stack([r * np.cos(angle), r * np.sin(angle)])


def _blurred(x, noise, rng):
    return x + rng.normal(0, noise, x.shape)
