"""Likelihoods, the noise and posteriors against SciPy, scikit-learn and the numbers of unit 03."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from sklearn.linear_model import Lasso

from dl_helpers.numpy.bayes import gaussian_log_likelihood, lasso, noise_variance, posterior, predictive
from dl_helpers.numpy.linear_regression import least_squares


@pytest.fixture
def problem():
    rng = np.random.default_rng(3)
    X = np.column_stack([np.ones(40), rng.normal(size=(40, 5))])
    return X, X @ np.array([2.0, 1, 0, -3, 0, 0.5]) + rng.normal(size=40)


def test_log_likelihood_against_scipy():
    x = np.random.default_rng(0).normal(size=12)
    assert_allclose(gaussian_log_likelihood(x, 0.3, 1.7), stats.norm.logpdf(x, 0.3, 1.7).sum())
    grid = gaussian_log_likelihood(x[:, None], np.array([0.0, 1.0]), 2.0)
    assert_allclose(grid, [stats.norm.logpdf(x, mu, 2.0).sum() for mu in (0, 1)])


def test_the_example_of_the_exercise():
    assert gaussian_log_likelihood(np.array([1.0, 3.0]), 1.0, 2.0) == pytest.approx(-3.7242, abs=5e-5)


def test_a_product_that_underflows_has_a_logarithm():
    x = np.random.default_rng(1).normal(size=1000)
    assert np.prod(stats.norm.pdf(x)) == 0
    assert np.isfinite(gaussian_log_likelihood(x, 0.0, 1.0))


def test_the_most_likely_variance_is_too_small_by_what_was_fitted():
    rng = np.random.default_rng(2)
    X = np.column_stack([np.ones(10), rng.normal(size=10)])
    ml, unbiased = np.array([
        [noise_variance(X, least_squares(X, y), y, unbiased=u) for u in (False, True)] for y in 2 * rng.normal(size=(4000, 10))
    ]).mean(axis=0)
    assert ml == pytest.approx(3.2, rel=0.03) and unbiased == pytest.approx(4, rel=0.03)


def test_three_numbers_and_one_mean():
    X, y = np.ones((3, 1)), np.array([1.0, 2, 6])
    assert noise_variance(X, np.array([3.0]), y) == pytest.approx(14 / 3)
    assert noise_variance(X, np.array([3.0]), y, unbiased=True) == pytest.approx(7)
    with pytest.raises(ValueError, match="needs N > K"):
        noise_variance(X[:1], np.array([3.0]), y[:1], unbiased=True)


def test_posterior_against_bayes_rule_on_the_joint_gaussian(problem):
    """Condition the joint Gaussian of θ and y on y: another way to the same posterior."""
    X, y = problem
    sigma, tau = 0.7, 1.3
    mean, cov = posterior(X, y, sigma, tau)
    gain = tau**2 * X.T @ np.linalg.inv(tau**2 * X @ X.T + sigma**2 * np.eye(len(y)))
    assert_allclose(mean, gain @ y)
    assert_allclose(cov, tau**2 * np.eye(6) - gain @ X * tau**2, atol=1e-12)


def test_without_data_the_posterior_is_the_prior():
    mean, cov = posterior(np.zeros((0, 3)), np.zeros(0), 1.0, 2.0)
    assert_allclose(mean, np.zeros(3))
    assert_allclose(cov, 4 * np.eye(3))
    assert_allclose(predictive(np.array([[1.0, 2, 0]]), mean, cov, 1.0)[1] ** 2, [4 * 5 + 1])


def test_the_maximum_of_the_posterior_is_ridge(problem):
    """The course's λ is σ²/(N τ²), because its cost has 1/N before the squares. (No column of ones is needed to see it.)"""
    X, y = problem
    sigma, tau, Z, t = 0.7, 0.2, X[:, 1:] - X[:, 1:].mean(axis=0), y - y.mean()
    mean, _ = posterior(Z, t, sigma, tau)
    assert_allclose(mean, least_squares(X, y, sigma**2 / (len(y) * tau**2))[1:])


def test_lasso_against_scikit_learn(problem):
    X, y = problem
    for strength in (0.05, 0.4, 2.0):
        expected = Lasso(alpha=strength / 2, tol=1e-12, max_iter=100_000).fit(X[:, 1:], y)    # its cost is half of ours
        assert_allclose(lasso(X, y, strength), [expected.intercept_, *expected.coef_], atol=1e-7)


def test_a_strong_lasso_leaves_the_bias_alone(problem):
    X, y = problem
    theta = lasso(X, y, 100.0)
    assert_allclose(theta[0], y.mean())
    assert (theta[1:] == 0).all()
    assert_allclose(lasso(X, y, 0.0), least_squares(X, y))


def test_inputs_stay_and_bad_ones_are_refused(problem):
    X, y = problem
    before = X.copy(), y.copy()
    lasso(X, y, 0.1)
    posterior(X, y, 1.0, 1.0)
    assert (before[0] == X).all() and (y == before[1]).all()
    with pytest.raises(ValueError, match="tau is 0"):
        posterior(X, y, 1.0, 0.0)
    with pytest.raises(ValueError, match="column 2 of X is all zeros"):
        lasso(X * (np.arange(6) != 2), y, 0.1)
