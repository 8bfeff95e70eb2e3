"""Slopes measured by differences: against known derivatives, and with the errors that theory predicts."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from dl_helpers import check
from dl_helpers.numpy.differences import central_difference, complex_step, forward_difference, relative_error

METHODS = (forward_difference, central_difference, complex_step)


def f(x):
    return (x**3).sum() + x.sum() ** 2


def df(x):
    return 3 * x**2 + 2 * x.sum()


@pytest.mark.parametrize("method, h, rtol", [(forward_difference, 1e-7, 1e-6), (central_difference, 1e-5, 1e-8),
                                             (complex_step, 1e-30, 1e-14)])
@pytest.mark.parametrize("shape", [(), (1,), (4,), (2, 3), (2, 1, 2)])
def test_the_gradient_of_a_polynomial(method, h, rtol, shape):
    x = np.random.default_rng(0).uniform(0.5, 1.5, size=shape)
    before = x.copy()
    gradient = method(f, x, h)
    assert gradient.shape == shape
    assert_allclose(gradient, df(x), rtol=rtol)
    assert np.array_equal(x, before)


@pytest.mark.parametrize("method, order", [(forward_difference, 1), (central_difference, 2), (complex_step, 2)])
def test_the_truncation_error_shrinks_with_its_order(method, order):
    errors = [abs(method(np.exp, np.array(1.0), h) - np.e) for h in (1e-2, 1e-3)]
    assert errors[0] / errors[1] == pytest.approx(10**order, rel=0.02)


def test_agreement_with_the_checker_that_chooses_its_own_step():
    x = np.random.default_rng(1).normal(size=(3, 2))
    assert_allclose(central_difference(f, x, 1e-5), check.gradients.central_difference(f, x), rtol=1e-6, atol=1e-8)


def test_the_relative_error():
    assert relative_error(np.array([1.0, -2, 40]), np.array([1.0, -2.5, 41])) == pytest.approx(0.2)
    assert relative_error(np.zeros(3), np.zeros(3)) == 0
    assert relative_error(np.array([1e-12]), np.array([-1e-12])) == 2
    assert relative_error(np.array([0.0, 1]), np.array([1e-9, 1])) == 1
    with pytest.raises(ValueError, match="relative_error"):
        relative_error(np.zeros(3), np.zeros((3, 1)))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("h", [0.0, -1e-5, np.inf, np.nan])
def test_a_step_that_is_none_is_refused(method, h):
    with pytest.raises(ValueError, match=rf"{method.__name__}: h is .*; expected a positive number"):
        method(f, np.ones(2), h)
