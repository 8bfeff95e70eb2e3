"""Newton, quasi-Newton and least squares, against torch, SciPy and closed forms."""

from itertools import pairwise

import numpy as np
import pytest
import scipy.optimize
import torch

from dl_helpers.numpy.optim import (
    BFGS,
    LBFGS,
    SGD,
    GaussNewton,
    LevenbergMarquardt,
    Newton,
    Objective,
    SteepestDescent,
    minimize,
)
from dl_helpers.numpy.optim.line_search import backtracking, exact_on_quadratic, strong_wolfe
from tests.numpy.optim.problems import exponential_decay, first_example, quadratic, rosenbrock


def positive_definite(rng, k):
    a = rng.normal(size=(k, k))
    return a @ a.T + np.eye(k)


def test_newton_solves_a_quadratic_in_one_step(rng):
    a, b = positive_definite(rng, 6), rng.normal(size=6)
    record = minimize(quadratic(a, b), rng.normal(size=6), Newton, steps=1)
    np.testing.assert_allclose(record.path[1], np.linalg.solve(a, b), rtol=1e-10)


def test_newton_is_the_textbook_formula(rng):
    objective, w = rosenbrock(), np.array([-1.2, 1.0, 0.5])
    record = minimize(objective, w, lambda p: Newton(p, lr=0.5, damping=3.0), steps=1)
    moved = w - 0.5 * np.linalg.inv(objective.hessian(w) + 3 * np.eye(3)) @ objective.gradient(w)
    np.testing.assert_allclose(record.path[1], moved, rtol=1e-12)


def test_newton_converges_quadratically():
    record = minimize(first_example(), [1.0, 1.0], Newton, steps=20, gradient_norm=1e-12)
    reference = scipy.optimize.minimize(first_example().loss, [1.0, 1.0], tol=1e-12).x
    np.testing.assert_allclose(record.path[-1], reference, atol=1e-6)
    error = np.linalg.norm(record.path[:-1] - record.path[-1], axis=1)
    small = (error < 0.05) & (error > 1e-7)
    assert small.sum() >= 2 and (error[1:][small[:-1]] < 10 * error[:-1][small[:-1]] ** 2).all()


def test_pure_newton_runs_to_a_saddle_and_a_line_search_avoids_it():
    saddle = Objective(lambda w: w[0] ** 2 - w[1] ** 2 + w[1] ** 4, lambda w: np.array([2 * w[0], -2 * w[1] + 4 * w[1] ** 3]),
                       lambda w: np.diag([2, -2 + 12 * w[1] ** 2]))
    start = [0.5, 0.1]
    np.testing.assert_allclose(minimize(saddle, start, Newton).path[-1], 0, atol=1e-12)
    down = minimize(saddle, start, lambda p: Newton(p, line_search=backtracking)).path[-1]
    np.testing.assert_allclose(down, [0, np.sqrt(0.5)], atol=1e-8)


def test_a_singular_hessian_says_what_helps():
    flat = Objective(lambda w: w[0] ** 2, lambda w: np.array([2 * w[0], 0.0]), lambda w: np.diag([2.0, 0.0]))
    w = np.ones(2)
    with pytest.raises(np.linalg.LinAlgError, match=r"Newton: the Hessian is singular .* give damping > 0"):
        Newton([w]).advance(flat)
    assert minimize(flat, w, Newton).stopped == "singular"
    np.testing.assert_allclose(minimize(flat, w, lambda p: Newton(p, damping=1e-3)).path[-1], [0, 1], atol=1e-12)


def test_steepest_descent_with_exact_steps_is_the_closed_form(rng):
    a, b, w = positive_definite(rng, 4), rng.normal(size=4), rng.normal(size=4)
    path = minimize(quadratic(a, b), w, lambda p: SteepestDescent(p, exact_on_quadratic), steps=20).path
    for before, after in pairwise(path):
        g = a @ before - b
        np.testing.assert_allclose(after, before - (g @ g) / (g @ a @ g) * g, rtol=1e-9)
        np.testing.assert_allclose((a @ after - b) @ g, 0, atol=1e-9)        # consecutive gradients are orthogonal


