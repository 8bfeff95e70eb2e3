import re
import tracemalloc

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from dl_helpers.numpy import (
    conv1d_backward,
    conv1d_forward,
    conv2d_backward,
    conv2d_forward,
    conv_transpose2d_backward,
    conv_transpose2d_forward,
    correlation,
)
from dl_helpers.numpy.naive import conv2d_backward_naive, conv2d_forward_naive

small = st.integers(1, 3)
pairs = st.one_of(small, st.tuples(small, small))
paddings = st.one_of(st.integers(0, 3), st.tuples(st.integers(0, 2), st.integers(0, 3)))


def non_contiguous(rng, *shape):
    """A view that steps backwards through every second row of a transposed array."""
    n, c, h, w = shape
    return rng.normal(size=(n, c, w, 2 * h)).transpose(0, 1, 3, 2)[:, :, ::-2]


def autograd(function, dout, *arrays, **options):
    """out and the gradients by torch's own operation, in float64."""
    leaves = [torch.tensor(np.array(a), requires_grad=True) for a in arrays]
    out = function(*leaves, **options)
    return [t.detach().numpy() for t in (out, *torch.autograd.grad(out, leaves, torch.tensor(dout)))]


def assert_all_close(actual, expected):
    for name, a, e in zip(("out", "dx", "dw", "db"), actual, expected, strict=True):
        assert a.shape == e.shape
        np.testing.assert_allclose(a, e, rtol=1e-10, atol=1e-10, err_msg=name)


def test_moving_average_of_the_lecture():
    x = np.array([4, 3, 2, -5, 3, 5, 2, 5, 5, 6.0]).reshape(1, 1, -1)
    out, _ = conv1d_forward(x, np.full((1, 1, 3), 1 / 3))
    np.testing.assert_allclose(out.ravel(), [3, 0, 0, 1, 10 / 3, 4, 4, 16 / 3], atol=1e-15)


def test_the_kernel_is_not_flipped():
    x = np.array([0, 0, 1, 0, 0.0]).reshape(1, 1, -1)
    out, _ = conv1d_forward(x, np.array([1, 2, 3.0]).reshape(1, 1, -1))
    np.testing.assert_array_equal(out.ravel(), [3, 2, 1])
    np.testing.assert_array_equal(out.ravel(), np.correlate(x.ravel(), [1, 2, 3]))


@pytest.mark.parametrize(("size", "stride", "expected"), [(7, 1, 5), (7, 2, 3), (7, 3, 2)])
def test_sizes_that_do_not_fit_leave_pixels_over(size, stride, expected):
    x, w = np.ones((1, 1, size, size)), np.ones((1, 1, 3, 3))
    out, cache = conv2d_forward(x, w, stride=stride)
    assert out.shape == (1, 1, expected, expected)
    dx, _, _ = conv2d_backward(np.ones_like(out), cache)
    seen = (expected - 1) * stride + 3
    assert np.all(dx[0, 0, :seen, :seen] > 0) and dx.sum() == dx[0, 0, :seen, :seen].sum()


def test_layer_of_the_lecture():
    out, _ = conv2d_forward(np.zeros((1, 3, 32, 32)), np.zeros((10, 3, 5, 5)), np.arange(10.0), padding=2)
    assert out.shape == (1, 10, 32, 32)
    np.testing.assert_array_equal(out[0, :, 5, 7], np.arange(10))


def test_fully_connected_layer_is_a_convolution_over_the_whole_image(rng):
    x, w = rng.normal(size=(4, 3, 5, 6)), rng.normal(size=(7, 3, 5, 6))
    out, _ = conv2d_forward(x, w)
    np.testing.assert_allclose(out[:, :, 0, 0], x.reshape(4, -1) @ w.reshape(7, -1).T)


@pytest.mark.parametrize("shape_x, shape_w", [((2, 3, 6, 5), (4, 3, 3, 3)), ((2, 16, 5, 4), (17, 16, 3, 2))], ids=str)
@pytest.mark.parametrize("stride, padding", [(1, 0), (1, 1), (2, 1), (3, 2)])
def test_equals_the_loops(rng, shape_x, shape_w, stride, padding):
    x, w, b = rng.normal(size=shape_x), rng.normal(size=shape_w), rng.normal(size=shape_w[0])
    out, cache = conv2d_forward(x, w, b, stride, padding)
    naive_out, naive_cache = conv2d_forward_naive(x, w, b, stride, padding)
    dout = rng.normal(size=out.shape)
    assert_all_close([out, *conv2d_backward(dout, cache)], [naive_out, *conv2d_backward_naive(dout, naive_cache)])


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_conv2d_is_that_of_torch(data):
    """Any stride, padding, dilation and groups, odd sizes, size-1 axes, empty batches, arrays in any memory order."""
    draw = data.draw
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    groups, per_group, filters = draw(small), draw(small), draw(small)
    kernel, stride, dilation, padding = draw(st.tuples(small, small)), draw(pairs), draw(pairs), draw(paddings)
    reach = [d * (k - 1) + 1 - 2 * p for k, d, p in zip(kernel, np.broadcast_to(dilation, 2), np.broadcast_to(padding, 2))]
    size = [draw(st.integers(max(1, r), max(1, r) + 6)) for r in reach]
    x = non_contiguous(rng, draw(st.integers(0, 3)), groups * per_group, *size)
    w, b = non_contiguous(rng, groups * filters, per_group, *kernel), rng.normal(size=groups * filters)
    out, cache = conv2d_forward(x, w, b, stride, padding, dilation, groups)
    dout = non_contiguous(rng, *out.shape)
    options = dict(stride=stride, padding=padding, dilation=dilation, groups=groups)
    assert_all_close([out, *conv2d_backward(dout, cache)], autograd(F.conv2d, dout.copy(), x, w, b, **options))


