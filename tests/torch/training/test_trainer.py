"""The training loop: it is the loop one would write, it stops when it should, and it says what is wrong."""

import contextlib
import io

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from dl_helpers.torch import models
from dl_helpers.torch.training import Batches, EarlyStopping, Trainer, processes
from tests.torch.training.digits import TRAIN, VALIDATION, trainer


def test_it_is_the_loop_that_one_would_write():
    ours = trainer()
    theirs = trainer()
    model, optimizer = theirs.model, theirs.optimizer
    history = ours.fit(TRAIN, epochs=2, batch_size=32)
    for epoch in range(2):
        order, total = Batches(203, 32, seed=0), 0.0
        order.epoch = epoch
        for batch in order:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(TRAIN[0][batch]), TRAIN[1][batch])
            loss.backward()
            optimizer.step()
            total += len(batch) * loss.item()
        assert history["loss"][epoch] == pytest.approx(total / 203, rel=1e-12)
    for a, b in zip(ours.model.parameters(), model.parameters()):
        assert torch.equal(a, b)


def test_it_learns_digits():
    ours = trainer()
    history = ours.fit(TRAIN, VALIDATION, epochs=15)
    assert history["accuracy"][-1] > 0.98
    assert history["val_accuracy"][-1] > 0.8
    assert ours.evaluate(VALIDATION)["accuracy"] == pytest.approx(history["val_accuracy"][-1])


def test_every_sample_is_seen_once_in_an_epoch_and_in_another_order_in_the_next():
    first, second = Batches(10, 4, seed=3), Batches(10, 4, seed=3)
    second.epoch = 1
    assert sorted(i for batch in first for i in batch) == sorted(i for batch in second for i in batch) == list(range(10))
    assert [*first] == [*first] and [*first] != [*second]
    assert [*Batches(5, 2, shuffle=False)] == [[0, 1], [2, 3], [4]]


def test_processes_share_every_batch():
    whole, parts = Batches(10, 4), [Batches(10, 4, rank=rank, processes=3) for rank in range(3)]
    for batch, *shares in zip(whole, *parts):
        assert set(batch) == {i for share in shares for i in share}
    weights = [part.weights for part in parts]
    assert [n for n, _ in weights[0]] == [4, 4, 2]
    for shares in zip(*weights):
        assert sum(share for _, share in shares) == pytest.approx(1)
    assert weights[2][-1] == (2, 0.0)


def test_global_random_state_is_left_alone_and_does_not_matter():
    def weights(global_seed):
        torch.manual_seed(global_seed)
        before = torch.get_rng_state()
        ours = trainer(dropout=0.5)
        ours.fit(TRAIN, epochs=1)
        assert torch.equal(torch.get_rng_state(), before)
        return ours.model[0].weight

    assert torch.equal(weights(1), weights(2))


def test_another_seed_is_another_training():
    losses = [trainer(seed=seed).fit(TRAIN, epochs=1)["loss"] for seed in (0, 1)]
    assert losses[0] != losses[1]


def test_it_stops_early_and_takes_the_best_weights():
    ours = trainer(early_stopping=EarlyStopping("val_loss", patience=2), optimizer=lambda p: torch.optim.SGD(p, lr=3.0))
    history = ours.fit(TRAIN, VALIDATION, epochs=60)
    epoch, best = history.best("val_loss")
    assert history.epochs == epoch + 3 < 60
    assert ours.evaluate(VALIDATION)["loss"] == pytest.approx(best, rel=1e-6)


def test_early_stopping_names_the_curves_that_there_are():
    with pytest.raises(ValueError, match=r"no curve 'val_loss'; there are 'loss', 'accuracy', 'lr'"):
        trainer(early_stopping=EarlyStopping()).fit(TRAIN, epochs=1)


def test_gradients_are_clipped():
    ours = trainer(clip_norm=1e-3, optimizer=lambda p: torch.optim.SGD(p, lr=1.0))
    before = [p.detach().clone() for p in ours.model.parameters()]
    ours.fit(TRAIN, epochs=1, batch_size=203)
    moved = torch.cat([(p.detach() - q).flatten() for p, q in zip(ours.model.parameters(), before)]).norm()
    assert moved.item() == pytest.approx(1e-3, rel=1e-3)