@pytest.mark.parametrize("lr, history", [(1.0, 100), (0.7, 3)])
def test_lbfgs_takes_the_steps_of_torch(lr, history, rng):
    a, b = positive_definite(rng, 8), rng.normal(size=8)

    def loss(w):
        return (w @ torch.as_tensor(a) @ w / 2 - torch.as_tensor(b) @ w) + torch.cosh(w).sum()

    objective = Objective(gradient=lambda w: a @ w - b + np.sinh(w))
    start = 0.5 * rng.normal(size=8)
    theirs = torch.tensor(start, requires_grad=True)
    reference = torch.optim.LBFGS([theirs], lr=lr, max_iter=1, history_size=history, tolerance_grad=0, tolerance_change=0)

    def closure():
        reference.zero_grad()
        value = loss(theirs)
        value.backward()
        return value

    w = np.array(start)
    mine = LBFGS([w], lr=lr, history_size=history, line_search=None)
    for _ in range(15):
        mine.advance(objective)
        reference.step(closure)
        np.testing.assert_allclose(w, theirs.detach().numpy(), rtol=1e-9, atol=1e-11)


def test_two_loops_are_the_matrix_of_bfgs():
    """After one pair both know the same inverse Hessian. (Later they differ: LBFGS scales anew with each pair.)"""
    objective, start = rosenbrock(), np.array([-1.2, 1.0, 0.3, 0.8])
    by_matrix = minimize(objective, start, BFGS, steps=2).path
    by_pairs = minimize(objective, start, LBFGS, steps=2).path
    np.testing.assert_allclose(by_pairs, by_matrix, rtol=1e-10)


def test_bfgs_satisfies_the_secant_equation(rng):
    w = np.array([-1.2, 1.0, 0.5])
    objective, bfgs = rosenbrock(), BFGS([w])
    for _ in range(6):
        before, old = w.copy(), objective.gradient(w)
        bfgs.advance(objective)
    s, y = w - before, objective.gradient(w) - old
    bfgs.learn(s, y)
    np.testing.assert_allclose(bfgs.inverse @ y, s, rtol=1e-9)
    np.testing.assert_allclose(bfgs.inverse, bfgs.inverse.T, rtol=1e-9)
    assert np.linalg.eigvalsh(bfgs.inverse).min() > 0


