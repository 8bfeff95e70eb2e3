"""Recurrent networks: worked numbers, the obvious form against the fast one, and shapes at the edge."""

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import given, settings

import dl_helpers.numpy as ops
import dl_helpers.torch as torch_ops
from dl_helpers.numpy.gru import gru_forward_naive
from dl_helpers.numpy.lstm import lstm_forward_naive
from dl_helpers.numpy.rnn import rnn_forward_naive
from dl_helpers.registry.sequences import recurrent

NETWORKS = {  # name: (the obvious form, options of its example inputs)
    "rnn": (rnn_forward_naive, {}),
    "lstm": (lstm_forward_naive, dict(gates=4, cell=True)),
    "gru": (gru_forward_naive, dict(gates=3, two_biases=True)),
}
every_network = pytest.mark.parametrize("name", NETWORKS)


def relu_rnn(v, w, h0, x):
    """The one-unit ReLU network h_t = relu(w x_t + v h_{t-1}) on one sequence."""
    column = np.array(x, dtype=float)[None, :, None]
    return ops.rnn_forward(column, np.array([[h0]]), np.array([[w]]), np.array([[v]]), np.zeros(1), activation="relu")


def test_worked_three_inputs_and_five_units_have_45_parameters(rng):
    inputs = recurrent(rng, 1, 1, 3, 5)
    assert sum(inputs[name].size for name in ("wx", "wh", "b")) == 45


def test_worked_relu_network_that_dies_and_comes_back():
    out, _ = relu_rnn(v=-3.0, w=3.0, h0=0.0, x=(2, 3, 1))
    assert out.ravel().tolist() == [6, 0, 3]


def test_worked_relu_network_and_the_gradients_of_its_last_state():
    out, cache = relu_rnn(v=-2.0, w=1.0, h0=2.0, x=(2, 1.5, 4))
    assert out.ravel().tolist() == [0, 1.5, 1]
    last = np.array([0.0, 0, 1])[None, :, None]
    dx, dh0, dw, dv, db = ops.rnn_backward(last, cache)
    assert dx.ravel().tolist() == [0, -2, 1]        # h_1 = 0 is dead: nothing reaches x_1
    assert dh0.item() == 0

    assert dv.item() == 1.5                         # h_3 = W x_3 + V h_2 with h_2 = W x_2 + V · 0: dh_3/dV = h_2
    assert dw.item() == 1                           # dh_3/dW = x_3 + V x_2 = 4 - 2 · 1.5


def test_a_forget_gate_of_one_keeps_the_cell_for_ever(rng):
    n, t, d, h = 2, 50, 3, 4
    b = np.repeat([-100.0, 100, 0, 0], h)           # i = 0, f = 1
    c0 = rng.normal(size=(n, h))
    x, zero = rng.normal(size=(n, t, d)), np.zeros((n, h))
    out, cache = ops.lstm_forward(x, zero, c0, np.zeros((d, 4 * h)), np.zeros((h, 4 * h)), b)
    np.testing.assert_allclose(ops.lstm_gates(cache)["c"][:, -1], c0, rtol=1e-14)


def test_gates_of_the_lstm_are_those_of_its_steps(rng):
    inputs = recurrent(rng, 3, 4, 2, 5, gates=4, cell=True)
    out, cache = ops.lstm_forward(**inputs)
    gates = ops.lstm_gates(cache)
    tensors = {name: torch.from_numpy(a) for name, a in inputs.items()}
    torch_gates = torch_ops.lstm_gates(torch_ops.lstm_forward(**tensors)[1])
    assert list(gates) == list("ifogc")
    np.testing.assert_allclose(gates["o"] * np.tanh(gates["c"]), out, rtol=1e-14)
    for name, gate in gates.items():
        assert gate.shape == (3, 4, 5)
        np.testing.assert_allclose(torch_gates[name], gate, rtol=1e-12)