@settings(max_examples=60, deadline=None)
@given(n=st.integers(0, 4), height=st.integers(3, 8), width=st.integers(3, 8), kernel_width=st.integers(1, 3),
       seed=st.integers(0, 99), padding=paddings, dilation=st.tuples(st.just(1), st.integers(1, 2)))
def test_many_channels_go_the_way_of_winograd(n, height, width, kernel_width, seed, padding, dilation):
    rng = np.random.default_rng(seed)
    width = max(width, dilation[1] * (kernel_width - 1) + 1)
    x, w, b = non_contiguous(rng, n, 16, height, width), rng.normal(size=(18, 16, 3, kernel_width)), rng.normal(size=18)
    out, cache = conv2d_forward(x, w, b, padding=padding, dilation=dilation)
    assert correlation._kind(w.shape, cache[3], 1) is correlation.WinogradCanvas
    dout = rng.normal(size=out.shape)
    assert_all_close([out, *conv2d_backward(dout, cache)],
                     autograd(F.conv2d, dout, x, w, b, padding=padding, dilation=dilation))


@settings(max_examples=60, deadline=None)
@given(n=st.integers(0, 3), length=st.integers(5, 9), kernel=small, stride=small, padding=st.integers(0, 3),
       dilation=st.integers(1, 2), groups=small, seed=st.integers(0, 99))
