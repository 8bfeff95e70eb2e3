"""What is said about the form of a wrong array."""

import numpy as np
import pytest

from dl_helpers.check.compare import compare
from dl_helpers.check.patterns import only_right_where
from dl_helpers.check.structure import diagnose_form

E = np.random.default_rng(0).normal(size=(4, 3))
X = dict(x=np.ones((7, 2)), s=2.5)


def said(actual, expected=E, inputs=X):
    return diagnose_form("y", [(compare(actual, expected, name="y"), inputs)])


def changed(*index, by=1.0):
    a = E.copy()
    a[index] += by
    return a


@pytest.mark.parametrize("actual, expected, words", [
    (E.T, E, "is transposed"), (E[:, :1], E[:, 0], "numbers of y are right, its shape is not: (4, 1) instead of (4,)"),
    (E, E.sum(0), "still has the axis 0: its sum over that axis is right"), (E, E.mean(1), "axis 1: its mean"),
    (E, E.sum(), "one number for each entry: their sum is right"), (E[:, 0], E[:, 0].mean(), "their mean is right"),
    (np.subtract.outer(E[:, 0], E[:, 0]), E[:, 1], "a table of 4 × 4"),
    (E[1:, 0], E[:, 0], "1 entry too few, at the beginning"), (E[:2, 0], E[:, 0], "2 entries too few, at the end"),
])
def test_shapes(actual, expected, words):
    assert words in said(actual, expected)


@pytest.mark.parametrize("actual, words", [
    (-E, "wrong sign"), (2 * E, "every entry is 2 times what it should be"), (E / 2, "1/2 of"),
    (E / 7, "1/7 of what it should be, and x has 7 rows"), (E * 14, "14 times what it should be, and x has 14 entries"),
    (E * 2.5, "5/2 of what it should be, and that is s"), (E / 2.5, "and that is 1/s"), (0 * E, "0 everywhere"),
    (E + 3, "too large by the same 3"), (E - 3, "too small by the same 3"), (np.abs(E), "right in size"),
    (E[::-1], "opposite order along axis 0"), (np.sort(E), "in another order"), (np.trunc(E), "whole numbers"),
    (changed(slice(None), -1), "right except in its last column"), (changed(0), "right except in its first row"),
    (changed(1, 2), "right except in row 1"),
])
def test_values(actual, words):
    assert words in said(actual)


def test_border_zero_and_input():
    big = np.random.default_rng(1).normal(size=(5, 8))
    a = big.copy()
    a[[0, -1]] += 1
    assert "right except at the border" in said(a, big)
    mask = np.array([0.0, 1, 0, 2, 3])
    assert "right except where m is 0" in said(np.arange(1.0, 6) + (mask == 0), np.arange(1.0, 6), dict(m=mask))
    assert "exactly the input m" in said(mask, mask ** 2 + 1, dict(m=mask))


def test_only_what_holds_in_every_wrong_case_is_said():
    two = compare(2 * E, E, name="y"), X
    three = compare(3 * E, E, name="y"), X
    assert "2 times" in diagnose_form("y", [two, two])
    assert diagnose_form("y", [two, three]) == ""


def test_a_ratio_of_two_numbers_alone_means_nothing():
    assert diagnose_form("y", [(compare(1.7, 3.1, name="y"), {})]) == ""


@pytest.mark.parametrize("right, wrong, phrase", [
    (1.0, -0.7, "only where x is 1"), (np.ones((3, 3)), np.ones((3, 4)), "only where x is square"),
    (np.ones((1, 3)), np.ones((2, 3)), "only where x has a single row"),
    (np.ones(3), np.ones((2, 3)), "only where x has one axis"),
    (np.arange(4), np.array([1, 1, 2]), "only where x has no two equal entries"), (2.0, 3.0, ""),
])
def test_patterns_of_right_and_wrong_cases(right, wrong, phrase):
    assert only_right_where([dict(x=right)], [dict(x=wrong)]) == phrase
    assert only_right_where([dict(x=right), dict(x=wrong)], [dict(x=wrong)]) == ""
