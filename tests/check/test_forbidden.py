"""Forbidden names are found however they are reached, and nothing else is."""

import functools
import importlib

import numpy as np
import numpy.linalg as alias
import pytest
from numpy.linalg import lstsq as solver

from dl_helpers import check
from dl_helpers.check.forbidden import LOOPS, Watch, watch_with, watching

FORBIDS = ("numpy.linalg.lstsq", "numpy.dot", "scipy.signal", "dl_helpers.numpy")
A, B = np.eye(2), np.ones(2)
hidden_in_a_dict = {"f": np.linalg.lstsq}
by_global = np.linalg.lstsq
partial = functools.partial(np.linalg.lstsq, A)


def found(function, forbids=FORBIDS):
    with watching(forbids, [function]) as watch:
        if not watch.found:
            function()
    return watch.found


def helper():
    return np.linalg.lstsq(A, B)


class Solver:
    def solve(self):
        return np.linalg.lstsq(A, B)

    def __call__(self):
        return self.solve()


def importing():
    from numpy.linalg import lstsq
    return lstsq(A, B)


def importing_late():
    from scipy.signal import convolve
    return convolve(B, B)


def with_closure():
    f = np.linalg.lstsq
    return lambda: f(A, B)


def switching_off():
    import sys
    sys.setprofile(None)


@pytest.mark.parametrize("function", [
    lambda: np.linalg.lstsq(A, B), lambda: alias.lstsq(A, B), lambda: solver(A, B), lambda: by_global(A, B), lambda: helper(),
    lambda: getattr(np.linalg, "lst" + "sq")(A, B), lambda: importlib.import_module("numpy.linalg").lstsq(A, B),
    lambda: hidden_in_a_dict["f"](A, B), lambda: __import__("numpy").linalg.__dict__["lstsq"](A, B), lambda: partial(B),
    lambda: list(map(np.linalg.lstsq, [A], [B])), lambda: np.polyfit([0, 1, 2], [1, 2, 4], 1), lambda: np.dot(A, B),
    lambda: getattr(np, "do" + "t")(A, B), lambda f=np.linalg.lstsq: f(A, B), with_closure(), importing, importing_late,
    partial,
    np.linalg.lstsq, Solver, lambda: importlib.import_module("scipy.sig" + "nal").convolve(B, B), switching_off,
    lambda: importlib.import_module("dl_helpers." + "numpy").affine_forward(A, A, B),
])
def test_it_is_found(function):
    assert found(function)


def clean(x=None):
    q, r = np.linalg.qr(A)
    return np.linalg.solve(r, q.T @ B)


@pytest.mark.parametrize("function", [clean, lambda: clean(), lambda: np.einsum("ij,j->i", A, B), lambda: A @ B,
                                      lambda: sorted([2, 1])])
def test_what_is_allowed_is_left_alone(function):
    assert not found(function)


def test_what_was_replaced_is_put_back():
    dot = np.dot
    assert "numpy.dot" in found(lambda: getattr(np, "do" + "t")(A, B))
    assert np.dot is dot


def test_a_task_refuses_with_the_reason():
    from tests.check.test_judge import said, sheet

    task = check.Task(points=1, inputs=lambda rng: dict(x=rng.normal(size=(3, 2)), factor=2.0), returns=("y",),
                      forbids=("numpy.multiply",))
    text = said(lambda x, factor: np.multiply(factor, x), on=sheet(task))
    assert text.startswith("✗ scale: it uses numpy.multiply, which this task forbids")


def test_another_watcher_can_be_put_in_place():
    from contextlib import contextmanager

    @contextmanager
    def remote(forbids, subjects):
        watch = Watch()
        yield watch
        watch.found = f"seen elsewhere: {forbids[0]}"

    watch_with(remote)
    try:
        assert found(clean) == "seen elsewhere: numpy.linalg.lstsq"
    finally:
        watch_with(None)


def with_for():
    for _ in range(2):
        pass


def with_while(n=2):
    while n > 0:
        n -= 1


def with_comprehension():
    return [k * k for k in range(3)]


def with_generator():
    return sum(k for k in range(3))


def calls_a_loop():
    return with_for()


def vectorised(x=B):
    return np.sum(x if len(x) else -x)


@pytest.mark.parametrize("function", [with_for, with_while, with_comprehension, with_generator, calls_a_loop])
def test_loops_are_found(function):
    assert found(function, ("loops",)) == LOOPS
    assert not found(function)


def test_what_does_not_loop_is_left_alone():
    assert not found(vectorised, ("loops", "numpy.vectorize"))
