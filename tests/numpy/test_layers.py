"""Normalization, dropout and embedding: their statistics, their states, their edges."""

import warnings

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import dl_helpers.torch as torch_ops
from dl_helpers import numpy as ops
from dl_helpers.numpy import embedding

quick = settings(max_examples=30, deadline=None)
sizes = st.integers(1, 4)


@pytest.mark.parametrize("shape", [(7, 3), (4, 3, 2), (2, 3, 4, 5)])
def test_batch_norm_tracks_the_statistics_as_torch_does(shape, rng):
    layer = torch.nn.BatchNorm1d(3) if len(shape) < 4 else torch.nn.BatchNorm2d(3)
    layer = layer.double()
    gamma, beta = np.ones(3), np.zeros(3)
    running = np.zeros(3), np.ones(3)
    for _ in range(3):
        x = rng.normal(size=shape) * 2 + 1
        out, cache = ops.batch_norm_forward(x, gamma, beta, *running)
        running = cache.running_mean, cache.running_var
        assert_allclose(out, layer(torch.from_numpy(x)).detach().numpy(), rtol=1e-10, atol=1e-12)
    assert_allclose(running[0], layer.running_mean.numpy(), rtol=1e-12)
    assert_allclose(running[1], layer.running_var.numpy(), rtol=1e-12)
    out, cache = ops.batch_norm_forward(x, gamma, beta, *running, training=False)
    assert_allclose(out, layer.eval()(torch.from_numpy(x)).detach().numpy(), rtol=1e-10, atol=1e-12)
    assert_array_equal((cache.running_mean, cache.running_var), running)


def test_both_backends_return_the_same_running_statistics(rng):
    inputs = [rng.normal(size=(4, 3, 2, 2)), *rng.normal(size=(3, 3)), rng.uniform(1, 2, size=3)]
    _, ours = ops.batch_norm_forward(*inputs, momentum=0.3)
    _, torchs = torch_ops.batch_norm_forward(*map(torch.from_numpy, inputs), momentum=0.3)
    assert_allclose(torchs.running_mean.numpy(), ours.running_mean)
    assert_allclose(torchs.running_var.numpy(), ours.running_var)


def test_batch_norm_without_running_statistics_serves_training(rng):
    x, gamma, beta = rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal(size=3)
    out, cache = ops.batch_norm_forward(x, gamma, beta)
    assert_allclose(out, ops.batch_norm_forward(x, gamma, beta, np.zeros(3), np.ones(3))[0])
    assert cache.running_mean is None
    assert_allclose(out.mean(axis=0), beta)
    assert_allclose(out.std(axis=0), np.abs(gamma), rtol=1e-4)


@pytest.mark.parametrize("backend", [ops, torch_ops], ids=["numpy", "torch"])
@pytest.mark.parametrize("shape", [(1, 3), (0, 3), (1, 3, 1, 1)])
def test_batch_norm_cannot_learn_from_a_single_value(backend, shape):
    x, gamma, mean = (np.zeros(s) if backend is ops else torch.zeros(s) for s in (shape, 3, 3))
    with pytest.raises(ValueError, match=r"training needs at least two values for each channel: x.shape = \("):
        backend.batch_norm_forward(x, gamma, gamma)
    out, _ = backend.batch_norm_forward(x, gamma, gamma, mean, mean + 1, training=False)
    assert tuple(out.shape) == shape


