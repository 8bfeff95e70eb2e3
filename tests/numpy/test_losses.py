"""Losses at the edges: empty batches, certain predictions, huge scores, wrong labels; and against their plainest form."""

import warnings

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.testing import assert_allclose
from scipy.stats import entropy, norm

import dl_helpers.torch as torch_ops
from dl_helpers import numpy as ops
from dl_helpers.numpy import classification, losses

any_shape = array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4)
quick = settings(max_examples=40, deadline=None)

# name -> the arguments of an empty batch
EMPTY = {
    "mse_loss": ("pred", "target"), "l1_loss": ("pred", "target"), "huber_loss": ("pred", "target"),
    "gaussian_nll_loss": ("pred", "target", "var"), "bce_loss": ("pred", "target"),
    "bce_with_logits_loss": ("scores", "target"), "softmax_cross_entropy": ("scores", "labels"),
    "multiclass_hinge_loss": ("scores", "labels"), "kl_divergence": ("log_pred", "target"), "gaussian_kl": ("mean", "log_var"),
}


def loss_and_gradient(name, *inputs, **options):
    """The loss and its gradient for dout = 1, with every warning an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss, cache = getattr(ops, f"{name}_forward")(*inputs, **options)
        return loss, getattr(ops, f"{name}_backward")(1.0, cache)


@pytest.mark.parametrize("name", EMPTY)
@pytest.mark.parametrize("backend", [ops, torch_ops], ids=["numpy", "torch"])
def test_an_empty_batch_is_refused(name, backend):
    inputs = {k: np.zeros(0, dtype=int) if k == "labels" else np.zeros((0, 3)) for k in EMPTY[name]}
    if backend is torch_ops:
        inputs = {k: torch.from_numpy(v) for k, v in inputs.items()}
    with pytest.raises(ValueError, match=rf"{name}_forward: \w+ is empty, and has no mean: \w+\.shape = \(0, 3\)"):
        getattr(backend, f"{name}_forward")(**inputs)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_a_batch_whose_labels_are_all_ignored_teaches_nothing(smoothing, rng):
    scores, options = rng.normal(size=(2, 3)), {"ignore_index": -1, "label_smoothing": smoothing}
    loss, dscores = loss_and_gradient("softmax_cross_entropy", scores, np.full(2, -1), **options)
    assert loss == 0 and (dscores == 0).all()
    loss, cache = torch_ops.softmax_cross_entropy_forward(torch.from_numpy(scores), torch.full((2,), -1), **options)
    assert loss == 0 and (torch_ops.softmax_cross_entropy_backward(1.0, cache) == 0).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_certain_predictions_cost_a_finite_loss(dtype):
    pred, target = np.array([0, 1, 0, 1], dtype=dtype), np.array([0, 1, 1, 0], dtype=dtype)
    loss, dpred = loss_and_gradient("bce_loss", pred, target)
    assert loss == 50       # two of four are wrong, at 100 each, as in torch
    assert np.isfinite(dpred).all() and loss.dtype == dpred.dtype == dtype
    assert_allclose(dpred * 4, [0, 0, -1e12, 1e12])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_scores_cost_what_they_are_off(dtype):
    scores, target = np.array([-1e4, 1e4, -1e4, 1e4], dtype=dtype), np.array([0, 1, 1, 0], dtype=dtype)
    loss, dscores = loss_and_gradient("bce_with_logits_loss", scores, target)
    assert loss == 5000
    assert_allclose(dscores * 4, [0, 0, -1, 1])
    loss, dscores = loss_and_gradient("softmax_cross_entropy", scores.reshape(2, 2), np.array([1, 0]))
    assert loss == 10_000
    assert_allclose(dscores * 2, [[0, 0], [-1, 1]], atol=1e-30)


def test_a_nearly_certain_score_keeps_the_digits_of_its_loss():
    loss, _ = ops.bce_with_logits_loss_forward(np.array([20.0]), np.array([1.0]))
    assert loss == pytest.approx(np.exp(-20), rel=1e-8)
    loss, _ = ops.softmax_cross_entropy_forward(np.array([[20.0, 0]]), np.array([0]))
    assert loss == pytest.approx(np.exp(-20), rel=1e-6)


@quick
@given(data=st.data(), shape=any_shape, delta=st.floats(0.1, 10))
def test_losses_of_numbers_on_any_shape(data, shape, delta):
    pred, target = (data.draw(arrays(np.float64, shape, elements=st.floats(-1e4, 1e4))) for _ in range(2))
    for name, options, reference in (
        ("mse_loss", {}, F.mse_loss), ("l1_loss", {}, F.l1_loss), ("huber_loss", {"delta": delta}, F.huber_loss),
    ):
        loss, dpred = loss_and_gradient(name, pred, target, **options)
        tensor = torch.from_numpy(pred.copy()).requires_grad_()
        expected = reference(tensor, torch.from_numpy(target), **options)
        expected.backward()
        assert_allclose(loss, expected.item(), rtol=1e-9, atol=1e-12)
        assert_allclose(dpred, tensor.grad.numpy(), rtol=1e-9, atol=1e-12)


@quick
@given(data=st.data(), shape=any_shape)
def test_binary_losses_on_any_shape(data, shape):
    scores = data.draw(arrays(np.float64, shape, elements=st.floats(-1e4, 1e4)))
    target = data.draw(arrays(np.float64, shape, elements=st.floats(0, 1)))
    loss, dscores = loss_and_gradient("bce_with_logits_loss", scores, target)
    assert_allclose(loss, F.binary_cross_entropy_with_logits(*map(torch.from_numpy, (scores, target))).item(), rtol=1e-9)
    assert (np.abs(dscores) <= 1 / scores.size).all()
    pred = ops.sigmoid_forward(scores)[0]
    loss, _ = loss_and_gradient("bce_loss", pred, target)
    assert_allclose(loss, F.binary_cross_entropy(*map(torch.from_numpy, (pred, target))).item(), rtol=1e-9)


@quick
@given(
    data=st.data(), n=st.integers(1, 5), c=st.integers(1, 5), smoothing=st.sampled_from([0.0, 0.1, 1.0]),
    ignored=st.sampled_from([None, -1, 0]),
)
def test_losses_of_classes_on_any_shape(data, n, c, smoothing, ignored):
    scores = data.draw(arrays(np.float64, (n, c), elements=st.floats(-1e4, 1e4)))
    labels = data.draw(arrays(np.int64, n, elements=st.integers(0, c - 1)))
    labels[1:][labels[1:] == c - 1] = c - 1 if ignored is None else ignored
    if ignored is None or (labels != ignored).any():
        loss, dscores = loss_and_gradient(
            "softmax_cross_entropy", scores, labels, label_smoothing=smoothing, ignore_index=ignored)
        tensor = torch.from_numpy(scores.copy()).requires_grad_()
        expected = F.cross_entropy(tensor, torch.from_numpy(labels), label_smoothing=smoothing,
                                   ignore_index=-100 if ignored is None else ignored)
        expected.backward()
        assert_allclose(loss, expected.item(), rtol=1e-9, atol=1e-12)
        assert_allclose(dscores, tensor.grad.numpy(), rtol=1e-9, atol=1e-12)
    labels = labels.clip(0)
    loss, dscores = loss_and_gradient("multiclass_hinge_loss", scores, labels)
    assert_allclose(loss, c * F.multi_margin_loss(torch.from_numpy(scores), torch.from_numpy(labels)).item(), rtol=1e-9)
    assert_allclose(dscores.sum(axis=1), 0, atol=1e-12)


def test_fast_forms_equal_the_plain_ones(rng):
    scores, labels, target = rng.normal(size=(6, 4)), rng.integers(4, size=6), rng.uniform(size=(6, 4))
    for module, name, inputs, options in (
        (losses, "huber_loss", (scores, target), {"delta": 0.7}),
        (classification, "bce_with_logits_loss", (scores, target), {}),
        (classification, "multiclass_hinge_loss", (scores, labels), {"margin": 0.5}),
        (classification, "softmax_cross_entropy", (scores, labels), {"label_smoothing": 0.2}),
        (classification, "softmax_cross_entropy", (scores, labels), {"ignore_index": 2}),
    ):
        fast, cache = getattr(module, f"{name}_forward")(*inputs, **options)
        plain, plain_cache = getattr(module, f"{name}_forward_naive")(*inputs, **options)
        backward = getattr(module, f"{name}_backward")
        assert fast == pytest.approx(plain, rel=1e-12)
        assert_allclose(backward(1.0, cache), backward(1.0, plain_cache), rtol=1e-10, atol=1e-14)


def test_ignored_samples_may_hold_anything(rng):
    scores, labels = rng.normal(size=(4, 3)), np.array([0, -1, 2, 1])
    scores[1] = np.nan
    loss, dscores = loss_and_gradient("softmax_cross_entropy", scores, labels, ignore_index=-1)
    expected, kept = loss_and_gradient("softmax_cross_entropy", scores[[0, 2, 3]], labels[[0, 2, 3]])
    assert loss == expected
    assert_allclose(dscores, np.insert(kept, 1, 0, axis=0))


def test_full_gaussian_loss_is_the_negative_log_likelihood(rng):
    pred, target, var = rng.normal(size=5), rng.normal(size=5), rng.uniform(0.5, 2, size=5)
    loss, _ = ops.gaussian_nll_loss_forward(pred, target, var, full=True)
    assert loss == pytest.approx(-norm.logpdf(target, pred, np.sqrt(var)).mean())


def test_kl_divergence_is_scipys_relative_entropy(rng):
    p, q = (rng.dirichlet(np.ones(5), size=4) for _ in range(2))
    p[0] = [1, 0, 0, 0, 0]      # 0 log 0 counts as 0
    loss, _ = loss_and_gradient("kl_divergence", np.log(q), p)
    assert loss == pytest.approx(entropy(p, q, axis=1).mean())
    assert ops.kl_divergence_forward(np.log(p[1:]), p[1:])[0] == pytest.approx(0, abs=1e-15)


def test_kl_divergence_where_the_prediction_excludes_a_class():
    log_q = np.array([[0.0, -np.inf]])
    assert loss_and_gradient("kl_divergence", log_q, np.array([[1.0, 0]]))[0] == 0
    assert loss_and_gradient("kl_divergence", log_q, np.array([[0.5, 0.5]]))[0] == np.inf
    assert torch_ops.kl_divergence_forward(torch.from_numpy(log_q), torch.tensor([[1.0, 0]], dtype=torch.float64))[0] == 0


def test_gaussian_kl_is_the_divergence_of_the_two_normal_distributions(rng):
    mean, log_var = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    q = torch.distributions.Normal(torch.from_numpy(mean), torch.from_numpy(np.exp(log_var / 2)))
    p = torch.distributions.Normal(torch.zeros(5, 3).double(), torch.ones(5, 3).double())
    expected = torch.distributions.kl_divergence(q, p).sum(dim=1).mean().item()
    assert ops.gaussian_kl_forward(mean, log_var)[0] == pytest.approx(expected)


def test_gaussian_kl_of_the_prior_itself_is_zero():
    assert ops.gaussian_kl_forward(np.zeros((2, 3)), np.zeros((2, 3)))[0] == 0


@pytest.mark.parametrize("axis, norms", [(0, (0,)), (1, (1,)), ((1, 2, 3), (1, 2, 3))])
def test_max_norm_shortens_what_is_too_long_and_leaves_the_rest(axis, norms, rng):
    w = rng.normal(size=(4, 3, 2, 2) if len(norms) > 1 else (4, 6)) * 2
    limit = np.median(np.sqrt((w * w).sum(axis=norms)))
    out = ops.max_norm(w, limit, axis=axis)
    before, after = (np.sqrt((a * a).sum(axis=norms, keepdims=True)) for a in (w, out))
    assert_allclose(after, np.minimum(before, limit))
    assert_allclose(out / after, w / before)
    assert_allclose(torch_ops.max_norm(torch.from_numpy(w), float(limit), axis=axis).numpy(), out)
    assert_allclose(ops.max_norm(np.zeros((3, 2)), 1.0), 0)


@pytest.mark.parametrize("call, message", [
    (lambda s, y: ops.softmax_cross_entropy_forward(s, y + 2), "labels has entries from 2 to 3; expected 0 ≤ labels ≤ 2"),
    (lambda s, y: ops.multiclass_hinge_loss_forward(s, y - 1), "labels has entries from -1 to 0; expected 0 ≤ labels ≤ 2"),
    (lambda s, y: ops.softmax_cross_entropy_forward(s, y[:1]), "labels has N = 1, but scores has N = 2"),
    (lambda s, y: ops.softmax_cross_entropy_forward(s, y, label_smoothing=2), "label_smoothing is 2; expected a number in"),
    (lambda s, y: ops.bce_loss_forward(s * 2, s), "pred has entries from 2.0 to 2.0; expected 0 ≤ pred ≤ 1"),
    (lambda s, y: ops.bce_loss_forward(s * np.nan, s), "pred has entries from nan to nan; expected 0 ≤ pred ≤ 1"),
    (lambda s, y: ops.bce_with_logits_loss_forward(s, -s), "target has entries from -1.0 to -1.0; expected 0 ≤ target ≤ 1"),
    (lambda s, y: ops.gaussian_nll_loss_forward(s, s, s * 0), "var has entries down to 0.0; expected var > 0"),
    (lambda s, y: ops.huber_loss_forward(s, s, delta=0), "delta is 0; expected a positive number"),
    (lambda s, y: ops.kl_divergence_forward(s, s[:, :1]), "log_pred and target must have one shape"),
    (lambda s, y: ops.max_norm(s, 0), "limit is 0; expected a positive number"),
])
def test_refusals(call, message):
    with pytest.raises(ValueError) as refusal:
        call(np.ones((2, 3)), np.array([0, 1]))
    assert message in str(refusal.value)


def test_labels_that_are_no_integers_are_refused():
    with pytest.raises(TypeError, match=r"labels has dtype float64; expected an integer one: labels.astype\(int\)"):
        ops.softmax_cross_entropy_forward(np.ones((2, 3)), np.array([0.0, 1.0]))
