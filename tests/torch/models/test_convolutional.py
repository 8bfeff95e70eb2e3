"""What the convolutional networks promise beyond their shapes."""

import torch
import torch.nn.functional as F

from dl_helpers.torch import models


def test_a_residual_block_with_a_silent_residual_passes_its_input_and_gradient_on():
    block = models.BasicBlock(4, 4).eval()
    torch.nn.init.zeros_(block.residual[-1][-1].weight)
    x = torch.rand(2, 4, 6, 6, requires_grad=True)
    out = block(x)
    dout = torch.randn(out.shape)
    out.backward(dout)
    torch.testing.assert_close(out, x)
    torch.testing.assert_close(x.grad, dout)


def test_a_bottleneck_with_a_stride_halves_the_image():
    assert models.Bottleneck(8, 4, stride=2)(torch.zeros(1, 8, 6, 6)).shape == (1, 16, 3, 3)


def test_an_fcn_answers_for_a_shifted_image_with_shifted_scores():
    model = models.FCN(3, widths=(4, 6)).double()
    x = torch.randn(1, 3, 64, 64, dtype=torch.float64)
    moved, inner = model(x.roll((4, 8), dims=(2, 3))), (..., slice(24, 40), slice(24, 40))  # far from any border
    torch.testing.assert_close(moved[inner], model(x).roll((4, 8), dims=(2, 3))[inner])


def test_the_doubling_of_an_fcn_starts_as_bilinear_interpolation():
    upscale = models.FCN(2, widths=(4,)).upscale[0]
    x = torch.randn(1, 2, 5, 6)
    expected = F.interpolate(x, scale_factor=2, mode="bilinear")
    torch.testing.assert_close(upscale(x)[..., 1:-1, 1:-1], expected[..., 1:-1, 1:-1])  # at the border zeros flow in


def test_a_unet_sees_fine_detail_through_its_skips():
    """A change of one pixel moves the score of that pixel even when nothing but the first skip carries it."""
    model = models.UNet(2, width=4, depth=2)
    for up in model.up:
        torch.nn.init.zeros_(up.weight)
    x = torch.randn(1, 1, 16, 16)
    changed = x.clone()
    changed[..., 5, 5] += 1
    assert not torch.equal(model(x)[..., 5, 5], model(changed)[..., 5, 5])


def test_an_inception_block_is_its_branches_side_by_side():
    block = models.Inception(3, 1, 2, 4, 2, 5, 6)
    x = torch.randn(2, 3, 7, 7)
    out = block(x)
    assert block.outputs == out.shape[1] == 1 + 4 + 5 + 6
    torch.testing.assert_close(out[:, 1:5], block.branches[1](x))
