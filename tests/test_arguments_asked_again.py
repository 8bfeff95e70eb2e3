"""What passed once passes at once; what was refused is refused again, with the same words."""

import numpy as np
import pytest
import torch

from dl_helpers import arguments
from dl_helpers.arguments import shapes

SIGNATURE = "test_again: x (N, D), labels int (N), b (D)"


@pytest.mark.parametrize("convert", [np.asarray, torch.as_tensor])
def test_the_answer_is_that_of_the_first_time(convert):
    x, labels = convert(np.zeros((3, 4))), convert(np.zeros(3, int))
    answers = [shapes(SIGNATURE, x, labels, None) for _ in range(3)]
    assert answers == [(3, 4)] * 3
    assert shapes(SIGNATURE, x[:2], labels[:2], x[0]) == (2, 4)


@pytest.mark.parametrize("convert", [np.asarray, torch.as_tensor])
def test_a_refusal_is_never_remembered(convert):
    x, labels = convert(np.zeros((3, 4))), convert(np.zeros(3, int))
    shapes(SIGNATURE, x, labels, x[0])
    for _ in range(2):
        with pytest.raises(ValueError, match=r"test_again: labels has N = 2, but x has N = 3") as refusal:
            shapes(SIGNATURE, x, labels[:2], x[0])
        assert refusal.value.__context__ is None, "a learner reads one error, not two"
        with pytest.raises(TypeError, match=r"test_again: labels has dtype .*float64; expected an integer one"):
            shapes(SIGNATURE, x, x[:, 0], x[0])
        with pytest.raises(TypeError, match=r"test_again: b is a list"):
            shapes(SIGNATURE, x, labels, [0.0] * 4)
        with pytest.raises(TypeError, match=r"test_again: b has dtype .*float32, but x has"):
            shapes(SIGNATURE, x, labels, convert(np.zeros(4, np.float32)))


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(arguments, "_PASSED", dict.fromkeys(range(10000), ()))
    assert shapes(SIGNATURE, np.zeros((3, 4)), np.zeros(3, int), None) == (3, 4)
    assert len(arguments._PASSED) == 1
