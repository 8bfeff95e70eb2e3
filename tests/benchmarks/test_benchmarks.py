"""The measurements measure what they say: same inputs, same results, every case in the table. How long it takes is no test."""

import json
import time
from contextlib import contextmanager

import numpy as np
import pytest
import torch
import torch.nn.functional as F
import typer
from typer.testing import CliRunner

from benchmarks import gpu, operations, timing
from dl_helpers.registry import REGISTRY, Op


def mse(torch_loss):
    """A tiny operation with a torch reference of our choice."""
    def tiny(rng):
        return dict(pred=rng.normal(size=(3, 2)), target=rng.normal(size=(3, 2)))
    return Op("mse_loss", tiny, torch=torch_loss, gradients=["pred"], benchmarks={"tiny": tiny})


right = mse(lambda pred, target: F.mse_loss(pred, target))
wrong = mse(lambda pred, target: 2 * F.mse_loss(pred, target))


def run(module, *args):
    app = typer.Typer()
    app.command()(module.main)
    return CliRunner().invoke(app, args)


def test_an_operation_with_two_results_is_measured():
    result = run(operations, "--only", "lstm_step", "--repeats", "1")
    assert result.exit_code == 0, result.output
    assert "geometric mean of 1 cases" in result.output


def test_table_and_json(tmp_path):
    result = run(operations, "--only", "l2_penalty", "--repeats", "2", "--json", str(tmp_path / "kept" / "table.json"))
    assert result.exit_code == 0, result.output
    assert "l2_penalty" in result.output and "1 M weights" in result.output and "geometric mean of 1 cases" in result.output
    kept = json.loads((tmp_path / "kept" / "table.json").read_text(encoding="utf-8"))
    (row,) = kept["rows"]
    assert kept["threads"] == 1 and kept["machine"]["numpy"] == np.__version__
    assert row["ratio"] > 0 and row["numpy_ms"] > 0 and row["torch_ms"] > 0
    assert kept["summary"]["geometric_mean"] == pytest.approx(row["ratio"])
    assert f"{row['ratio']:.2f}" in result.output
    assert row["peak_bytes"] >= 4_000_000                         # the gradient of a million float32 weights is among it


def test_an_unknown_operation_is_named():
    result = run(operations, "--only", "no_such_operation")
    assert result.exit_code == 2 and "no operation has 'no_such_operation' in its name" in result.output


def test_every_case_of_the_registry_is_measured():
    expected = sum(len(op.benchmarks) for op in REGISTRY if op.name.startswith("l"))
    assert sum(op.name.startswith("l") for op, _, _ in timing.cases("l")) == expected


def test_inputs_are_float32_and_shared(monkeypatch):
    monkeypatch.setattr(timing, "REGISTRY", [right])
    ((op, words, inputs),) = timing.cases()
    assert words == "tiny" and all(v.dtype == np.float32 for v in inputs.values())
    row = operations.measure(op, words, inputs, repeats=1, clock=time.process_time)
    assert row["ratio"] > 0


def test_a_wrong_result_is_no_measurement(monkeypatch):
    monkeypatch.setattr(timing, "REGISTRY", [wrong])
    ((op, words, inputs),) = timing.cases()
    with pytest.raises(AssertionError, match="mse_loss tiny: out"):
        operations.measure(op, words, inputs, repeats=1, clock=time.process_time)


def test_both_sides_take_turns_and_neighbours_are_compared():
    order, ticks = [], iter([0, 2, 0, 1, 0, 30, 0, 10, 0, 4, 0, 2])             # a: 2, 30, 4 s; b: 1, 10, 2 s
    a, b, ratio = timing.interleaved(lambda: order.append("a"), lambda: order.append("b"), 3, clock=lambda: next(ticks))
    assert "".join(order) == "abab" + "ababab"
    assert (a, b, ratio) == (4, 2, 2)


def test_geometric_mean():
    assert timing.geometric_mean([0.5, 2.0]) == pytest.approx(1.0)


def test_the_threads_are_limited_and_given_back():
    before = torch.get_num_threads()
    with timing.threads(1):
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before


def test_other_programs_do_not_count_with_one_thread():
    clock = timing.clock_for(1)
    start = clock()
    time.sleep(0.05)                                      # the processor is someone else's
    assert clock() - start < 0.04
    assert timing.clock_for(2) is time.perf_counter


def test_gpu_says_in_one_line_that_there_is_none(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    result = run(gpu)
    assert result.exit_code == 2
    assert result.output == "benchmarks.gpu: this machine has no CUDA device that torch can use\n"


def test_gpu_compares_both_sides_with_the_same_inputs(monkeypatch):
    """The clock and the guard against synchronisation need a CUDA device; the rest of a measurement runs on any."""
    timed, guarded = [], []

    @contextmanager
    def guard():
        guarded.append(True)
        yield

    def clock(call):
        timed.append(call())
        return 1.0 + len(timed) % 2                         # ours 2 ms, theirs 1 ms

    monkeypatch.setattr(gpu, "event_ms", clock)
    monkeypatch.setattr(gpu, "no_synchronisation", guard)
    monkeypatch.setattr(timing, "REGISTRY", [right])
    ((op, words, inputs),) = timing.cases()
    row = gpu.measure(op, words, inputs, repeats=3, device="cpu")
    assert row["speed"] == 0.5 and guarded == [True] and len(timed) == 6
    for (out, grads), (reference, reference_grads) in zip(timed[::2], timed[1::2]):
        torch.testing.assert_close(out, reference.detach())
        torch.testing.assert_close(grads["pred"], reference_grads["pred"])
