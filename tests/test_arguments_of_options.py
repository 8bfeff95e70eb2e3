"""Whole numbers and random generators among the arguments."""

import numpy as np
import pytest

from dl_helpers.arguments import count, generator


@pytest.mark.parametrize("value", [1, 7, np.int64(3)])
def test_whole_numbers_are_accepted(value):
    assert count("op", "n", value) == value
    assert count("op", "n", 0, least=0) == 0


@pytest.mark.parametrize("value", [0, -1, 2.0, True, "3", None, np.array(3), np.float64(2)])
def test_anything_else_is_refused_by_name(value):
    with pytest.raises(ValueError, match=r"op: n is .*; expected a whole number ≥ 1") as error:
        count("op", "n", value)
    assert repr(value) in str(error.value)


@pytest.mark.parametrize("value", [None, 0, np.random, np.random.RandomState(0)])
def test_a_seed_is_no_generator(value, rng):
    assert generator("op", rng) is rng
    with pytest.raises(TypeError, match=r"op: rng is .*; expected a generator, made once: rng = np.random.default_rng\(0\)"):
        generator("op", value)
