"""The checks that all operations share: what they accept, what they return and what they say."""

import numpy as np
import pytest
import torch

from dl_helpers.arguments import between, not_empty, same_shape, shapes


def test_letters_are_returned_in_the_order_of_appearance():
    assert shapes("op: x (N, D), w (D, M)", np.ones((2, 3)), np.ones((3, 4))) == (2, 3, 4)


@pytest.mark.parametrize("axes, shape, expected", [
    ("(..., D)", (5, 4, 3), (3,)), ("(..., D)", (3,), (3,)),
    ("(N, C, ...)", (5, 4, 3, 2), (5, 4)), ("(N, C, ...)", (5, 4), (5, 4)),
    ("(N, ..., D)", (5, 4, 3), (5, 3)), ("(N, ..., D)", (5, 3), (5, 3)), ("(...)", (), ()), ("(...)", (2, 3), ()),
])
def test_dots_stand_for_any_axes_wherever_they_are(axes, shape, expected):
    assert shapes(f"op: x {axes}", np.ones(shape)) == expected
    assert shapes(f"op: x {axes}", torch.ones(shape)) == expected


@pytest.mark.parametrize("signature, given, message", [
    ("op: x (N, C, ...), w (C)", [(2, 3, 4), (4,)],
     "op: w has C = 4, but x has C = 3: x.shape = (2, 3, 4), expected (N, C, ...)"),
    ("op: x (N, C, ...)", [(2,)], "op: x has 1 axes, but at least 2 are expected: x.shape = (2,), expected (N, C, ...)"),
    ("op: x (N, D)", [(2, 3, 4)], "op: x has 3 axes, but 2 are expected: x.shape = (2, 3, 4), expected (N, D)"),
    ("op: x (..., 2)", [(4, 3)], "op: x has 3 where 2 is expected: x.shape = (4, 3), expected (..., 2)"),
])
def test_shape_refusals(signature, given, message):
    with pytest.raises(ValueError) as refusal:
        shapes(signature, *map(np.ones, given))
    assert message in str(refusal.value)


@pytest.mark.parametrize("array", [np.zeros((0, 3)), torch.zeros(0, 3)])
def test_empty_arrays(array):
    between("op", 0, 1, x=array)
    with pytest.raises(ValueError, match=r"op: x is empty, and has no mean: x.shape = \(0, 3\)"):
        not_empty("op", x=array)


@pytest.mark.parametrize("entries", [[-1, 0.5], [0.5, 2], [0.5, np.nan]])
def test_between_names_the_range_that_it_found(entries):
    for array in (np.array(entries), torch.tensor(entries)):
        with pytest.raises(ValueError, match=r"op: x has entries from \S+ to \S+; expected 0 ≤ x ≤ 1"):
            between("op", 0, 1, x=array)


def test_same_shape_refuses_what_would_broadcast():
    with pytest.raises(ValueError, match=r"op: a and b must have one shape: a.shape = \(3,\), b.shape = \(3, 1\)"):
        same_shape("op", a=np.ones(3), b=np.ones((3, 1)))
