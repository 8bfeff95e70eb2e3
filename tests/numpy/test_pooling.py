import re

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

import dl_helpers.torch
from dl_helpers import numpy as ops
from dl_helpers.numpy import naive

small = st.integers(1, 3)
LECTURE = np.array([[3, 1, 3, 5], [6, 0, 7, 9], [3, 2, 1, 4], [0, 2, 4, 3.0]]).reshape(1, 1, 4, 4)


def test_tables_of_the_lecture():
    np.testing.assert_array_equal(ops.max_pool2d_forward(LECTURE)[0][0, 0], [[6, 9], [3, 4]])
    np.testing.assert_array_equal(ops.avg_pool2d_forward(LECTURE)[0][0, 0], [[2.5, 6], [1.75, 3]])
    np.testing.assert_array_equal(ops.global_avg_pool2d_forward(LECTURE)[0], [[53 / 16]])


def test_unpooling_puts_the_maxima_back():
    out, cache = ops.max_pool2d_forward(LECTURE)
    back, _ = ops.max_unpool2d_forward(out, ops.max_pool2d_indices(cache))
    np.testing.assert_array_equal(back[0, 0], [[0, 0, 0, 0], [6, 0, 0, 9], [3, 0, 0, 4], [0, 0, 0, 0]] * (back[0, 0] > 0))
    np.testing.assert_array_equal(ops.max_pool2d_forward(back)[0], out)
    nails, _ = ops.max_unpool2d_forward(out)
    np.testing.assert_array_equal(nails[0, 0], [[6, 0, 9, 0], [0, 0, 0, 0], [3, 0, 4, 0], [0, 0, 0, 0]])


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_pooling_is_that_of_torch(data):
    """Small integers make many ties: of equal pixels the first must win, as in torch."""
    draw = data.draw
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    size, stride = draw(st.tuples(small, small)), draw(st.one_of(st.none(), st.tuples(small, small)))
    padding = [draw(st.integers(0, k // 2)) for k in size]
    h, w = (draw(st.integers(max(1, k - 2 * p), 7)) for k, p in zip(size, padding))
    x = rng.integers(-2, 3, size=(draw(st.integers(1, 3)), w, draw(small), h)).astype(float).transpose(0, 2, 3, 1)
    leaf = torch.tensor(x.copy(), requires_grad=True)
    counted = draw(st.booleans())
    for name, ours, theirs in [
        ("max", (ops.max_pool2d_forward, ops.max_pool2d_backward, {}), F.max_pool2d),
        ("avg", (ops.avg_pool2d_forward, ops.avg_pool2d_backward, dict(count_include_pad=counted)), F.avg_pool2d),
    ]:
        forward, backward, options = ours
        out, cache = forward(x, size, stride, padding, **options)
        reference = theirs(leaf, size, stride, padding, **options)
        np.testing.assert_allclose(out, reference.detach().numpy(), rtol=1e-14, err_msg=name)
        dout = rng.normal(size=out.shape)
        dx, = torch.autograd.grad(reference, leaf, torch.tensor(dout))
        np.testing.assert_allclose(backward(dout, cache), dx.numpy(), rtol=1e-12, atol=1e-14, err_msg=name)
    _, cache = ops.max_pool2d_forward(x, size, stride, padding)
    _, indices = F.max_pool2d(leaf, size, stride, padding, return_indices=True)
    np.testing.assert_array_equal(ops.max_pool2d_indices(cache), indices.numpy())


@pytest.mark.parametrize("size, stride", [(2, None), (3, 2), (2, 3)])
@pytest.mark.parametrize("kind", ["max", "avg"])
def test_equals_the_loops(rng, kind, size, stride):
    x = rng.integers(0, 4, size=(2, 3, 8, 7)).astype(float)
    out, cache = getattr(ops, f"{kind}_pool2d_forward")(x, size, stride)
    naive_out, naive_cache = getattr(naive, f"{kind}_pool2d_forward_naive")(x, size, stride)
    np.testing.assert_allclose(out, naive_out, rtol=1e-14)
    dout = rng.normal(size=out.shape)
    np.testing.assert_allclose(getattr(ops, f"{kind}_pool2d_backward")(dout, cache),
                               getattr(naive, f"{kind}_pool2d_backward_naive")(dout, naive_cache), rtol=1e-12, atol=1e-14)


def test_a_tied_maximum_passes_the_gradient_once():
    _, cache = ops.max_pool2d_forward(np.ones((1, 1, 4, 4)))
    dx = ops.max_pool2d_backward(np.array([[[[1, 2], [3, 4.0]]]]), cache)
    np.testing.assert_array_equal(dx[0, 0], [[1, 0, 2, 0], [0, 0, 0, 0], [3, 0, 4, 0], [0, 0, 0, 0]])


def test_padding_never_wins(rng):
    x = -1 - rng.uniform(size=(1, 1, 3, 3))
    assert ops.max_pool2d_forward(x, 3, 2, 1)[0].max() < -1


def test_both_backends_give_the_same_indices(rng):
    x = rng.integers(0, 3, size=(2, 3, 7, 8)).astype(float)
    _, cache = ops.max_pool2d_forward(x, 3, 2, 1)
    _, torch_cache = dl_helpers.torch.max_pool2d_forward(torch.tensor(x), 3, 2, 1)
    np.testing.assert_array_equal(ops.max_pool2d_indices(cache), dl_helpers.torch.max_pool2d_indices(torch_cache).numpy())


@pytest.mark.parametrize("scale", [1, 2, 3, (2, 5)])
@pytest.mark.parametrize("mode", ["nearest", "bilinear"])
def test_upsampling_is_that_of_torch(rng, mode, scale):
    x = rng.normal(size=(5, 1, 3, 2)).T                        # (2, 3, 1, 5), in another memory order
    leaf = torch.tensor(np.ascontiguousarray(x), requires_grad=True)
    reference = F.interpolate(leaf, scale_factor=scale, mode=mode)
    out, cache = getattr(ops, f"upsample_{mode}_forward")(x, scale)
    np.testing.assert_allclose(out, reference.detach().numpy(), rtol=1e-12, atol=1e-14)
    dout = rng.normal(size=out.shape)
    dx, = torch.autograd.grad(reference, leaf, torch.tensor(dout))
    np.testing.assert_allclose(getattr(ops, f"upsample_{mode}_backward")(dout, cache), dx.numpy(), rtol=1e-12, atol=1e-14)


def test_an_empty_batch_stays_empty():
    for name, options in [("max_pool2d", {}), ("avg_pool2d", {}), ("global_avg_pool2d", {}), ("max_unpool2d", {}),
                          ("upsample_nearest", {}), ("upsample_bilinear", {})]:
        x = np.zeros((0, 3, 4, 4))
        out, cache = getattr(ops, f"{name}_forward")(x, **options)
        assert out.shape[0] == 0 and getattr(ops, f"{name}_backward")(out, cache).shape == x.shape


def refuses(message, function, *args, **options):
    with pytest.raises(ValueError, match=re.escape(f"{function.__name__}: {message}")):
        function(*args, **options)


def test_refusals_name_the_argument_and_the_sizes():
    x = LECTURE
    refuses("the kernel is larger than the padded input: kernel (5, 5), input (4, 4) with padding (0, 0): (4, 4)",
            ops.max_pool2d_forward, x, 5)
    refuses("padding is (2, 2); expected at most half of the window (2, 2)", ops.avg_pool2d_forward, x, 2, padding=2)
    refuses("size is (2, 2, 2); expected an integer ≥ 1, or a pair of them", ops.max_pool2d_forward, x, (2, 2, 2))
    refuses("scale is 0; expected an integer ≥ 1, or a pair of them", ops.upsample_nearest_forward, x, 0)
    refuses("scale is 1.5; expected an integer ≥ 1", ops.upsample_bilinear_forward, x, 1.5)
    refuses("the range of indices is (64, 64); expected within the output (8, 8)",
            ops.max_unpool2d_forward, x, np.full(x.shape, 64))
    refuses("output_size is (8, 10), but pooling", ops.max_unpool2d_forward, x, output_size=(8, 10))
    refuses("indices has H = 2, but x has H = 4", ops.max_unpool2d_forward, x, np.zeros((1, 1, 2, 2), int))
    refuses("x.shape is (1, 1, 0, 4); expected at least one pixel", ops.global_avg_pool2d_forward, x[:, :, :0])