def test_a_sequence_can_be_continued_where_it_was_cut(rng):
    inputs = recurrent(rng, 2, 7, 3, 4, gates=4, cell=True)
    whole, _ = ops.lstm_forward(**inputs)
    first, cache = ops.lstm_forward(**inputs | dict(x=inputs["x"][:, :3]))
    state = dict(h0=first[:, -1], c0=ops.lstm_gates(cache)["c"][:, -1])
    second, _ = ops.lstm_forward(**inputs | state | dict(x=inputs["x"][:, 3:]))
    np.testing.assert_allclose(np.concatenate([first, second], axis=1), whole, rtol=1e-13)


@every_network
@settings(max_examples=25, deadline=None)
@given(n=st.integers(0, 4), t=st.integers(0, 5), d=st.integers(1, 4), h=st.integers(1, 4), seed=st.integers(0, 99),
       scale=st.sampled_from([1, 1e4]))
def test_fast_obvious_and_torch_forms_agree(name, n, t, d, h, seed, scale):
    obvious, options = NETWORKS[name]
    rng = np.random.default_rng(seed)
    inputs = recurrent(rng, n, t, d, h, **options)
    inputs["x"] = scale * inputs["x"].transpose(2, 1, 0).copy().transpose(2, 1, 0)          # not contiguous
    dout = rng.normal(size=(t, n, h)).transpose(1, 0, 2)
    with np.errstate(over="raise", invalid="raise"):
        out, cache = getattr(ops, f"{name}_forward")(**inputs)
        grads = getattr(ops, f"{name}_backward")(dout, cache)
    np.testing.assert_allclose(out, obvious(**inputs)[0], rtol=1e-9, atol=1e-12)

    tensors = {key: torch.from_numpy(a) for key, a in inputs.items()}
    torch_out, torch_cache = getattr(torch_ops, f"{name}_forward")(**tensors)
    torch_grads = getattr(torch_ops, f"{name}_backward")(torch.from_numpy(dout), torch_cache)
    np.testing.assert_allclose(torch_out, out, rtol=1e-9, atol=1e-12)
    for key, grad, torch_grad in zip(inputs, grads, torch_grads, strict=True):
        assert grad.shape == tuple(torch_grad.shape) == inputs[key].shape
        np.testing.assert_allclose(torch_grad, grad, rtol=1e-8, atol=1e-10 * scale, err_msg=f"d{key}")


@every_network
def test_backward_through_time_is_the_steps_backwards(name, rng):
    """The gradients of the weights add over the steps, and those of the state are handed on."""
    obvious, options = NETWORKS[name]
    inputs = recurrent(rng, 3, 4, 2, 3, **options)
    out, cache = getattr(ops, f"{name}_forward")(**inputs)
    dout = rng.normal(size=out.shape)
    grads = dict(zip(inputs, getattr(ops, f"{name}_backward")(dout, cache), strict=True))

    step_backward = getattr(ops, f"{name}_step_backward")
    states = [key for key in ("h0", "c0") if key in inputs]
    dstates = [np.zeros((3, 3)) for _ in states]
    summed = {key: 0 for key in inputs if key not in ("x", *states)}
    for step, step_cache in reversed(list(enumerate(obvious(**inputs)[1]))):
        dstates[0] = dstates[0] + dout[:, step]
        dstep = step_backward(tuple(dstates) if len(states) > 1 else dstates[0], step_cache)
        named = dict(zip(inputs, dstep, strict=True))
        np.testing.assert_allclose(grads["x"][:, step], named["x"], rtol=1e-10, atol=1e-13)
        dstates = [named[key] for key in states]
        summed = {key: summed[key] + named[key] for key in summed}
    for key, value in {**summed, **dict(zip(states, dstates))}.items():
        np.testing.assert_allclose(grads[key], value, rtol=1e-10, atol=1e-13, err_msg=f"d{key}")


