"""The conditions that a step must fulfil, and SciPy's answer to the same question."""

from functools import partial

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st

from dl_helpers.numpy.optim import Objective
from dl_helpers.numpy.optim.line_search import backtracking, exact_on_quadratic, strong_wolfe
from tests.numpy.optim.problems import first_example, quadratic, rosenbrock

PROBLEMS = [rosenbrock, first_example]


def downhill(objective, seed):
    rng = np.random.default_rng(seed)
    w = rng.uniform(-1.5, 1.5, size=2)
    d = -objective.gradient(w) * rng.uniform(0.01, 2, size=2)
    return w, d, objective.gradient(w) @ d


@given(st.integers(0, 10**6), st.sampled_from(PROBLEMS), st.sampled_from([1e-3, 0.1, 1.0, 50.0]))
@settings(max_examples=60, deadline=None)
def test_backtracking_fulfils_armijo_and_is_the_first_to_do_so(seed, problem, start):
    objective = problem()
    w, d, slope = downhill(objective, seed)
    with np.errstate(over="ignore", invalid="ignore"):
        alpha = backtracking(objective, w, d, start, c1=0.1)
        assert objective.loss(w + alpha * d) <= objective.loss(w) + 0.1 * alpha * slope
        if alpha < start:
            assert not objective.loss(w + 2 * alpha * d) <= objective.loss(w) + 0.1 * 2 * alpha * slope


@given(st.integers(0, 10**6), st.sampled_from(PROBLEMS), st.sampled_from([1e-3, 1.0, 50.0]), st.sampled_from([0.1, 0.9]))
@settings(max_examples=60, deadline=None)
def test_strong_wolfe_fulfils_both_conditions(seed, problem, start, c2):
    objective = problem()
    w, d, slope = downhill(objective, seed)
    with np.errstate(over="ignore", invalid="ignore"):
        alpha = strong_wolfe(objective, w, d, start, c2=c2)
    assert alpha > 0
    assert objective.loss(w + alpha * d) <= objective.loss(w) + 1e-4 * alpha * slope
    assert abs(objective.gradient(w + alpha * d) @ d) <= -c2 * slope


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("seed", range(10))
def test_strong_wolfe_is_as_good_as_scipy(problem, seed):
    objective = problem()
    w, d, slope = downhill(objective, seed)
    d = d / np.linalg.norm(d)
    with np.errstate(over="ignore", invalid="ignore"):
        mine = strong_wolfe(objective, w, d, c2=0.1)
        used = objective.counts["loss"] + objective.counts["gradient"]
        theirs, evaluations, gradients, *_ = scipy.optimize.line_search(objective.loss, objective.gradient, w, d, c2=0.1)
    best = scipy.optimize.minimize_scalar(lambda a: objective.loss(w + a * d), bounds=(0, 4), method="bounded").fun
    gain = objective.loss(w) - best
    assert objective.loss(w + mine * d) - best <= max(objective.loss(w + theirs * d) - best, 0) + 0.1 * gain
    assert used <= 2 * (evaluations + gradients) + 4


def test_on_a_quadratic_one_parabola_is_enough_and_scipy_agrees():
    objective = quadratic(np.diag([1.0, 20.0]), np.zeros(2))
    w = np.array([3.0, 1.0])
    d = -objective.gradient(w)
    exact = (d @ d) / (d @ (objective.hessian(w) @ d))
    np.testing.assert_allclose(exact_on_quadratic(objective, w, d), exact, rtol=1e-12)
    narrow = partial(strong_wolfe, c1=1e-4, c2=0.01)
    theirs = scipy.optimize.line_search(objective.loss, objective.gradient, w, d, c2=0.01)[0]
    np.testing.assert_allclose(narrow(objective, w, d, start=0.5), exact, rtol=1e-9)
    np.testing.assert_allclose(theirs, exact, rtol=0.02)


@pytest.mark.parametrize("search", [backtracking, strong_wolfe, exact_on_quadratic])
def test_a_direction_uphill_is_refused(search):
    objective = rosenbrock()
    w = np.array([-1.0, 2.0])
    with pytest.raises(ValueError, match="the direction does not lead downhill"):
        search(objective, w, objective.gradient(w))


@pytest.mark.parametrize("search", [backtracking, strong_wolfe])
def test_no_step_where_the_gradient_lies(search):
    """A gradient that does not belong to the loss promises a descent that is not there: the answer is to stay."""
    objective = Objective(lambda w: float(w @ w), lambda w: -2 * w)
    w = np.ones(2)
    assert search(objective, w, -objective.gradient(w)) == 0.0


def test_a_loss_without_bound_ends_the_search():
    objective = Objective(lambda w: -float(w[0]), lambda w: -np.ones(1))
    assert strong_wolfe(objective, np.zeros(1), np.ones(1), trials=10) == 2.0**9
