"""Two processes, started as a user starts them, train the weights of one."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.torch.training.digits import TRAIN, VALIDATION, trainer


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """What each of the two processes leaves."""
    path, root = tmp_path_factory.mktemp("processes") / "result", Path(__file__).parents[3]
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2",
               "-m", "tests.torch.training.two_processes", str(path)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    return [torch.load(f"{path}.{rank}") for rank in range(2)]


def test_the_weights_are_those_of_one_process(results):
    """203 samples in batches of 101, 101 and 1: shares of unequal size, and a batch that only one process has a part of."""
    alone = trainer()
    history = alone.fit(TRAIN, VALIDATION, epochs=2, batch_size=101)
    for result in results:
        for name, weight in alone.model.state_dict().items():
            torch.testing.assert_close(result["plain"][name], weight, rtol=1e-4, atol=1e-6)
        for name, curve in history.items():
            assert result["history"][name] == pytest.approx(curve, rel=1e-4)


def test_both_processes_have_the_same_weights(results):
    for kind in ("plain", "whole"):
        for name, weight in results[0][kind].items():
            assert torch.equal(weight, results[1][kind][name])


def test_each_process_resumes_its_own_random_numbers(results):
    for result in results:
        for name, weight in result["whole"].items():
            assert torch.equal(weight, result["resumed"][name])
