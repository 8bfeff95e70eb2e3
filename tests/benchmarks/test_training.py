"""The training benchmark compares like with like: the same weights, batches and optimizer give the same losses."""

import json

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from benchmarks import training


def test_every_model_is_measured_and_kept(tmp_path):
    app = typer.Typer()
    app.command()(training.main)
    result = CliRunner().invoke(app, ["--repeats", "1", "--json", str(tmp_path / "kept" / "training.json")])
    assert result.exit_code == 0, result.output
    kept = json.loads((tmp_path / "kept" / "training.json").read_text(encoding="utf-8"))
    assert [row["model"] for row in kept["rows"]] == list(training.MODELS)
    for row in kept["rows"]:
        assert f"{row['ratio']:.2f}" in result.output
        assert row["ratio"] == pytest.approx(row["numpy_ms"] / row["torch_ms"])


@pytest.mark.parametrize("name", training.MODELS)
def test_both_sides_have_as_many_weights_and_stay_together(name):
    model, twin, optimizers, x, y, batch_size = training.MODELS[name]()
    assert sum(p.size for p in model.parameters()) == sum(p.numel() for p in training._learned(twin))
    batches = [np.arange(i, i + batch_size) for i in range(0, 5 * batch_size, batch_size)]
    ours, theirs = optimizers(model, twin)
    ours, theirs = training.numpy_epoch(model, ours, x, y, batches), training.torch_epoch(twin, theirs, x, y, batches)
    losses = np.array([[ours(), theirs()] for _ in range(4)])
    np.testing.assert_allclose(losses[:, 0], losses[:, 1], rtol=1e-3)
    assert losses[-1, 0] < losses[0, 0]


def test_a_twin_of_other_weights_is_no_measurement(monkeypatch):
    monkeypatch.setattr(training, "copy", lambda arrays, tensors: [tensor.detach().zero_() for tensor in tensors])
    with pytest.raises(AssertionError, match="MLP: the losses differ"):
        training.measure("MLP", training.mlp, repeats=1)
