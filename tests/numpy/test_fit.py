"""The training loop of NumPy: the loop one would write, early stopping, and words for a loss that is no number."""

import contextlib
import io

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits

from dl_helpers.history import EarlyStopping, History, Means
from dl_helpers.numpy.fit import accuracy, evaluate, fit
from dl_helpers.numpy.nn import (
    GRU,
    LSTM,
    RNN,
    Affine,
    Conv2d,
    CrossEntropyLoss,
    Embedding,
    Flatten,
    MaxPool2d,
    ReLU,
    Sequential,
    TemporalAffine,
)
from dl_helpers.numpy.optim import SGD, Adam

X, Y = load_digits(return_X_y=True)
X = (X / 16).astype(np.float32)
TRAIN, VALIDATION = (X[:203], Y[:203]), (X[203:253], Y[203:253])


def mlp(seed=0):
    rng = np.random.default_rng(seed)
    return Sequential(Affine(64, 24, rng), ReLU(), Affine(24, 10, rng))


def start(lr=0.1, seed=0, **options):
    model = mlp(seed)
    options = dict(epochs=2, rng=np.random.default_rng(1)) | options
    return model, fit(model, SGD(model.parameters(), lr=lr), CrossEntropyLoss(), options.pop("train", TRAIN), **options)


def test_it_does_what_a_loop_in_torch_does():
    model, reference = mlp(), mlp()
    weights = [torch.from_numpy(p).requires_grad_() for p in reference.parameters()]
    optimizer, order = torch.optim.SGD(weights, lr=0.1, momentum=0.9), np.random.default_rng(1)
    history = fit(model, SGD(model.parameters(), lr=0.1, momentum=0.9), CrossEntropyLoss(), TRAIN, epochs=3,
                  rng=np.random.default_rng(1), batch_size=50)
    for epoch in range(3):
        shuffled, total = order.permutation(203), 0.0
        for i in range(0, 203, 50):
            x, y = (torch.from_numpy(a[shuffled[i:i + 50]]) for a in TRAIN)
            loss = F.cross_entropy(torch.relu(x @ weights[0] + weights[1]) @ weights[2] + weights[3], y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += len(x) * loss.item()
        assert history["loss"][epoch] == pytest.approx(total / 203, rel=1e-5)
    for ours, theirs in zip(model.parameters(), weights):
        np.testing.assert_allclose(ours, theirs.detach(), rtol=1e-3, atol=1e-5)


def test_a_convolutional_network_learns_digits():
    rng = np.random.default_rng(0)
    model = Sequential(Conv2d(1, 8, 3, rng, padding=1), ReLU(), MaxPool2d(2), Flatten(), Affine(128, 10, rng))
    images = X.reshape(-1, 1, 8, 8)
    history = fit(model, Adam(model.parameters(), lr=0.01), CrossEntropyLoss(), (images[:600], Y[:600]),
                  (images[600:900], Y[600:900]), epochs=8, rng=rng, metrics={"accuracy": accuracy})
    assert history["accuracy"][-1] > 0.97
    assert history["val_accuracy"][-1] > 0.9


@pytest.mark.parametrize("kind", [RNN, LSTM, GRU])
def test_a_recurrent_network_learns_to_remember(kind):
    """The label of each step is the token two steps before."""
    rng = np.random.default_rng(0)
    tokens = rng.integers(3, size=(128, 8))
    labels = np.concatenate([np.zeros((128, 2), int), tokens[:, :-2]], axis=1)
    model = Sequential(Embedding(3, 8, rng), kind(8, 24, rng), TemporalAffine(24, 3, rng))
    history = fit(model, Adam(model.parameters(), lr=0.02), CrossEntropyLoss(), (tokens, labels), epochs=40, rng=rng,
                  batch_size=64, metrics={"accuracy": accuracy})
    assert history["accuracy"][-1] > 0.95


def test_the_same_rng_gives_the_same_training():
    (first, curves), (second, same) = start(), start()
    assert curves == same
    assert all(np.array_equal(a, b) for a, b in zip(first.parameters(), second.parameters()))
    assert start(rng=np.random.default_rng(2))[1] != curves


def test_it_stops_early_and_takes_the_best_state():
    stopping = EarlyStopping("val_loss", patience=2)
    model, history = start(lr=3.0, epochs=60, validation=VALIDATION, early_stopping=stopping)
    epoch, best = history.best("val_loss")
    assert history.epochs == epoch + 3 < 60
    assert evaluate(model, CrossEntropyLoss(), VALIDATION)["loss"] == pytest.approx(best, rel=1e-5)


def test_something_may_follow_each_step():
    model, calls = mlp(), []
    fit(model, SGD(model.parameters(), lr=0.1), CrossEntropyLoss(), TRAIN, epochs=2, rng=np.random.default_rng(1),
        after_step=lambda: calls.append(model[0].w.copy()))
    assert len(calls) == 2 * 7
    assert np.array_equal(calls[-1], model[0].w)


def test_a_bar_shows_where_the_training_is():
    with contextlib.redirect_stdout(io.StringIO()) as text:
        start(show=True)
    assert "epoch 2/2" in text.getvalue() and "14/14" in text.getvalue() and "loss" in text.getvalue()


def test_a_loss_that_is_no_number_is_explained():
    x = TRAIN[0].copy()
    x[150] = np.nan
    with pytest.raises(FloatingPointError, match=r"the loss is nan at step \d \(epoch 1\): the batch contains nan"):
        start(train=(x, TRAIN[1]))
    with pytest.raises(FloatingPointError, match=r"at step \d .*huge numbers in the weights \(0\.w, .*now 1e\+30"):
        start(lr=1e30)


def test_inputs_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="there are 203 samples, but 50 targets"):
        start(train=(TRAIN[0], VALIDATION[1]))


class TestHistory:
    def test_curves_grow_by_epochs(self):
        history = History()
        history.add({"loss": 2.0, "val_loss": 3.0})
        history.add({"loss": 1.0, "val_loss": 3.5})
        assert history == {"loss": [2.0, 1.0], "val_loss": [3.0, 3.5]}
        assert (history.epochs, history.best(), history.best("loss")) == (2, (0, 3.0), (1, 1.0))
        assert history.best("loss", higher_is_better=True) == (0, 2.0)
        with pytest.raises(ValueError, match=r"expected the numbers \['loss', 'val_loss'\], got \['loss'\]"):
            history.add({"loss": 1.0})

    @pytest.mark.parametrize("curve, options, stops_after, best", [
        ([3, 2, 1, 2, 3, 4], dict(patience=2), 5, 2),
        ([3, 2, 2, 2], dict(patience=2), 4, 1),
        ([3.0, 2.9, 2.8, 2.7], dict(patience=2, least=0.5), 3, 0),
        ([1, 2, 3, 2, 2], dict(patience=2, higher_is_better=True), 5, 2),
        ([5, 4, 3, 2], dict(patience=1), None, 3),
    ])
    def test_early_stopping_waits_as_long_as_it_was_told(self, curve, options, stops_after, best):
        history, stopping, stopped = History(), EarlyStopping("loss", **options), None
        for epoch, value in enumerate(curve, start=1):
            history.add({"loss": value})
            stopping.improved(history)
            if stopping.stop and stopped is None:
                stopped = epoch
        assert (stopped, stopping.best_epoch) == (stops_after, best)

    def test_means_weigh_batches_by_their_size(self):
        means = Means()
        means.add({"loss": 1.0}, 3)
        means.add({"loss": 5.0}, 1)
        assert means.result("val_") == {"val_loss": 2.0}
