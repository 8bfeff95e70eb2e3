"""Activation functions on any shape and at any size of number, against torch and against their plainest form."""

import warnings

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.testing import assert_allclose
from scipy.special import log_ndtr, ndtr

from dl_helpers import numpy as ops
from dl_helpers.numpy import activations

ELEMENTWISE = {
    "relu": torch.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "softplus": lambda x: F.softplus(x, threshold=40),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "gelu": F.gelu,
}
any_shape = array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
any_number = st.floats(-1e4, 1e4)
quick = settings(max_examples=40, deadline=None)


def pair(name, x, dout=1.0, **options):
    """out and dx, with every warning an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        out, cache = getattr(ops, f"{name}_forward")(x, **options)
        return out, getattr(ops, f"{name}_backward")(np.full_like(out, dout), cache)


@pytest.mark.parametrize("name", ELEMENTWISE)
@quick
@given(x=arrays(np.float64, any_shape, elements=any_number))
def test_any_shape_and_size_of_number(name, x):
    out, dx = pair(name, x)
    tensor = torch.from_numpy(x.copy()).requires_grad_()
    reference = ELEMENTWISE[name](tensor)
    reference.sum().backward()
    assert out.shape == dx.shape == x.shape
    assert_allclose(out, reference.detach().numpy(), rtol=1e-9, atol=1e-14)
    assert_allclose(dx, tensor.grad.numpy(), rtol=1e-7, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", [*ELEMENTWISE, "softmax", "log_softmax"])
def test_huge_numbers_give_no_nan(name, dtype):
    x = np.array([[-1e4, -500, -90, -1, 0], [1, 90, 500, 1e4, -1e4]], dtype=dtype)
    for value in pair(name, x):
        assert np.isfinite(value).all()
        assert value.dtype == dtype


@pytest.mark.parametrize("name, limits", {
    "sigmoid": (0, 1), "tanh": (-1, 1), "relu": (0, 1e4), "softplus": (0, 1e4), "elu": (-1, 1e4), "gelu": (0, 1e4),
}.items())
def test_limits_far_out(name, limits):
    assert_allclose(pair(name, np.array([-1e4, 1e4]))[0], limits)


@pytest.mark.parametrize("name", [*ELEMENTWISE, "softmax", "log_softmax"])
def test_not_a_number_is_not_hidden(name):
    assert np.isnan(getattr(ops, f"{name}_forward")(np.array([np.nan, 1.0]))[0][0])


@pytest.mark.parametrize("name, options", [
    ("relu", {}), ("elu", {"alpha": 0.7}), ("softplus", {}), ("gelu", {}), ("gelu", {"approximate": "tanh"}),
], ids=str)
@pytest.mark.parametrize("dtype, digits", [(np.float32, 5e-7), (np.float64, 1e-14)])
def test_fast_form_equals_the_plain_one(name, options, dtype, digits, rng):
    x = (4 * rng.normal(size=(50, 40))).astype(dtype)
    out, cache = getattr(activations, f"{name}_forward")(x, **options)
    plain, plain_cache = getattr(activations, f"{name}_forward_naive")(x, **options)
    backward = getattr(activations, f"{name}_backward")
    assert out.dtype == dtype
    assert_allclose(out, plain, rtol=digits, atol=digits)
    assert_allclose(backward(x, cache), backward(x, plain_cache), rtol=20 * digits, atol=20 * digits)


def test_fast_prelu_equals_the_plain_one(rng):
    x, slope = rng.normal(size=(4, 3, 5)), rng.normal(size=3)
    assert_allclose(activations.prelu_forward(x, slope)[0], activations.prelu_forward_naive(x, slope)[0])


def test_gelu_in_single_precision_is_as_exact_as_the_numbers_are():
    x = np.linspace(-12, 12, 200_001).astype(np.float32)
    exact = x.astype(float) * ndtr(x.astype(float))
    ours, torchs = ops.gelu_forward(x)[0], F.gelu(torch.from_numpy(x)).numpy()
    assert np.abs(ours - exact).max() <= np.abs(torchs - exact).max()


def test_the_polynomial_of_the_normal_distribution_never_turns_back():
    x = np.linspace(0, activations._FAR, 100_001)
    inner = x * np.polynomial.Polynomial(activations._NORMAL)(x * x)
    assert (np.diff(inner) > 0).all()
    near = x[1:] < 4
    odds = (log_ndtr(x[1:]) - log_ndtr(-x[1:])) / 2     # what the polynomial stands for: artanh(erf(x/√2))
    assert_allclose(inner[1:][near], odds[near], rtol=1e-4)


@pytest.mark.parametrize("name", ["sigmoid", "softplus"])
def test_small_probabilities_keep_their_digits(name):
    x = np.array([-30.0, -20, -10])
    assert_allclose(getattr(ops, f"{name}_forward")(x)[0], np.exp(x), rtol=1e-4)
    assert_allclose(pair(name, x)[1], np.exp(x), rtol=1e-4)


@quick
@given(x=arrays(np.float64, array_shapes(min_dims=2, max_dims=4, min_side=1, max_side=4), elements=any_number))
def test_softmax_is_a_distribution_and_log_softmax_its_logarithm(x):
    for axis in range(x.ndim):
        p, dp = pair("softmax", x, axis=axis)
        log_p, _ = pair("log_softmax", x, axis=axis)
        assert_allclose(p.sum(axis=axis), 1)
        assert_allclose(np.exp(log_p), p, rtol=1e-9, atol=1e-300)
        assert_allclose(dp, 0, atol=1e-15)      # the sum is 1 whatever x is


@pytest.mark.parametrize("shape", [(0, 5), (3, 0, 2), (0, 1)])
def test_softmax_of_an_empty_batch_is_empty(shape):
    for name in ("softmax", "log_softmax"):
        out, dx = pair(name, np.zeros(shape))
        assert out.shape == dx.shape == shape


def test_softmax_does_not_see_a_constant_added_to_all_scores(rng):
    x = rng.normal(size=(3, 4))
    assert_allclose(ops.softmax_forward(x + 1000)[0], ops.softmax_forward(x)[0], rtol=1e-12)


@quick
@given(data=st.data(), shape=array_shapes(min_dims=2, max_dims=4, min_side=0, max_side=4))
def test_prelu_on_any_shape(data, shape):
    x = data.draw(arrays(np.float64, shape, elements=any_number))
    slope = data.draw(arrays(np.float64, shape[1], elements=st.floats(-2, 2)))
    out, cache = ops.prelu_forward(x, slope)
    dx, dslope = ops.prelu_backward(np.ones_like(x), cache)
    weights = slope.reshape(-1, *(1,) * (x.ndim - 2))
    rest = tuple(axis for axis in range(x.ndim) if axis != 1)
    assert_allclose(out, np.where(x > 0, x, weights * x))
    assert_allclose(dx, np.broadcast_to(np.where(x > 0, 1, weights), shape))
    assert_allclose(dslope, np.where(x > 0, 0, x).sum(axis=rest), atol=1e-9)


def test_maxout_of_two_lines_is_the_larger_one():
    x = np.array([[-2.0], [0.5], [3]])
    lines, _ = ops.affine_forward(x, np.array([[1.0, -1]]), np.array([0.0, 0]))
    assert_allclose(ops.maxout_forward(lines)[0], np.abs(x))


def test_maxout_shares_the_gradient_of_a_tie():
    out, cache = ops.maxout_forward(np.array([[1.0, 1, 0]]), pieces=3)
    assert_allclose(ops.maxout_backward(np.array([[6.0]]), cache), [[3, 3, 0]])


@pytest.mark.parametrize("call, message", [
    (lambda x: ops.leaky_relu_forward(x, slope=2), "leaky_relu_forward: slope is 2; expected a number in [0, 1]"),
    (lambda x: ops.elu_forward(x, alpha=-1), "elu_forward: alpha is -1; expected a number ≥ 0"),
    (lambda x: ops.gelu_forward(x, approximate="erf"), "gelu_forward: approximate is 'erf'; expected one of 'none', 'tanh'"),
    (lambda x: ops.maxout_forward(x, pieces=2), "maxout_forward: pieces is 2; expected a divisor of C = 3"),
    (lambda x: ops.prelu_forward(x, x[:, 0]), "prelu_forward: slope has C = 2, but x has C = 3: x.shape = (2, 3), expected"),
    (lambda x: ops.relu_backward(x[:, :1], ops.relu_forward(x)[1]), "relu_backward: dout and out must have one shape"),
    (lambda x: ops.softmax_forward(x[0, 0]), "softmax_forward: x has 0 axes, but at least 1 are expected"),
])
def test_refusals(call, message):
    with pytest.raises(ValueError) as refusal:
        call(np.ones((2, 3)))
    assert message in str(refusal.value)
