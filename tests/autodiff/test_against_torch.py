"""Every derivative of the engine against torch.func, for expressions that use every operation."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import dl_helpers.autodiff as ad
from tests.autodiff.expressions import EXPRESSIONS, arguments

every_expression = pytest.mark.parametrize("name", EXPRESSIONS)


def tensors(arrays):
    return [torch.tensor(a) for a in arrays]


def close(ours, theirs, **tolerance):
    np.testing.assert_allclose(ours, theirs.numpy(), **{"rtol": 1e-10, "atol": 1e-11} | tolerance)


@every_expression
@pytest.mark.parametrize("seed", [0, 1])
def test_reverse_mode(name, seed):
    _, f, g = EXPRESSIONS[name]
    args = arguments(name, seed)
    numbers = tuple(range(len(args)))
    value, ours = ad.value_and_grad(f, numbers)(*args)
    close(value, g(*tensors(args)))
    for mine, theirs in zip(ours, torch.func.grad(g, numbers)(*tensors(args)), strict=True):
        close(mine, theirs)


@every_expression
def test_a_variable_by_hand(name):
    _, f, g = EXPRESSIONS[name]
    args = arguments(name, 2)
    leaves = [ad.Variable(a) for a in args]
    f(*leaves).backward()
    for leaf, theirs in zip(leaves, torch.func.grad(g, tuple(range(len(args))))(*tensors(args)), strict=True):
        close(leaf.grad, theirs)


@every_expression
def test_forward_mode(name):
    _, f, g = EXPRESSIONS[name]
    args, directions = arguments(name, 3), arguments(name, 4)
    out, along = ad.jvp(f, tuple(args), tuple(directions))
    their_out, theirs = torch.func.jvp(g, tuple(tensors(args)), tuple(tensors(directions)))
    close(out, their_out)
    close(along, theirs)


@every_expression
def test_second_derivatives(name):
    _, f, g = EXPRESSIONS[name]
    args, v = arguments(name, 5), arguments(name, 6)[0]
    rest = args[1:]
    theirs = torch.func.hessian(lambda x: g(x, *tensors(rest)))(torch.tensor(args[0]))
    hessian = ad.hessian(lambda x: f(x, *rest))(args[0])
    close(hessian, theirs, rtol=1e-8, atol=1e-9)
    product = ad.hvp(lambda x: f(x, *rest), args[0], v)
    close(product, torch.tensordot(theirs, torch.tensor(v), dims=v.ndim), rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_jacobians(mode):
    rng = np.random.default_rng(7)
    x, w = rng.normal(size=(2, 3)), rng.normal(size=(3, 4))
    ours = ad.jacobian(lambda x: ad.tanh(x @ w), mode=mode)(x)
    theirs = torch.func.jacrev(lambda x: torch.tanh(x @ torch.tensor(w)))(torch.tensor(x))
    assert ours.shape == (2, 4, 2, 3)
    close(ours, theirs)


def test_vjp_pulls_any_gradient_back():
    rng = np.random.default_rng(8)
    x, dout = rng.normal(size=(3, 4)), rng.normal(size=3)
    out, pull = ad.vjp(lambda x: (ad.exp(x) * x).sum(axis=1), x)
    their_out, their_pull = torch.func.vjp(lambda x: (torch.exp(x) * x).sum(1), torch.tensor(x))
    close(out, their_out)
    close(pull(dout), their_pull(torch.tensor(dout))[0])
    close(pull(2 * dout), 2 * their_pull(torch.tensor(dout))[0])


STEPS = st.sampled_from(["sin", "exp", "tanh", "square", "affine", "mean", "swap"])


@given(st.lists(STEPS, min_size=1, max_size=6), st.integers(0, 99))
def test_random_chains_of_operations(chain, seed):
    rng = np.random.default_rng(seed)
    x, w = 0.5 * rng.normal(size=(3, 3)), 0.5 * rng.normal(size=(3, 3))

    def composed(lib, weights):
        steps = {"sin": lib.sin, "exp": lib.exp, "tanh": lib.tanh, "square": lambda x: x * x,
                 "affine": lambda x: x @ weights + 1, "mean": lambda x: x - x.mean(), "swap": lambda x: x.T * 2}

        def f(x):
            for step in chain:
                x = lib.tanh(steps[step](x))
            return (x * x).sum()

        return f

    close(ad.grad(composed(ad, w))(x), torch.func.grad(composed(torch, torch.tensor(w)))(torch.tensor(x)), rtol=1e-8)


def test_numpys_own_functions_work_on_variables():
    x = np.array([0.5, -1.0, 2.0])

    def f(x):
        return np.sum(np.exp(x) * np.sin(x) + np.maximum(x, 0.0) + np.square(x)) + np.mean(np.tanh(x))

    def g(x):
        return torch.sum(torch.exp(x) * torch.sin(x) + torch.relu(x) + x**2) + torch.mean(torch.tanh(x))

    close(ad.grad(f)(x), torch.func.grad(g)(torch.tensor(x)))


def test_a_derivative_inside_a_derivative_keeps_its_variable_apart():
    """d/dx (x · d/dy (x + y)) is 1; an engine that mixes the two up says 2."""
    inner = ad.grad(lambda x: x * ad.jvp(lambda y: x + y, 1.0, 1.0)[1])
    assert inner(np.array(3.0)) == 1
    assert ad.grad(lambda x: x * ad.grad(lambda y: x * y)(np.array(2.0)))(np.array(3.0)) == 6


def test_float32_stays_float32():
    x = np.array([1.0, 2.0], dtype=np.float32)
    assert ad.grad(lambda x: (ad.sigmoid(x) * 3.0 + x / 2).sum())(x).dtype == np.float32
    assert ad.jvp(lambda x: ad.exp(x) * 2, x, x)[1].dtype == np.float32