@every_network
def test_a_backward_pass_can_be_run_twice(name, rng):
    inputs = recurrent(rng, 2, 3, 2, 3, **NETWORKS[name][1])
    out, cache = getattr(ops, f"{name}_forward")(**inputs)
    first, second = (getattr(ops, f"{name}_backward")(np.ones_like(out), cache) for _ in range(2))
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("backend", [ops, torch_ops], ids=["numpy", "torch"])
def test_refusals_name_the_argument(backend, rng):
    convert = torch.from_numpy if backend is torch_ops else np.asarray
    lstm = {key: convert(a) for key, a in recurrent(rng, 2, 3, 4, 5, gates=4, cell=True).items()}
    with pytest.raises(ValueError, match="lstm_forward: wx has 4H = 15, but h0 has H = 5, so 4H = 20"):
        backend.lstm_forward(**lstm | dict(wx=lstm["wx"][:, :15]))
    with pytest.raises(ValueError, match="lstm_forward: c0 has N = 1, but x has N = 2"):
        backend.lstm_forward(**lstm | dict(c0=lstm["c0"][:1]))
    rnn = {key: convert(a) for key, a in recurrent(rng, 2, 3, 4, 5).items()}
    with pytest.raises(ValueError, match="rnn_forward: activation is 'gelu'; expected one of 'tanh', 'relu'"):
        backend.rnn_forward(**rnn, activation="gelu")
    scores, labels = convert(np.zeros((2, 3, 4))), convert(np.array([[0, 1, 4], [0, 0, 0]]))
    with pytest.raises(ValueError, match=r"labels\[0, 2\] is 4; expected 0 ≤ label < C = 4"):
        backend.temporal_softmax_cross_entropy_forward(scores, labels)


@pytest.mark.parametrize("backend", [ops, torch_ops], ids=["numpy", "torch"])
def test_masked_steps_do_not_count(backend, rng):
    convert = torch.from_numpy if backend is torch_ops else np.asarray
    scores, labels = rng.normal(size=(2, 4, 3)), rng.integers(0, 3, size=(2, 4))
    mask = np.array([[1, 1, 0, 0], [1, 0, 0, 0]], bool)
    short = [scores[mask][None], labels[mask][None]]                  # the three counted steps as one sequence
    labels[~mask] = -1                                                # padding may hold anything
    loss, cache = backend.temporal_softmax_cross_entropy_forward(convert(scores), convert(labels), convert(mask))
    dscores = np.asarray(backend.temporal_softmax_cross_entropy_backward(1.0, cache))
    expected, cache = ops.temporal_softmax_cross_entropy_forward(*short)
    assert float(loss) == pytest.approx(float(expected), rel=1e-14)
    np.testing.assert_allclose(dscores[mask][None], ops.temporal_softmax_cross_entropy_backward(1.0, cache), rtol=1e-13)
    assert not dscores[~mask].any()


@pytest.mark.parametrize("backend", [ops, torch_ops], ids=["numpy", "torch"])
@pytest.mark.parametrize("n", [0, 2])
def test_a_loss_of_no_steps_is_zero(backend, n):
    convert = torch.from_numpy if backend is torch_ops else np.asarray
    arrays = np.ones((n, 3, 4)), np.zeros((n, 3), int), np.zeros((n, 3), bool)
    loss, cache = backend.temporal_softmax_cross_entropy_forward(*map(convert, arrays))
    dscores = np.asarray(backend.temporal_softmax_cross_entropy_backward(1.0, cache))
    assert float(loss) == 0 and dscores.shape == (n, 3, 4) and not dscores.any()


@pytest.mark.parametrize("backend", [ops, torch_ops], ids=["numpy", "torch"])
def test_extreme_scores_give_a_finite_loss(backend):
    convert = torch.from_numpy if backend is torch_ops else np.asarray
    scores = np.array([[[1e4, -1e4], [-1e4, 1e4]]])
    loss, cache = backend.temporal_softmax_cross_entropy_forward(convert(scores), convert(np.zeros((1, 2), int)))
    assert float(loss) == 1e4                        # the first step costs 0, the second 2e4
    dscores = np.asarray(backend.temporal_softmax_cross_entropy_backward(1.0, cache))
    np.testing.assert_allclose(dscores, [[[0, 0], [-0.5, 0.5]]], atol=1e-300)
