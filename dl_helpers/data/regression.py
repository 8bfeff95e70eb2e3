"""Generated regression problems, whose right answer is known."""

from typing import NamedTuple

import numpy as np

from dl_helpers.arguments import count, generator, non_negative, option

__all__ = [
    "BUILDING_FEATURES",
    "BUILDING_UNITS",
    "LinearCase",
    "building_temperature",
    "building_temperatures",
    "line_with_outliers",
    "linear_regression_case",
    "polynomial_regression",
    "smooth_curve",
]

BUILDING_FEATURES = ("bias", "outside temperature", "humidity", "people", "sun")
BUILDING_UNITS = ("", "°C", "%", "persons", "%")
_BUILDING_THETA = (0.2, 0.64, 0.0, 1.0, 0.14)


class LinearCase(NamedTuple):
    """A linear regression problem: X (N, D) with a first column of ones, theta (D,) behind it, and targets y (N,)."""

    X: np.ndarray
    theta: np.ndarray
    y: np.ndarray


def smooth_curve(x):
    """The curve behind polynomial_regression.

    f(x) = sin(2π x)

    x: (...) in [0, 1]; returns the same shape. One period: a straight line is too stiff for it, degree 3 is enough.
    """
    return np.sin(2 * np.pi * x)


def polynomial_regression(n=20, noise=0.2, *, rng, curve=smooth_curve):
    """Noisy samples of a smooth curve, to fit polynomials of any degree to.

    y = f(x) + ε,  x ~ U(0, 1),  ε ~ N(0, noise²)

    n: number of samples; noise: standard deviation ≥ 0, in units of y; rng: np.random.Generator;
    curve: function (N,) -> (N,), the f of the formula. Returns x (N,) in rising order and y (N,), float64.
    Source of the example: Bishop, Pattern Recognition and Machine Learning, 1.1.
    """
    _check("polynomial_regression", n, noise, rng)
    x = np.sort(rng.uniform(0, 1, n))
    return x, curve(x) + rng.normal(0, noise, n)


def line_with_outliers(n=30, outliers=4, slope=2.0, intercept=-1.0, noise=0.2, size=8.0, *, rng):
    """A noisy line of which some targets were spoilt, all upwards: L2 follows them, L1 hardly does.

    y = slope · x + intercept + ε,  x ~ U(0, 3),  ε ~ N(0, noise²);  for outliers y is larger by U(size/2, size)

    n: number of samples; outliers: how many of them are spoilt, 0 to n; slope, intercept: numbers;
    noise ≥ 0 and size ≥ 0: in units of y; rng: np.random.Generator.
    Returns x (N,) in rising order, y (N,), both float64, and is_outlier (N,) bool.
    """
    _check("line_with_outliers", n, noise, rng)
    non_negative("line_with_outliers", "size", size)
    option("line_with_outliers", "outliers", outliers, (lambda v: v in range(n + 1), f"a whole number from 0 to n = {n}"))
    x = np.sort(rng.uniform(0, 3, n))
    y = slope * x + intercept + rng.normal(0, noise, n)
    is_outlier = rng.permutation(np.arange(n) < outliers)
    return x, y + is_outlier * rng.uniform(size / 2, size, n), is_outlier


def linear_regression_case(n=50, d=3, noise=0.1, *, rng):
    """A random linear regression problem with a bias column.

    y = X θ + ε,  X = [1, x₁, ..., x_{d-1}],  x, θ ~ N(0, 1),  ε ~ N(0, noise²)

    n: samples; d: columns, the one of ones included; noise: standard deviation ≥ 0; rng: np.random.Generator.
    Returns LinearCase(X (N, D), theta (D,), y (N,)), float64. With noise 0, theta solves it exactly.
    """
    _check("linear_regression_case", n, noise, rng)
    count("linear_regression_case", "d", d)
    X = np.column_stack([np.ones(n), rng.normal(size=(n, d - 1))])
    theta = rng.normal(size=d)
    return LinearCase(X, theta, X @ theta + rng.normal(0, noise, n))


def building_temperature():
    """Two rooms and a linear model of the temperature inside: the worked example of the lecture.

    y = X θ

    Returns LinearCase(X (2, 5), theta (5,), y (2,)), float64. The columns of X are BUILDING_FEATURES in
    BUILDING_UNITS, y is in °C, and theta in °C per unit of its column.
    """
    X = np.array([[1.0, -25, 50, 2, 50], [1.0, -10, 50, 0, 10]])
    theta = np.array(_BUILDING_THETA)
    return LinearCase(X, theta, X @ theta)


def building_temperatures(n=100, noise=0.5, *, rng):
    """Made-up measurements in many rooms that follow the model of building_temperature.

    y = X θ + ε,  ε ~ N(0, noise²)

    n: rooms; noise: standard deviation ≥ 0 in °C; rng: np.random.Generator. Outside it has -25 to 35 °C,
    the humidity is 20 to 90 %, 0 to 9 persons are in the room, and the sun covers 0 to 100 % of the day.
    Returns LinearCase(X (N, 5), theta (5,), y (N,)) as building_temperature does. The columns have very different
    sizes, so gradient descent is slow until they are standardised.
    """
    _check("building_temperatures", n, noise, rng)
    X = np.column_stack([
        np.ones(n), rng.uniform(-25, 35, n), rng.uniform(20, 90, n), rng.integers(0, 10, n), rng.uniform(0, 100, n),
    ])
    theta = np.array(_BUILDING_THETA)
    return LinearCase(X, theta, X @ theta + rng.normal(0, noise, n))


def _check(op, n, noise, rng):
    count(op, "n", n)
    non_negative(op, "noise", noise)
    generator(op, rng)
