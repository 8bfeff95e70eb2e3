"""The measurement of the optimizers compares like with like."""

import json

import pytest

from benchmarks import optimizers
from tests.benchmarks.test_benchmarks import run


def test_table_and_json(tmp_path):
    result = run(optimizers, "--parameters", "2000", "--repeats", "1", "--json", str(tmp_path / "table.json"))
    assert result.exit_code == 0, result.output
    kept = json.loads((tmp_path / "table.json").read_text())
    assert [row["optimizer"] for row in kept["rows"]] == list(optimizers.OPTIMIZERS)
    assert all(row["ratio"] > 0 for row in kept["rows"])
    assert sum(row["ratio_fused"] is None for row in kept["rows"]) == 1


def test_different_steps_are_not_compared(monkeypatch):
    real = optimizers.theirs
    monkeypatch.setattr(optimizers, "theirs", lambda name, options, sizes: real(name, options | {"lr": 1.0}, sizes))
    with pytest.raises(AssertionError, match="Adam"):
        optimizers.measure("Adam", 100, 1, optimizers.timing.clock_for(1))

