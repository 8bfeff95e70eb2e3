import numpy as np
import pytest

from dl_helpers import data


def test_polynomial_regression_is_the_curve_plus_noise_of_the_stated_size(rng):
    x, y = data.polynomial_regression(20_000, noise=0.3, rng=rng)
    assert x.shape == y.shape == (20_000,)
    assert (np.diff(x) >= 0).all() and x[0] >= 0 and x[-1] < 1
    error = y - np.sin(2 * np.pi * x)
    assert abs(error.mean()) < 4 * 0.3 / np.sqrt(20_000)
    assert error.std() == pytest.approx(0.3, rel=0.02)


def test_degree_three_fits_the_curve_and_a_line_does_not(rng):
    x, y = data.polynomial_regression(200, noise=0.0, rng=rng)

    def rms(degree):
        return np.sqrt(np.mean((np.polynomial.Polynomial.fit(x, y, degree)(x) - y) ** 2))

    assert rms(1) > 0.3 and rms(3) < 0.1


def test_polynomial_regression_takes_another_curve(rng):
    x, y = data.polynomial_regression(9, noise=0, rng=rng, curve=np.exp)
    np.testing.assert_array_equal(y, np.exp(x))


def test_outliers_pull_the_l2_line_but_not_the_l1_line(rng):
    x, y, bad = data.line_with_outliers(60, 9, slope=2.0, intercept=-1.0, noise=0.05, rng=rng)
    assert bad.dtype == bool and bad.sum() == 9
    residual = y - (2 * x - 1)
    assert np.abs(residual[~bad]).max() < 0.3 and residual[bad].min() > 3.5
    # least absolute deviations as a linear program, by an independent solver
    from scipy.optimize import linprog

    n, a = len(x), np.column_stack([x, np.ones(len(x))])
    eye = np.eye(n)
    l1 = linprog(np.r_[np.zeros(2), np.ones(n)], A_ub=np.block([[a, -eye], [-a, -eye]]), b_ub=np.r_[y, -y],
                 bounds=[(None, None)] * 2 + [(0, None)] * n).x[:2]
    l2 = np.linalg.lstsq(a, y)[0]

    def farthest(line):
        return np.abs(a @ (line - [2, -1])).max()

    assert farthest(l1) < 0.15 < 0.5 < farthest(l2)


def test_least_squares_finds_the_theta_of_a_case_without_noise(rng):
    X, theta, y = data.linear_regression_case(40, 6, noise=0, rng=rng)
    assert X.shape == (40, 6) and theta.shape == (6,) and y.shape == (40,)
    np.testing.assert_array_equal(X[:, 0], 1)
    np.testing.assert_allclose(np.linalg.lstsq(X, y)[0], theta, rtol=1e-10)


def test_building_temperature_is_the_worked_example():
    X, theta, y = data.building_temperature()
    np.testing.assert_allclose(y, [-6.8, -4.8], atol=1e-12)
    assert X.shape == (2, 5) == (2, len(data.BUILDING_FEATURES)) == (2, len(data.BUILDING_UNITS))


def test_measured_buildings_follow_the_same_model(rng):
    X, theta, y = data.building_temperatures(5000, noise=0.5, rng=rng)
    np.testing.assert_array_equal(theta, data.building_temperature().theta)
    assert (y - X @ theta).std() == pytest.approx(0.5, rel=0.05)
    assert X[:, 1].min() >= -25 and X[:, 1].max() < 35 and set(X[:, 3]) == set(range(10))


@pytest.mark.parametrize(("call", "error", "message"), [
    (lambda rng: data.polynomial_regression(0, rng=rng), ValueError, "n is 0; expected a whole number ≥ 1"),
    (lambda rng: data.polynomial_regression(2.5, rng=rng), ValueError, "n is 2.5; expected a whole number"),
    (lambda rng: data.polynomial_regression(5, noise=-1, rng=rng), ValueError, "noise is -1; expected a number ≥ 0"),
    (lambda rng: data.linear_regression_case(rng=7), TypeError, "rng is 7; expected a generator"),
    (lambda rng: data.linear_regression_case(rng=None), TypeError, "rng is None; expected a generator"),
    (lambda rng: data.line_with_outliers(5, 6, rng=rng), ValueError, "outliers is 6; expected a whole number from 0 to n = 5"),
])
def test_wrong_arguments_are_named(call, error, message, rng):
    with pytest.raises(error, match=message):
        call(rng)