def test_conv1d_is_that_of_torch(n, length, kernel, stride, padding, dilation, groups, seed):
    rng = np.random.default_rng(seed)
    x, b = rng.normal(size=(length, 2 * groups, n)).T, rng.normal(size=3 * groups)
    w = rng.normal(size=(3 * groups, 2, kernel))
    options = dict(stride=stride, padding=padding, dilation=dilation, groups=groups)
    out, cache = conv1d_forward(x, w, b, **options)
    dout = rng.normal(size=out.shape[::-1]).T
    assert_all_close([out, *conv1d_backward(dout, cache)], autograd(F.conv1d, dout.copy(), x, w, b, **options))


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_conv_transpose2d_is_that_of_torch(data):
    draw = data.draw
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    groups, per_group, filters = draw(small), draw(small), draw(small)
    size, kernel, stride = (draw(st.tuples(small, small)) for _ in range(3))
    dilation = draw(st.integers(1, 2))
    padding = [draw(st.integers(0, ((o - 1) * s + dilation * (k - 1)) // 2)) for o, s, k in zip(size, stride, kernel)]
    extra = [draw(st.integers(0, max(s, dilation) - 1)) for s in stride]
    x = non_contiguous(rng, draw(st.integers(1, 3)), groups * per_group, *size)
    w, b = non_contiguous(rng, groups * per_group, filters, *kernel), rng.normal(size=groups * filters)
    options = dict(stride=stride, padding=padding, output_padding=extra, dilation=dilation, groups=groups)
    out, cache = conv_transpose2d_forward(x, w, b, **options)
    dout = non_contiguous(rng, *out.shape)
    assert_all_close([out, *conv_transpose2d_backward(dout, cache)],
                     autograd(F.conv_transpose2d, dout.copy(), x, w, b, **options))


def test_conv_transpose2d_is_the_transposed_matrix(rng):
    """⟨conv(x), y⟩ = ⟨x, conv_transpose(y)⟩ with the same weights: what makes it the transpose."""
    w, x, y = rng.normal(size=(4, 3, 3, 3)), rng.normal(size=(2, 3, 8, 8)), rng.normal(size=(2, 4, 4, 4))
    there, _ = conv2d_forward(x, w, stride=2, padding=1)
    back, _ = conv_transpose2d_forward(y, w, stride=2, padding=1, output_padding=1)
    np.testing.assert_allclose(np.sum(there * y), np.sum(x * back))


def test_blocks_of_a_large_batch_fit_together(rng, monkeypatch):
    x, w, b = rng.normal(size=(7, 2, 6, 6)), rng.normal(size=(3, 2, 3, 3)), rng.normal(size=3)
    whole, cache = conv2d_forward(x, w, b, padding=1)
    dout = rng.normal(size=whole.shape)
    expected = [whole, *conv2d_backward(dout, cache)]
    monkeypatch.setattr(correlation, "BLOCK_BYTES", 3 * (2 * 9 + 3) * 36 * 8)         # blocks of 3, 3 and 1 samples
    out, cache = conv2d_forward(x, w, b, padding=1)
    assert_all_close([out, *conv2d_backward(dout, cache)], expected)


@pytest.mark.parametrize("filters", [8, 32])                   # the plain way, and Winograd's
def test_memory_is_a_block_and_the_results(rng, filters):
    """The columns of the whole batch would be 9 times as large as x: they are never held at once."""
    x, w = rng.normal(size=(64, 16, 32, 32)).astype(np.float32), rng.normal(size=(filters, 16, 3, 3)).astype(np.float32)
    tracemalloc.start()
    out, cache = conv2d_forward(x, w, padding=1)
    dx, dw, _ = conv2d_backward(out, cache)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < out.nbytes + dx.nbytes + dw.nbytes + 2.5 * correlation.BLOCK_BYTES < 9 * x.nbytes


def test_float32_rounding_stays_small(rng):
    """The additions of Winograd's way round a little more than the plain sum; still about 1e-6 of the size of out."""
    x, w = rng.normal(size=(2, 64, 9, 9)), rng.normal(size=(64, 64, 3, 3)) / 24
    exact, _ = conv2d_forward(x, w, padding=1)
    out, _ = conv2d_forward(x.astype(np.float32), w.astype(np.float32), padding=1)
    assert out.dtype == np.float32
    assert np.abs(out - exact).max() < 5e-6 * np.abs(exact).max()


def test_without_biases_there_is_no_gradient_of_them(rng):
    x, w = rng.normal(size=(2, 3, 5, 5)), rng.normal(size=(4, 3, 3, 3))
    out, cache = conv2d_forward(x, w)
    dx, dw, db = conv2d_backward(out, cache)
    assert db is None and dx.shape == x.shape and dw.shape == w.shape


def refuses(message, function, *args, **options):
    with pytest.raises(ValueError, match=re.escape(message)):
        function(*args, **options)


def test_refusals_name_the_argument_and_the_sizes():
    x, w, b = np.zeros((64, 1, 28, 28)), np.zeros((16, 3, 5, 5)), np.zeros(16)
    refuses("conv2d_forward: w has 3 input channels but x has 1: x.shape = (64, 1, 28, 28), w.shape = (16, 3, 5, 5)",
            conv2d_forward, x, w, b)
    refuses("conv2d_forward: the kernel is larger than the padded input: kernel (5, 5), input (2, 28) with padding (1, 1): "
            "(4, 30)", conv2d_forward, np.zeros((1, 3, 2, 28)), w, b, padding=1)
    refuses("conv2d_forward: the kernel is larger than the padded input: kernel (5, 5), with dilation (2, 2): (9, 9), "
            "input (8, 8) with padding (0, 0): (8, 8)", conv2d_forward, np.zeros((1, 3, 8, 8)), w, b, dilation=2)
    refuses("conv2d_forward: b has F = 9, but w has F = 16", conv2d_forward, np.zeros((1, 3, 8, 8)), w, np.zeros(9))
    refuses("conv2d_forward: x has 3 axes, but 4 are expected: x.shape = (3, 8, 8)", conv2d_forward, np.zeros((3, 8, 8)), w, b)
    refuses("conv2d_forward: stride is 0; expected an integer ≥ 1, or a pair of them (height, width)",
            conv2d_forward, np.zeros((1, 3, 8, 8)), w, b, stride=0)
    refuses("conv2d_forward: padding is (1, -1); expected an integer ≥ 0",
            conv2d_forward, np.zeros((1, 3, 8, 8)), w, b, padding=(1, -1))
    refuses("conv2d_forward: w has 3 input channels in each of 2 groups but x has 3",
            conv2d_forward, np.zeros((1, 3, 8, 8)), w, b, groups=2)
    refuses("conv2d_forward: w has 3 filters, which 2 groups cannot share equally",
            conv2d_forward, np.zeros((1, 4, 8, 8)), np.zeros((3, 2, 1, 1)), groups=2)
    refuses("conv1d_forward: w has 2 input channels but x has 3: x.shape = (1, 3, 9), w.shape = (4, 2, 3)",
            conv1d_forward, np.zeros((1, 3, 9)), np.zeros((4, 2, 3)))
    refuses("conv_transpose2d_forward: w has 16 input channels but x has 1: x.shape = (64, 1, 28, 28), w.shape = (16, 3, 5, 5)",
            conv_transpose2d_forward, x, w)
    refuses("conv_transpose2d_forward: output_padding is 2; expected less than the stride (2, 2)",
            conv_transpose2d_forward, np.zeros((1, 16, 4, 4)), w, stride=2, output_padding=2)
    refuses("conv_transpose2d_forward: the padding leaves nothing of the output: it would be (-1, -1)",
            conv_transpose2d_forward, np.zeros((1, 16, 1, 1)), w, padding=3)


def test_a_dout_of_the_wrong_shape_is_refused():
    _, cache = conv2d_forward(np.zeros((2, 3, 8, 8)), np.zeros((4, 3, 3, 3)))
    refuses("conv2d_backward: dout has 8 where 6 is expected", conv2d_backward, np.zeros((2, 4, 8, 8)), cache)
