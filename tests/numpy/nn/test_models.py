"""Models of layers: parameters, states, and losses as objects."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from dl_helpers.numpy import nn


def small(rng, dtype=np.float32):
    return nn.Sequential(nn.Affine(6, 8, rng, dtype), nn.BatchNorm(8, dtype=dtype), nn.ReLU(), nn.Dropout(0.5, rng),
                         nn.Sequential(nn.Affine(8, 5, rng, dtype), nn.Tanh()), nn.Affine(5, 3, rng, dtype))


def test_the_gradient_of_a_whole_model_is_the_difference_quotient(rng):
    model = small(rng, np.float64).eval()
    loss, x, labels = nn.CrossEntropyLoss(), rng.normal(size=(4, 6)), rng.integers(3, size=4)
    loss(model(x), labels)
    dx = model.backward(loss.backward())
    for array, grad in zip([*model.parameters(), x], [*model.gradients(), dx]):
        for index in [tuple(rng.integers(size) for size in array.shape) for _ in range(5)]:
            kept, values = array[index], []
            for h in (1e-6, -1e-6):
                array[index] = kept + h
                values.append(loss(model(x), labels))
            array[index] = kept
            assert grad[index] == pytest.approx((values[0] - values[1]) / 2e-6, rel=1e-5, abs=1e-9)


def test_a_model_finds_the_gradients_of_its_parameters_without_that_of_its_input(rng):
    model, x = small(rng, np.float64), rng.normal(size=(4, 6))
    dout = rng.normal(size=model(x).shape)
    model.backward(dout)
    expected = model.gradients()
    model.backward_parameters(dout)
    assert all(np.array_equal(a, b) for a, b in zip(model.gradients(), expected))


def test_parameters_are_the_arrays_themselves(rng):
    model = small(rng)
    assert [p.shape for p in model.parameters()] == [(6, 8), (8,), (8,), (8,), (8, 5), (5,), (5, 3), (3,)]
    model.parameters()[0][:] = 7
    assert (model[0].w == 7).all()
    assert len(model) == 6


def test_the_mode_reaches_nested_layers(rng):
    model = small(rng)
    assert model.eval() is model and not model[3].training and not model[4][1].training
    assert model.train() is model and model[3].training and model[4][1].training


def test_a_state_can_be_kept_and_taken_over(rng, tmp_path):
    model, other, x = small(rng), small(rng), rng.normal(size=(4, 6)).astype(np.float32)
    model(x)                                                        # moves the running statistics
    np.savez(tmp_path / "model.npz", **model.state_dict())
    kept = other.parameters()
    other.load_state_dict(np.load(tmp_path / "model.npz"))
    np.testing.assert_array_equal(other.eval()(x), model.eval()(x))
    assert all(a is b for a, b in zip(kept, other.parameters())), "an optimizer holds these arrays"


def test_a_state_of_another_model_is_refused(rng):
    state = small(rng).state_dict()
    with pytest.raises(ValueError, match=r"0\.w has the shape \(6, 4\) here, but \(6, 8\) in the state"):
        nn.Sequential(nn.Affine(6, 4, rng)).load_state_dict({k: state[k] for k in ("0.w", "0.b")})
    with pytest.raises(ValueError, match=r"expected the arrays \['0\.b', '0\.w'\], got \['0\.w'\]"):
        nn.Sequential(nn.Affine(6, 8, rng)).load_state_dict({"0.w": state["0.w"]})


def test_the_same_seed_gives_the_same_model():
    first, second = (small(np.random.default_rng(3)).state_dict() for _ in range(2))
    assert all(np.array_equal(first[k], second[k]) for k in first)


@pytest.mark.parametrize("loss, theirs, shape, labelled", [
    (nn.CrossEntropyLoss(), F.cross_entropy, (5, 4), True),
    (nn.CrossEntropyLoss(), lambda s, y: F.cross_entropy(s.flatten(0, 1), y.flatten()), (5, 3, 4), True),
    (nn.MulticlassHingeLoss(), lambda s, y: 4 * F.multi_margin_loss(s, y), (5, 4), True),
    (nn.BCEWithLogitsLoss(), F.binary_cross_entropy_with_logits, (5, 4), False),
    (nn.MSELoss(), F.mse_loss, (5, 4), False),
    (nn.L1Loss(), F.l1_loss, (5, 4), False),
    (nn.HuberLoss(0.5), lambda p, t: F.huber_loss(p, t, delta=0.5), (5, 4), False),
])
def test_losses_and_their_gradients_are_torchs(loss, theirs, shape, labelled, rng):
    pred = rng.normal(size=shape)
    target = rng.integers(shape[-1], size=shape[:-1]) if labelled else rng.uniform(size=shape)
    pred_torch = torch.from_numpy(pred.copy()).requires_grad_()
    expected = theirs(pred_torch, torch.from_numpy(target))
    expected.backward()
    assert loss(pred, target) == pytest.approx(expected.item(), rel=1e-10)
    np.testing.assert_allclose(loss.backward(), pred_torch.grad, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(loss.backward(3.0), 3 * pred_torch.grad, rtol=1e-9, atol=1e-12)
