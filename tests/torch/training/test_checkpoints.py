"""A training that was interrupted ends as if it had not been."""

import pytest
import torch
from torch.optim import SGD, lr_scheduler

from dl_helpers.torch.training import EarlyStopping, load_checkpoint
from tests.torch.training.digits import TRAIN, VALIDATION, trainer

CASES = {
    "dropout and batch norm": dict(dropout=0.3, batch_norm=True),
    "momentum and a schedule": dict(optimizer=lambda p: SGD(p, lr=0.1, momentum=0.9),
                                    scheduler=lambda o: lr_scheduler.CosineAnnealingLR(o, 4)),
    "milestones by step": dict(scheduler=lambda o: lr_scheduler.MultiStepLR(o, [5, 20]), scheduler_every="step"),
    "plateau": dict(scheduler=lambda o: lr_scheduler.ReduceLROnPlateau(o, patience=0)),
    "fp16": dict(precision="fp16", optimizer=lambda p: SGD(p, lr=0.1)),
    "early stopping": dict(early_stopping=True, optimizer=lambda p: SGD(p, lr=3.0)),
}


def build(case, path):
    options = CASES[case] | {"checkpoint": path}
    if options.get("early_stopping"):
        options["early_stopping"] = EarlyStopping(patience=1)
    return trainer(**options)


def equal(a, b):
    if isinstance(a, torch.Tensor):
        return torch.equal(a, b)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(equal, a, b))
    return a == b


@pytest.mark.parametrize("case", CASES)
def test_four_epochs_are_two_and_two_to_the_last_bit(case, tmp_path):
    whole = build(case, tmp_path / "whole.pt")
    history = whole.fit(TRAIN, VALIDATION, epochs=4)
    build(case, tmp_path / "parts.pt").fit(TRAIN, VALIDATION, epochs=2)
    torch.rand(5)  # whatever else draws random numbers in between
    resumed = build(case, tmp_path / "parts.pt")
    assert resumed.fit(TRAIN, VALIDATION, epochs=4, resume=True) == history
    assert equal(resumed.model.state_dict(), whole.model.state_dict())
    assert equal(resumed.optimizer.state_dict(), whole.optimizer.state_dict())
    assert equal(*(load_checkpoint(tmp_path / name) for name in ("whole.pt", "parts.pt")))
    assert resumed.steps == whole.steps


def test_an_interrupted_epoch_is_repeated_from_its_start(tmp_path):
    whole = trainer(dropout=0.3)
    whole.fit(TRAIN, epochs=3)
    broken, calls = trainer(dropout=0.3, checkpoint=tmp_path / "c.pt"), []
    objective = broken.objective

    def interrupted(model, batch):
        calls.append(batch)
        if len(calls) == 17:
            raise KeyboardInterrupt
        return objective(model, batch)

    broken.objective = interrupted
    with pytest.raises(KeyboardInterrupt):
        broken.fit(TRAIN, epochs=3)
    resumed = trainer(dropout=0.3, checkpoint=tmp_path / "c.pt")
    resumed.fit(TRAIN, epochs=3, resume=True)
    assert equal(resumed.model.state_dict(), whole.model.state_dict())


def test_a_finished_training_is_not_trained_further(tmp_path):
    trainer(checkpoint=tmp_path / "c.pt").fit(TRAIN, epochs=2)
    again = trainer(checkpoint=tmp_path / "c.pt")
    assert again.fit(TRAIN, epochs=2, resume=True).epochs == 2
    assert equal(again.model.state_dict(), load_checkpoint(tmp_path / "c.pt")["model"])


def test_writing_that_fails_leaves_the_old_checkpoint(tmp_path, monkeypatch):
    path = tmp_path / "c.pt"
    trainer(checkpoint=path).fit(TRAIN, epochs=1)
    monkeypatch.setattr(torch, "save", lambda state, target: (target.write_bytes(b"half"), 1 / 0))
    with pytest.raises(ZeroDivisionError):
        trainer(checkpoint=path).fit(TRAIN, epochs=2, resume=True)
    monkeypatch.undo()
    assert len(load_checkpoint(path)["history"]["loss"]) == 1


class TestRefusals:
    @pytest.fixture
    def path(self, tmp_path):
        trainer(checkpoint=tmp_path / "digits.pt").fit(TRAIN, epochs=1)
        return tmp_path / "digits.pt"

    def test_no_checkpoint_at_all(self):
        with pytest.raises(ValueError, match="resume=True needs a checkpoint"):
            trainer().fit(TRAIN, epochs=1, resume=True)

    def test_a_missing_one(self, path):
        with pytest.raises(FileNotFoundError, match=r"no checkpoint at .*digit\.pt \(in .* there are digits\.pt\)"):
            trainer(checkpoint=path.with_name("digit.pt")).fit(TRAIN, epochs=2, resume=True)

    def test_another_model(self, path):
        with pytest.raises(ValueError, match=r"another training: 0\.weight was \(24, 64\) and is \(30, 64\) here"):
            trainer(hidden=30, checkpoint=path).fit(TRAIN, epochs=2, resume=True)
        with pytest.raises(ValueError, match=r"its model has 4 tensors and this one 9; only one has 1\.bias, .* and \d more"):
            trainer(batch_norm=True, checkpoint=path).fit(TRAIN, epochs=2, resume=True)

    @pytest.mark.parametrize("options, words", [
        (dict(optimizer=lambda p: SGD(p, lr=0.1)), "optimizer was Adam and is SGD here"),
        (dict(seed=5), "seed was 0 and is 5 here"),
        (dict(precision="bf16"), "precision was float32 and is bf16 here"),
        (dict(early_stopping=EarlyStopping("loss")), "early_stopping was NoneType and is EarlyStopping here"),
    ])
    def test_other_settings(self, path, options, words):
        with pytest.raises(ValueError, match=words):
            trainer(checkpoint=path, **options).fit(TRAIN, epochs=2, resume=True)

    def test_other_data_or_batches(self, path):
        with pytest.raises(ValueError, match="samples was 203 and is 50 here"):
            trainer(checkpoint=path).fit(VALIDATION, epochs=2, resume=True)
        with pytest.raises(ValueError, match="batch_size was 32 and is 8 here"):
            trainer(checkpoint=path).fit(TRAIN, epochs=2, batch_size=8, resume=True)

    def test_a_file_of_something_else(self, path):
        path.write_text("not a checkpoint")
        with pytest.raises(ValueError, match=r"digits\.pt is no checkpoint, or is damaged"):
            trainer(checkpoint=path).fit(TRAIN, epochs=2, resume=True)
        torch.save({"weights": torch.zeros(2)}, path)
        with pytest.raises(ValueError, match=r"digits\.pt was not written by Trainer"):
            trainer(checkpoint=path).fit(TRAIN, epochs=2, resume=True)
