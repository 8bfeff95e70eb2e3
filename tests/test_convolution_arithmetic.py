"""Sizes, parameters and costs, with the numbers that the course works out by hand."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dl_helpers.convolution_arithmetic import (
    conv_multiply_adds,
    conv_output_size,
    conv_parameters,
    conv_transpose_output_size,
    receptive_field,
    same_padding,
)


@pytest.mark.parametrize(("size", "kernel", "stride", "padding", "expected"), [
    (7, 3, 1, 0, 5), (7, 3, 2, 0, 3), (7, 3, 3, 0, 2),       # stride 3 does not fit: the last column is left over
    (32, 5, 1, 2, 32), (32, 6, 2, 1, 15), (26, 7, 3, 1, 8), (28, 5, 3, 2, 10),
])  # fmt: skip
def test_output_sizes(size, kernel, stride, padding, expected):
    assert conv_output_size(size, kernel, stride, padding) == expected


def test_features_that_reach_the_classifier():
    """2×28×28 through two same-convolutions, each followed by a 2×2 pooling: 16 channels of 7×7."""
    size = 28
    for _ in range(2):
        size = conv_output_size(size, 3, padding=same_padding(3))
        size = conv_output_size(size, 2, stride=2)
    assert 16 * size * size == 784


def test_parameters():
    assert conv_parameters(3, 10, 5) == 760
    assert conv_parameters(3, 5, 4) == 245
    assert conv_parameters(3, 8, 3) == 224
    assert conv_parameters(16, 32, 3, groups=16, bias=False) == 32 * 9


@pytest.mark.parametrize(("stack", "expected"), [
    ([(3, 1), (3, 1), (3, 1)], 7),
    ([(5, 1), (2, 2)], 6),
    ([(4, 2), (2, 1)], 6),
    ([], 1),
])  # fmt: skip
def test_receptive_fields(stack, expected):
    assert receptive_field(stack) == expected


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 3)), min_size=1, max_size=4))
def test_receptive_field_is_what_the_gradient_reaches(stack):
    """The pixels that one output depends on, found by the gradient of a stack of ones."""
    size = receptive_field(stack) + 3
    x = torch.zeros(1, 1, size, requires_grad=True)
    out = x
    for kernel, stride in stack:
        out = torch.nn.functional.conv1d(out, torch.ones(1, 1, kernel), stride=stride)
    out[0, 0, 0].backward()
    assert (x.grad != 0).nonzero()[:, -1].max() + 1 == receptive_field(stack)


def test_multiply_adds():
    assert conv_multiply_adds(192, 32, 5, 28) == 120_422_400                                  # 5×5 on 28×28×192
    assert conv_multiply_adds(192, 16, 1, 28) + conv_multiply_adds(16, 32, 5, 28) == 12_443_648      # through 16 channels
    assert conv_multiply_adds(3, 256, 5, 8) == 1_228_800                                      # 12×12×3 → 8×8×256
    assert conv_multiply_adds(3, 3, 5, 8, groups=3) + conv_multiply_adds(3, 256, 1, 8) == 53_952     # depthwise separable


def test_same_padding():
    assert [same_padding(k) for k in (1, 3, 5, 7)] == [0, 1, 2, 3]
    assert same_padding(3, dilation=4) == 4
    with pytest.raises(ValueError, match="would need 1 on one side and 2 on the other; take an odd kernel"):
        same_padding(4)


@given(size=st.integers(1, 20), kernel=st.integers(1, 6), stride=st.integers(1, 4), padding=st.integers(0, 3),
       dilation=st.integers(1, 3))
def test_sizes_are_those_of_torch_and_the_transposed_size_inverts(size, kernel, stride, padding, dilation):
    x, w = torch.zeros(1, 1, size), torch.zeros(1, 1, kernel)
    if dilation * (kernel - 1) + 1 > size + 2 * padding:
        with pytest.raises(ValueError, match=f"the padded input has {size + 2 * padding}"):
            conv_output_size(size, kernel, stride, padding, dilation)
        return
    out = conv_output_size(size, kernel, stride, padding, dilation)
    assert torch.nn.functional.conv1d(x, w, None, stride, padding, dilation).shape[2] == out
    left_over = (size + 2 * padding - dilation * (kernel - 1) - 1) % stride
    assert conv_transpose_output_size(out, kernel, stride, padding, left_over, dilation) == size


@pytest.mark.parametrize("wrong", [dict(kernel=0), dict(stride=0), dict(stride=1.5), dict(padding=-1), dict(dilation=0)])
def test_impossible_options_are_named(wrong):
    (name, value), = wrong.items()
    with pytest.raises(ValueError, match=rf"conv_output_size: {name} is {value}; expected an integer ≥"):
        conv_output_size(**{"size": 8, "kernel": 3, **wrong})
