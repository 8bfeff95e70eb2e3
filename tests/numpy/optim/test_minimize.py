"""The record of a descent, its stopping rules, and what is counted."""

import numpy as np
import pytest

from dl_helpers.numpy.optim import BFGS, GD, SGD, Adam, LevenbergMarquardt, Newton, Objective, StepFunction, minimize, schedules
from tests.numpy.optim.problems import rosenbrock


def bowl():
    return Objective(lambda w: w @ w, lambda w: 2 * w, lambda w: 2 * np.eye(len(w)))


def gd(lr):
    return lambda params: GD(params, lr=lr)


def test_a_step_of_gradient_descent_costs_one_gradient():
    record = minimize(bowl(), [3.0, 4.0], gd(0.25), steps=3)
    np.testing.assert_allclose(record.path, np.outer(0.5 ** np.arange(4), [3, 4]))
    np.testing.assert_array_equal(record.counts["gradient"], [0, 1, 2, 3])
    np.testing.assert_array_equal(record.counts["loss"], 0)
    np.testing.assert_array_equal(record.evaluations, [0, 1, 2, 3])
    assert record.stopped == "steps"


def test_counts_are_the_calls_that_were_made():
    calls = {"loss": 0, "gradient": 0}

    def counted(name, function):
        def call(w):
            calls[name] += 1
            return function(w)
        return call

    plain = rosenbrock()
    objective = Objective(counted("loss", plain.functions["loss"]), counted("gradient", plain.functions["gradient"]))
    record = minimize(objective, [-1.2, 1.0], BFGS, steps=15, gradient_norm=1e-8)
    assert {name: counts[-1] for name, counts in record.counts.items()} == calls == dict(objective.counts)
    assert all((np.diff(counts) >= 0).all() for counts in record.counts.values())


def test_the_same_question_twice_costs_once():
    objective, w = bowl(), np.ones(2)
    objective.gradient(w)
    objective.gradient(w)
    assert objective.counts["gradient"] == 1
    w += 1                                             # the same array with other numbers is another question
    np.testing.assert_array_equal(objective.gradient(w), 4)
    assert objective.counts["gradient"] == 2


def test_each_stopping_rule_stops_as_soon_as_it_holds():
    by_norm = minimize(bowl(), [4.0], gd(0.25), gradient_norm=1.0)            # gradients 8, 4, 2, 1
    assert by_norm.stopped == "gradient norm" and len(by_norm.path) == 4
    by_step = minimize(bowl(), [4.0], gd(0.25), step_size=0.5)                # steps 2, 1, 0.5
    assert by_step.stopped == "step size" and len(by_step.path) == 4
    by_budget = minimize(bowl(), [4.0], gd(0.25), budget=5)
    assert by_budget.stopped == "budget" and by_budget.evaluations[-1] == 5
    assert minimize(bowl(), [4.0], gd(0.25), steps=7).path.shape == (8, 1)
    assert minimize(bowl(), [0.0], gd(0.25)).stopped == "step size"           # nothing moves
    assert minimize(bowl(), [4.0], gd(0.25), steps=0).path.shape == (1, 1)


def test_a_budget_is_counted_from_the_start_of_each_run():
    objective = bowl()
    for _ in range(2):
        assert minimize(objective, [4.0], gd(0.25), budget=5).evaluations[-1] == 5


def test_a_divergence_is_a_result():
    record = minimize(bowl(), [1.0], gd(1e200), steps=50)
    assert record.stopped == "diverged" and not np.isfinite(record.path[-1]).all() and np.isfinite(record.path[-2]).all()


def test_a_schedule_sets_the_learning_rate_before_each_step():
    slope = Objective(gradient=lambda w: np.ones(1))
    record = minimize(slope, [0.0], lambda p: SGD(p), steps=3, schedule=schedules.inverse_time(1.0, 1.0))
    np.testing.assert_allclose(record.path[:, 0], [0, -1, -1.5, -1.5 - 1 / 3])


def test_a_step_of_your_own_runs_beside_the_others():
    own = minimize(bowl(), [4.0], lambda p: StepFunction(p, lambda w, g: w - 0.25 * g), steps=5)
    np.testing.assert_array_equal(own.path, minimize(bowl(), [4.0], gd(0.25), steps=5).path)


def test_the_start_is_not_modified():
    start = np.ones(2)
    minimize(bowl(), start, lambda p: Adam(p, lr=0.1), steps=5)
    np.testing.assert_array_equal(start, 1)


def test_residuals_give_loss_and_gradient(rng):
    x, y, w = rng.normal(size=(5, 3)), rng.normal(size=5), rng.normal(size=3)
    objective = Objective(residuals=lambda w: x @ w - y, jacobian=lambda w: x)
    np.testing.assert_allclose(objective.loss(w), 0.5 * np.sum((x @ w - y) ** 2))
    np.testing.assert_allclose(objective.gradient(w), x.T @ (x @ w - y))
    assert dict(objective.counts) == {"residuals": 1, "jacobian": 1}
    assert objective.has("loss") and objective.has("gradient") and not objective.has("hessian")


def test_a_missing_function_is_named():
    with pytest.raises(TypeError, match=r"asked for the hessian, but only loss, gradient is known; give it: Objective\("):
        minimize(Objective(lambda w: w @ w, lambda w: 2 * w), [1.0], Newton)
    with pytest.raises(TypeError, match="asked for the residuals"):
        minimize(bowl(), [1.0], LevenbergMarquardt)
    with pytest.raises(ValueError, match="minimize: gradient_norm is -1"):
        minimize(bowl(), [1.0], gd(0.1), gradient_norm=-1)
