"""Two processes, started as a user starts them, train the weights of one."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.torch.training.digits import TRAIN, VALIDATION, trainer


def in_two_processes(path):
    """What each of the two processes leaves."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2",
               "-m", "tests.torch.training.two_processes", str(path)]
    done = subprocess.run(command, cwd=Path(__file__).parents[3], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return [torch.load(f"{path}.{rank}") for rank in range(2)]


def test_two_processes_train_the_weights_of_one(tmp_path):
    """203 samples in batches of 101, 101 and 1: shares of unequal size, and a batch that only one process has a part of."""
    alone = trainer()
    history = alone.fit(TRAIN, VALIDATION, epochs=2, batch_size=101)
    first, second = in_two_processes(tmp_path / "result")
    for name, weight in alone.model.state_dict().items():
        torch.testing.assert_close(first["plain"][name], weight, rtol=1e-4, atol=1e-6)
        for kind in ("plain", "whole"):
            assert torch.equal(first[kind][name], second[kind][name]), "both have the same weights at any time"
        for result in (first, second):      # with dropout: each process goes on with its own random numbers
            assert torch.equal(result["whole"][name], result["resumed"][name])
    for name, curve in history.items():
        assert first["history"][name] == second["history"][name] == pytest.approx(curve, rel=1e-4)