@quick
@given(n=st.integers(0, 4), c=sizes, h=sizes, w=sizes, groups=sizes, seed=st.integers(0, 1000))
def test_norms_on_any_shape(n, c, h, w, groups, seed):
    rng = np.random.default_rng(seed)
    c, places = c * groups, h * w
    x, gamma, beta = rng.normal(size=(n, c, h, w)), rng.normal(size=c), rng.normal(size=c)
    t = [torch.from_numpy(a) for a in (x, gamma, beta)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        results = [("group_norm", ops.group_norm_forward(x, gamma, beta, groups=groups))]
        rows = [np.moveaxis(x, 1, -1), gamma, beta]
        results.append(("layer_norm", ops.layer_norm_forward(*rows)))
        if places > 1:
            results.append(("instance_norm", ops.instance_norm_forward(x, gamma, beta)))
        if n * places > 1:
            results.append(("batch_norm", ops.batch_norm_forward(x, gamma, beta)))
        for name, (out, cache) in results:
            dx, dgamma, dbeta = getattr(ops, f"{name}_backward")(np.ones_like(out), cache)
            assert dx.shape == out.shape and dgamma.shape == dbeta.shape == (c,)
            assert_allclose(dbeta, n * places)
            # adding to every entry of what a mean runs over changes nothing, so the gradient sums to nothing
            assert_allclose(dx.sum(), 0, atol=1e-6 * max(1, np.abs(dx).sum()))
    expected = {"layer_norm": F.layer_norm(torch.from_numpy(rows[0]), (c,), t[1], t[2])}
    if n:
        expected["batch_norm"] = F.batch_norm(t[0], None, None, t[1], t[2], training=True) if n * places > 1 else None
        if x[:1].size // groups > 1:
            expected["group_norm"] = torch.group_norm(t[0], groups, t[1], t[2])
        if places > 1:
            expected["instance_norm"] = F.instance_norm(t[0], weight=t[1], bias=t[2])
    for name, (out, _) in results:
        if name in expected:
            assert_allclose(out, expected[name].numpy(), rtol=1e-8, atol=1e-8, err_msg=name)


def test_the_norms_are_one_another_at_the_ends(rng):
    x, gamma, beta = rng.normal(size=(4, 6, 3, 3)), np.ones(6), np.zeros(6)
    whole, each = (ops.group_norm_forward(x, gamma, beta, groups=g)[0] for g in (1, 6))
    flat, _ = ops.layer_norm_forward(x.reshape(4, -1), np.ones(54), np.zeros(54))
    assert_allclose(whole.reshape(4, -1), flat)
    assert_allclose(each, ops.instance_norm_forward(x, gamma, beta)[0])
    one, _ = ops.instance_norm_forward(x[:1], gamma, beta)
    assert_allclose(one, ops.batch_norm_forward(x[:1], gamma, beta)[0])


@pytest.mark.parametrize("offset", [0, 1e4])
def test_a_large_mean_does_not_drown_the_variance(offset, rng):
    x = rng.normal(size=(64, 32)).astype(np.float32) + np.float32(offset)
    gamma, beta = np.ones(32, dtype=np.float32), np.zeros(32, dtype=np.float32)
    for name in ("batch_norm", "layer_norm"):
        out, _ = getattr(ops, f"{name}_forward")(x, gamma, beta)
        expected, _ = getattr(ops, f"{name}_forward")(x.astype(float), gamma.astype(float), beta.astype(float))
        assert_allclose(out, expected, atol=1e-2 if offset else 1e-5)     # E[x²] - E[x]² would be off by more than 1


def test_constant_input_is_normalized_to_beta():
    x, gamma, beta = np.full((3, 4), 7.0), np.ones(4), np.arange(4.0)
    for name in ("batch_norm", "layer_norm"):
        out, cache = getattr(ops, f"{name}_forward")(x, gamma, beta)
        assert_allclose(out, np.tile(beta, (3, 1)))
        assert np.isfinite(getattr(ops, f"{name}_backward")(np.ones_like(x), cache)[0]).all()


@pytest.mark.parametrize("p", [0.0, 0.2, 0.5, 0.9])
def test_dropout_drops_with_probability_p_and_keeps_the_mean(p):
    x = np.ones((300, 400), dtype=np.float32)
    out, cache = ops.dropout_forward(x, p=p, rng=np.random.default_rng(3))
    assert (out == 0).mean() == pytest.approx(p, abs=0.005)
    assert_allclose(np.unique(out[out > 0]), [1 / (1 - p)], rtol=1e-6)
    assert out.mean() == pytest.approx(1, abs=0.02)
    assert_array_equal(ops.dropout_backward(x, cache), out)     # the same mask, the same scale


def test_torch_dropout_drops_with_probability_p():
    x = torch.ones(300, 400)
    out, cache = torch_ops.dropout_forward(x, p=0.3, rng=torch.Generator().manual_seed(3))
    assert (out == 0).float().mean().item() == pytest.approx(0.3, abs=0.005)
    assert torch.equal(torch_ops.dropout_backward(x, cache), out)


def test_dropout_repeats_with_its_generator():
    x = np.ones((5, 6))
    first, second, other = (ops.dropout_forward(x, rng=np.random.default_rng(seed))[0] for seed in (1, 1, 2))
    assert_array_equal(first, second)
    assert (first != other).any()


def test_dropout_in_use_is_the_identity_and_needs_no_generator(rng):
    x = rng.normal(size=(5, 6))
    out, cache = ops.dropout_forward(x, p=0.5, training=False)
    assert_array_equal(out, x)
    assert out is not x
    assert_array_equal(ops.dropout_backward(x, cache), x)


def test_monte_carlo_dropout_averages_to_the_network_in_use(rng):
    x, w = rng.normal(size=(2, 50)), rng.normal(size=(50, 1))
    samples = np.stack([ops.dropout_forward(x, p=0.2, rng=rng)[0] @ w for _ in range(4000)])
    assert_allclose(samples.mean(axis=0), x @ w, atol=0.25)
    assert (samples.std(axis=0) > 1).all()


@quick
@given(shape=st.lists(st.integers(0, 4), max_size=3), v=sizes, d=sizes, seed=st.integers(0, 1000))
def test_embedding_on_any_shape(shape, v, d, seed):
    rng = np.random.default_rng(seed)
    ids, w = np.asarray(rng.integers(v, size=shape)), rng.normal(size=(v, d))
    out, cache = ops.embedding_forward(ids, w)
    onehot = np.eye(v)[ids]
    dout = rng.normal(size=out.shape)
    assert_allclose(out, onehot @ w)
    assert_allclose(ops.embedding_backward(dout, cache), onehot.reshape(-1, v).T @ dout.reshape(-1, d), atol=1e-12)
    assert_allclose(ops.embedding_backward(dout, cache), embedding.embedding_backward_naive(dout, cache), atol=1e-12)


@pytest.mark.parametrize("call, message", [
    (lambda x: ops.batch_norm_forward(x, x[0], x[0, :1]), "beta has C = 1, but x has C = 4"),
    (lambda x: ops.batch_norm_forward(x, x[0], x[0], training=False), "running_mean is None; expected the statistics"),
    (lambda x: ops.batch_norm_forward(x, x[0], x[0], momentum=2), "momentum is 2; expected a number in [0, 1]"),
    (lambda x: ops.layer_norm_forward(x, x[0], x[0], eps=0), "eps is 0; expected a positive number"),
    (lambda x: ops.layer_norm_forward(x, x[0, :2], x[0]), "gamma has D = 2, but x has D = 4"),
    (lambda x: ops.group_norm_forward(x, x[0], x[0], groups=3), "groups is 3; expected a divisor of C = 4"),
    (lambda x: ops.instance_norm_forward(x, x[0], x[0]), "the number of places is 1; expected at least 2"),
    (lambda x: ops.dropout_forward(x, p=1), "p is 1; expected a probability in [0, 1)"),
    (lambda x: ops.dropout_forward(x, mask=x[0] > 0), "x.shape = (2, 4), mask.shape = (4,)"),
    (lambda x: ops.embedding_forward(np.array([2]), x), "ids has entries from 2 to 2; expected 0 ≤ ids ≤ 1"),
    (lambda x: ops.embedding_forward(np.array([-1]), x), "ids has entries from -1 to -1; expected 0 ≤ ids ≤ 1"),
])
def test_refusals(call, message):
    with pytest.raises(ValueError) as refusal:
        call(np.ones((2, 4)))
    assert message in str(refusal.value)


@pytest.mark.parametrize("rng", [None, 0])
def test_dropout_needs_a_generator_and_no_seed(rng):
    with pytest.raises(TypeError, match=r"dropout_forward: rng is .*; expected a generator, made once"):
        ops.dropout_forward(np.ones((2, 4)), rng=rng)
    with pytest.raises(TypeError, match=r"dropout_forward: rng is .*; expected a torch.Generator, made once"):
        torch_ops.dropout_forward(torch.ones(2, 4), rng=rng)