def test_bfgs_learns_the_inverse_hessian_of_a_quadratic(rng):
    a, b = positive_definite(rng, 5), rng.normal(size=5)
    w = rng.normal(size=5)
    bfgs = BFGS([w], line_search=exact_on_quadratic)
    for _ in range(6):
        bfgs.advance(quadratic(a, b))
    np.testing.assert_allclose(bfgs.inverse, np.linalg.inv(a), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("optimizer, method", [(BFGS, "BFGS"), (LBFGS, "L-BFGS-B")])
@pytest.mark.parametrize("k", [2, 10])
def test_quasi_newton_needs_no_more_than_scipy(optimizer, method, k):
    start = np.tile([-1.2, 1.0], k // 2)
    record = minimize(rosenbrock(), start, optimizer, steps=300, gradient_norm=1e-5)
    reference = scipy.optimize.minimize(scipy.optimize.rosen, start, jac=scipy.optimize.rosen_der, method=method,
                                        options=dict(gtol=1e-5) | (dict(ftol=0) if method == "L-BFGS-B" else {}))
    assert record.stopped == "gradient norm" and reference.success
    np.testing.assert_allclose(record.path[-1], 1, atol=1e-4)
    assert record.counts["gradient"][-1] <= 1.5 * reference.njev


@pytest.mark.parametrize("scaling", ["marquardt", "levenberg"])
@pytest.mark.parametrize("start", [[1.0, 1.0, 0.0], [5.0, 0.1, -1.0]])
def test_levenberg_marquardt_finds_what_scipy_finds(scaling, start, rng):
    residuals, jacobian = exponential_decay(rng)
    objective = Objective(residuals=residuals, jacobian=jacobian)
    record = minimize(objective, start, lambda p: LevenbergMarquardt(p, scaling=scaling), steps=200)
    reference = scipy.optimize.least_squares(residuals, start, jacobian, method="lm", xtol=1e-14, ftol=1e-14, gtol=1e-14)
    np.testing.assert_allclose(record.path[-1], reference.x, rtol=1e-6)
    np.testing.assert_allclose(objective.loss(record.path[-1]), reference.cost, rtol=1e-12)
    losses = [objective.loss(w) for w in record.path]
    assert (np.diff(losses) <= 0).all()


def test_levenberg_marquardt_is_the_textbook_formula(rng):
    residuals, jacobian = exponential_decay(rng)
    w = np.array([2.0, 1.0, 0.3])
    r, j = residuals(w), jacobian(w)
    for scaling, d in dict(levenberg=np.eye(3), marquardt=np.diag(np.diag(j.T @ j))).items():
        path = minimize(Objective(residuals=residuals, jacobian=jacobian), w,
                        lambda p, s=scaling: LevenbergMarquardt(p, damping=0.5, scaling=s), steps=1).path
        np.testing.assert_allclose(path[1] - w, -np.linalg.solve(j.T @ j + 0.5 * d, j.T @ r), rtol=1e-9)


def test_levenberg_marquardt_survives_where_gauss_newton_leaps_away():
    def residuals(w):
        return np.array([np.arctan(w[0])])

    def jacobian(w):
        return np.array([[1 / (1 + w[0] ** 2)]])

    leaps = minimize(Objective(residuals=residuals, jacobian=jacobian), [3.0], GaussNewton, steps=3).path
    assert abs(leaps[-1, 0]) > 100
    calm = minimize(Objective(residuals=residuals, jacobian=jacobian), [3.0], LevenbergMarquardt, steps=50).path
    np.testing.assert_allclose(calm[-1], 0, atol=1e-6)


def test_gauss_newton_solves_linear_least_squares_in_one_step(rng):
    x, y = rng.normal(size=(20, 4)), rng.normal(size=20)
    objective = Objective(residuals=lambda w: x @ w - y, jacobian=lambda w: x)
    path = minimize(objective, np.zeros(4), GaussNewton, steps=1).path
    np.testing.assert_allclose(path[1], np.linalg.lstsq(x, y)[0], rtol=1e-10)


def test_gauss_newton_and_its_line_search_reach_the_fit_of_scipy(rng):
    residuals, jacobian = exponential_decay(rng)
    reference = scipy.optimize.least_squares(residuals, [1, 1, 0], jacobian, xtol=1e-14, ftol=1e-14, gtol=1e-14)
    for line_search in (None, backtracking, strong_wolfe):
        record = minimize(Objective(residuals=residuals, jacobian=jacobian), [1, 1, 0],
                          lambda p, s=line_search: GaussNewton(p, line_search=s), steps=60)
        np.testing.assert_allclose(record.path[-1], reference.x, rtol=1e-6)


def test_parameters_of_several_shapes_are_one_vector(rng):
    """A linear layer fitted by LBFGS and by Newton: w (3, 2) and b (2,) move together."""
    x, y = rng.normal(size=(30, 3)), rng.normal(size=(30, 2))
    design = np.kron(np.column_stack([x, np.ones(30)]), np.eye(2))

    def gradient(w, b):
        error = x @ w + b - y
        return x.T @ error, error.sum(axis=0)

    expected = np.linalg.lstsq(np.column_stack([x, np.ones(30)]), y)[0]
    for optimizer, steps in ((LBFGS, 60), (BFGS, 60), (Newton, 1)):
        w, b = np.zeros((3, 2)), np.zeros(2)
        objective = Objective(lambda w, b: 0.5 * np.sum((x @ w + b - y) ** 2), gradient, lambda w, b: design.T @ design)
        mover = optimizer([w, b])
        for _ in range(steps):
            mover.advance(objective)
        np.testing.assert_allclose(np.vstack([w, b]), expected, rtol=1e-6, atol=1e-8)


def test_a_vector_optimizer_refuses_bare_gradients():
    with pytest.raises(TypeError, match=r"Newton.step: gradients at one point are not enough for Newton; use Newton.advance"):
        Newton([np.zeros(2)]).step([np.zeros(2)])


@pytest.mark.parametrize("make, message", [
    (lambda p: Newton(p, lr=0), "Newton: lr is 0"),
    (lambda p: Newton(p, damping=-1), "Newton: damping is -1"),
    (lambda p: LBFGS(p, history_size=0), "LBFGS: history_size is 0"),
    (lambda p: BFGS(p, lr=-1), "BFGS: lr is -1"),
    (lambda p: GaussNewton(p, lr=-1), "GaussNewton: lr is -1"),
    (lambda p: LevenbergMarquardt(p, damping=0), "LevenbergMarquardt: damping is 0"),
    (lambda p: LevenbergMarquardt(p, factor=1), "LevenbergMarquardt: factor is 1"),
    (lambda p: LevenbergMarquardt(p, scaling="none"), "LevenbergMarquardt: scaling is 'none'; expected one of 'marquardt'"),
])
def test_a_bad_hyperparameter_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make([np.zeros(2)])


def test_first_and_second_order_share_one_interface():
    """Every optimizer walks the first example of the lecture from one start to one minimum."""
    reference = scipy.optimize.minimize(first_example().loss, [1.0, 1.0], tol=1e-12).x
    racers = [lambda p: SGD(p, lr=0.05), SteepestDescent, Newton, BFGS, LBFGS]
    for racer in racers:
        np.testing.assert_allclose(minimize(first_example(), [1.0, 1.0], racer, steps=300).path[-1], reference, atol=1e-6)