@pytest.mark.parametrize("every, rates", [("epoch", [1.0, 0.5, 0.25]), ("step", [1.0, 0.125, 0.015625])])
def test_the_scheduler_steps_when_asked(every, rates):
    ours = trainer(optimizer=lambda p: torch.optim.SGD(p, lr=1.0), scheduler_every=every,
                   scheduler=lambda o: torch.optim.lr_scheduler.ExponentialLR(o, 0.5))
    assert ours.fit(TRAIN, epochs=3, batch_size=70)["lr"] == rates


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_sixteen_bits_learn_too(precision):
    ours, seen = trainer(precision=precision), set()
    ours.model[0].register_forward_hook(lambda module, args, out: seen.add(out.dtype))
    history = ours.fit(TRAIN, epochs=12)
    assert history["accuracy"][-1] > 0.95
    assert seen == {torch.bfloat16 if precision == "bf16" else torch.float16}
    assert all(p.dtype == torch.float32 for p in ours.model.parameters())


def test_any_objective_and_any_batch_will_do():
    def objective(model, batch):
        loss, reconstruction, kl = models.elbo_loss(batch["x"], *model(batch["x"]))
        return {"loss": loss, "reconstruction": reconstruction, "kl": kl}

    model = models.VAE((64,), code=4)
    data = [{"x": x} for x in TRAIN[0][:64]]
    ours = Trainer(model, torch.optim.Adam(model.parameters(), 0.01), objective, show=False, device="cpu")
    history = ours.fit(data, epochs=8)
    assert history["loss"][-1] < 0.8 * history["loss"][0]
    assert history["loss"][-1] == pytest.approx(history["reconstruction"][-1] + history["kl"][-1], rel=1e-5)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_workers_change_nothing():
    data = list(zip(*TRAIN))
    losses = [trainer().fit(data, epochs=2, workers=workers)["loss"] for workers in (0, 2)]
    assert losses[0] == losses[1]


def test_a_bar_shows_where_the_training_is():
    ours = trainer()
    ours.show = True
    with contextlib.redirect_stdout(io.StringIO()) as text:
        ours.fit(TRAIN, epochs=2)
    assert "epoch 2/2" in text.getvalue() and "14/14" in text.getvalue() and "loss" in text.getvalue()


def test_a_process_by_itself_needs_no_group():
    with processes():
        assert trainer().fit(TRAIN, epochs=1).epochs == 1


class TestALossThatIsNoNumber:
    def test_from_the_data(self):
        x = TRAIN[0].clone()
        x[150] = torch.nan
        with pytest.raises(FloatingPointError, match=r"the loss is nan at step \d \(epoch 1\): the batch contains nan"):
            trainer().fit((x, TRAIN[1]), epochs=1)

    def test_from_a_learning_rate_that_is_too_large(self):
        with pytest.raises(FloatingPointError, match=r"at step 2 .*huge numbers in the weights \(0\.weight.*now 1e\+38"):
            trainer(optimizer=lambda p: torch.optim.SGD(p, lr=1e38)).fit(TRAIN, epochs=1)

    def test_from_the_objective(self):
        model = nn.Linear(64, 1)
        ours = Trainer(model, torch.optim.SGD(model.parameters(), 0.1), show=False, device="cpu",
                       objective=lambda model, batch: {"loss": (model(batch[0]) * 0).log().mean()})
        before = model.weight.detach().clone()
        with pytest.raises(FloatingPointError, match=r"the loss is -inf at step 1 .*logarithm of 0"):
            ours.fit(TRAIN, epochs=1)
        assert torch.equal(model.weight, before)


def test_options_are_checked():
    with pytest.raises(ValueError, match="precision is 'int4'; expected one of 'float32', 'bf16', 'fp16'"):
        trainer(precision="int4")
    with pytest.raises(ValueError, match="scheduler_every is 'week'"):
        trainer(scheduler_every="week")
