"""What TensorBoard is shown, read back with TensorBoard's own reader."""

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from tests.torch.training.digits import TRAIN, VALIDATION, trainer


def curves(folder):
    events = EventAccumulator(str(folder))
    events.Reload()
    return {name: [(e.step, e.value) for e in events.Scalars(name)] for name in events.Tags()["scalars"]}


def test_all_curves_are_logged_and_a_resumed_run_goes_on(tmp_path):
    def build():
        return trainer(checkpoint=tmp_path / "c.pt", log_dir=tmp_path / "log")

    build().fit(TRAIN, VALIDATION, epochs=2)
    history = build().fit(TRAIN, VALIDATION, epochs=3, resume=True)
    logged = curves(tmp_path / "log")
    assert set(logged) == set(history) == {"loss", "accuracy", "lr", "val_loss", "val_accuracy"}
    for name, curve in history.items():
        assert [step for step, _ in logged[name]] == [1, 2, 3]
        assert all(abs(value - kept) < 1e-6 * max(1, kept) for (_, value), kept in zip(logged[name], curve))
