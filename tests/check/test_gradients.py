"""Gradient checks: right gradients pass, also at kinks and in float32; wrong ones do not, whatever way is taken."""

import numpy as np
import pytest

from dl_helpers import check
from dl_helpers.check.course import load_unit
from dl_helpers.check.gradients import (
    backward_of,
    central_difference,
    complex_step,
    right_along_directions,
    slope,
)
from dl_helpers.check.patches import definitions, patched
from dl_helpers.check.sheets import generator
from dl_helpers.check.tasks import Quiz
from dl_helpers.numpy import affine_backward, affine_forward
from tests.exercises.units import FOLDERS


class Counted:
    """A function that counts its calls."""

    def __init__(self, f):
        self.f, self.calls = f, 0

    def __call__(self, x):
        self.calls += 1
        return self.f(x)


def test_central_difference_and_complex_step_agree_with_the_formula(rng):
    x = rng.normal(size=(3, 2))
    f, df = (lambda x: np.sum(np.exp(x) * x)), np.exp(x) * (x + 1)
    np.testing.assert_allclose(central_difference(f, x), df, rtol=1e-8)
    np.testing.assert_allclose(complex_step(f, x), df, rtol=1e-15)


def test_complex_step_is_not_taken_where_it_would_lie():
    assert complex_step(lambda x: np.sum(np.abs(x)), np.array([1.0, -2])) is None
    assert complex_step(lambda x: np.sum(np.real(x) ** 2), np.array([1.0, -2])) is None
    assert complex_step(lambda x: float(np.sum(x)), np.array([1.0, -2])) is None


@pytest.mark.parametrize("x0", [0.0, 1e-7, -3e-6, 1e-12, 0.5])
def test_kinks_are_stepped_around(x0):
    x = np.array([x0, 1.0, -2.0])
    weights = np.array([3.0, -2, 5])
    f = lambda x: np.sum(weights * np.maximum(x, 0))  # noqa: E731
    check.gradient(f, lambda x: weights * (x > 0), x)
    if x0 == 0:
        check.gradient(f, lambda x: weights * (x >= 0), x)
        check.gradient(f, lambda x: weights * np.where(x == 0, 0.5, x > 0), x)
    with pytest.raises(check.CheckFailed):
        check.gradient(f, lambda x: weights * np.where(np.arange(3) == 0, 1.7, x > 0), x)


def test_a_maximum_with_ties_is_no_fault():
    check.gradient(lambda x: np.max(x), lambda x: np.array([1.0, 0, 0]), np.array([2.0, 2.0, 1.0]))


def test_float32_is_judged_by_float32(rng):
    x, w = rng.normal(size=(6, 3)).astype(np.float32), rng.normal(size=(3, 2)).astype(np.float32)
    check.gradient(lambda x: np.sum((x.astype(np.float32) @ w) ** 2), lambda x: 2 * x @ w @ w.T, x)
    with pytest.raises(check.CheckFailed, match="2 times"):
        check.gradient(lambda x: np.sum((x.astype(np.float32) @ w) ** 2), lambda x: 4 * x @ w @ w.T, x)


def test_random_directions_cost_less_than_a_twentieth_of_all_entries(rng):
    x = rng.normal(size=(40, 25))
    f = Counted(lambda x: np.sum(np.sin(x) ** 2))
    check.gradient(f, lambda x: np.sin(2 * x), x)
    assert f.calls < 0.05 * 2 * x.size


def test_one_wrong_entry_of_a_thousand_is_found_and_named(rng):
    x = rng.normal(size=(40, 25))

    def wrong(x):
        grad = np.sin(2 * x)
        grad[17, 3] *= 1.01
        return grad

    with pytest.raises(check.CheckFailed, match=r"gradient\[17, 3\]"):
        check.gradient(lambda x: np.sum(np.sin(x) ** 2), wrong, x)


def wrong_backward_passes():
    """(name of the task, misconception, forward, backward, inputs) for every task that is a loss: a pair of functions."""
    for folder in FOLDERS:
        unit = load_unit(folder)
        for name, task in unit.tasks.items():
            pair = [f"{name}_forward", f"{name}_backward"]
            if isinstance(task, Quiz) or list(task.functions) != pair or task.returns[0] != "loss":
                continue
            for wrong in [None, *task.misconceptions]:
                source = unit.reference(name)
                names = definitions(patched(source, wrong.patch, unit.outputs(name)) if wrong else source, unit.namespace)
                for i in range(4):
                    inputs = task.inputs(generator(name, "directions", i))
                    yield f"{name}: {wrong.patch if wrong else 'reference'}", *(names[f] for f in pair), inputs


def test_random_directions_find_the_same_faults_as_all_entries():
    compared = []
    for name, forward, backward, inputs in wrong_backward_passes():
        inputs = dict(inputs)
        dout, (key, x) = inputs.pop("dout"), next(iter(inputs.items()))
        if "target" in inputs and (x == inputs["target"]).any():
            continue                           # at a kink several gradients are right; the tests above look at those

        def loss(value, key=key, inputs=inputs, forward=forward, dout=dout):
            return np.sum(dout * forward(**inputs | {key: value})[0])

        analytic = np.asarray(backward(dout, forward(**inputs)[1]))
        if analytic.shape != x.shape or np.ndim(forward(**inputs)[0]):
            continue
        full = np.allclose(analytic, central_difference(loss, x), rtol=1e-5, atol=1e-7)
        assert right_along_directions(loss, analytic, x, 1e-5, np.random.default_rng(0)) == full, name
        compared.append(full)
    assert compared.count(True) > 10 and compared.count(False) > 30


def message(backward, **inputs):
    with pytest.raises(check.CheckFailed) as failed:
        check.backward(affine_forward, backward, **inputs)
    return str(failed.value)


def test_a_backward_pass_is_told_which_part_is_wrong(rng):
    inputs = dict(x=rng.normal(size=(7, 5)), w=rng.normal(size=(5, 4)), b=rng.normal(size=4))
    check.backward(affine_forward, affine_backward, **inputs)
    text = message(lambda d, c: (d @ c[1].T, c[0].T @ d, d.mean(0)), **inputs)
    assert "dx ✓   dw ✓   db ✗" in text and "1/7 of what it should be, and x has 7 rows" in text
    text = message(lambda d, c: (d @ c[1].T, d.T @ c[0], d.sum(0)), **inputs)
    assert "dx ✓   dw ✗   db ✓" in text and "dw is transposed" in text
    assert "1 gradients; expected 3: dx, dw, db" in message(lambda d, c: d, **inputs)


def test_backward_of_follows_torch(rng):
    x, w = rng.normal(size=(4, 3)), rng.normal(size=(3, 2))
    dout = rng.normal(size=(4, 2))
    dx, dw = backward_of(lambda x, w: x @ w)(dout, x, w)
    np.testing.assert_allclose(dx, dout @ w.T)
    np.testing.assert_allclose(dw, x.T @ dout)
    with pytest.raises(ValueError, match="'torch', 'autodiff'"):
        backward_of(lambda x: x, engine="jax")


def test_slope_knows_its_two_sides():
    s = slope(lambda x: float(np.abs(x).sum()), np.zeros(1), np.ones(1))
    assert s.left == pytest.approx(-1) and s.right == pytest.approx(1)
    assert s.admits(0.3, 1e-5) and not s.admits(1.1, 1e-5)
