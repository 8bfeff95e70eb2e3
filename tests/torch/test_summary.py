"""summary() against published numbers, numbers worked by hand, and what gradients say."""

import pytest
import torch
from torch import nn

from dl_helpers.torch import models
from dl_helpers.torch.summary import summary

# Multiply-adds as the papers and their successors quote them: AlexNet 724 M, VGG-16 15.5 G, ResNet-18 1.8 G, ResNet-50 4.1 G
# (with the stride in the 3 × 3 convolution), ResNet-20 41 M, GoogLeNet 1.6 G, ViT-B/16 17.6 G. Depth as in names and papers.
PUBLISHED = {
    "LeNet-5": (models.LeNet5, (1, 32, 32), 416_520, 5),
    "AlexNet": (models.AlexNet, (3, 224, 224), 724_406_816, 8),
    "VGG-11": (models.VGG11, (3, 224, 224), 7_609_090_048, 11),
    "VGG-16": (models.VGG16, (3, 224, 224), 15_470_264_320, 16),
    "ResNet-18": (models.ResNet18, (3, 224, 224), 1_814_073_344, 18),
    "ResNet-50": (models.ResNet50, (3, 224, 224), 4_089_184_256, 50),
    "ResNet-20": (models.CifarResNet, (3, 32, 32), 40_551_040, 20),
    "GoogLeNet": (models.GoogLeNet, (3, 224, 224), 1_582_671_872, 22),
    "ViT-B/16": (models.ViT, (3, 224, 224), 17_563_828_224, 2 + 12 * 4),
    "U-Net": (lambda: models.UNet(2, padding=0), (1, 572, 572), None, 23),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_cost_and_depth_are_the_published_ones(name):
    build, shape, multiply_adds, depth = PUBLISHED[name]
    with torch.device("meta"):
        result = summary(build(), shape)
    assert result.depth == depth
    if multiply_adds is not None:
        assert result.multiply_adds == multiply_adds
    assert result.multiply_adds == sum(row.multiply_adds for row in result.rows)
    assert result.parameters == sum(row.parameters for row in result.rows)


def test_inception_with_a_reduction_saves_nine_tenths():
    plain = summary(nn.Conv2d(192, 32, 5, padding=2), (192, 28, 28)).multiply_adds
    reduced = summary(nn.Sequential(nn.Conv2d(192, 16, 1), nn.Conv2d(16, 32, 5, padding=2)), (192, 28, 28)).multiply_adds
    assert (plain, reduced) == (120_422_400, 12_443_648)


def test_a_separable_convolution_costs_what_the_lecture_says():
    depthwise = nn.Sequential(nn.Conv2d(3, 3, 5, groups=3), nn.Conv2d(3, 256, 1))
    assert summary(nn.Conv2d(3, 256, 5), (3, 12, 12)).multiply_adds == 1_228_800
    assert summary(depthwise, (3, 12, 12)).multiply_adds == 53_952


@pytest.mark.parametrize("layers, field", [
    ([nn.Conv2d(1, 1, 3), nn.Conv2d(1, 1, 3), nn.Conv2d(1, 1, 3)], 7),
    ([nn.Conv2d(1, 1, 5), nn.MaxPool2d(2)], 6),
    ([nn.Conv2d(1, 1, 4, stride=2), nn.MaxPool2d(2)], 6),
    ([nn.Conv2d(1, 1, 3, dilation=2), nn.Conv2d(1, 1, 3, dilation=4)], 13),
])
def test_receptive_fields_worked_by_hand(layers, field):
    assert summary(nn.Sequential(*layers), (1, 32, 32)).rows[-1].receptive_field == (field, field)


def test_a_signal_has_a_receptive_field_along_time_and_tokens_have_none():
    signal = nn.Sequential(nn.Conv1d(1, 4, 3), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(4, 1, 3))
    assert summary(signal, (1, 20)).rows[-1].receptive_field == (8,)
    assert summary(nn.Linear(6, 6), (6, 6)).rows[-1].receptive_field is None


def test_receptive_fields_of_known_networks():
    """VGG-16: 212 at the last pooling, AlexNet: 195 (Araujo et al., Computing Receptive Fields, 2019); ResNet-18: 435."""
    with torch.device("meta"):
        for build, name, field in (models.VGG16, "features.30", 212), (models.AlexNet, "features.14", 195), (
                models.ResNet18, "stages.7.residual.2.1", 435):
            rows = {row.name: row for row in summary(build(), (3, 224, 224)).rows}
            assert rows[name].receptive_field == (field, field)


@pytest.mark.parametrize("stack", [
    nn.Sequential(nn.Conv2d(1, 2, (3, 5), stride=(2, 1)), nn.AvgPool2d(3, stride=2), nn.Conv2d(2, 1, 3, dilation=(1, 2))),
    nn.Sequential(nn.Conv2d(1, 2, 3), nn.LocalResponseNorm(2), nn.AvgPool2d(2), nn.Conv2d(2, 1, 3), nn.ZeroPad2d(1)),
    nn.Sequential(nn.Conv2d(1, 2, 3, stride=3), nn.ConvTranspose2d(2, 1, 3, stride=3), nn.Conv2d(1, 1, 1)),
    nn.Sequential(nn.Conv2d(1, 2, 3), nn.AvgPool2d(2), nn.Upsample(scale_factor=2), nn.Conv2d(2, 1, 1)),
    nn.Sequential(nn.Conv2d(1, 2, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 3), nn.Unflatten(1, (3, 1, 1))),
    nn.Sequential(nn.Conv2d(1, 2, 5, stride=5), nn.Flatten(), nn.Linear(128, 3), nn.Unflatten(1, (3, 1, 1))),
], ids=["strides", "padded", "transposed", "upsampled", "averaged", "flattened"])
def test_the_receptive_field_is_where_the_gradient_is(stack):
    torch.manual_seed(3)
    x = torch.randn(1, 1, 40, 40, requires_grad=True)
    out = stack(x)
    out[0, :, out.shape[2] // 2, out.shape[3] // 2].abs().sum().backward()
    rows, columns = x.grad[0, 0].nonzero().T
    extent = (int(rows.max() - rows.min() + 1), int(columns.max() - columns.min() + 1))
    assert summary(stack, (1, 40, 40)).rows[-1].receptive_field == extent


def test_attention_is_counted_and_shown():
    rows = {row.name: row for row in summary(models.EncoderBlock(12, 3, 20), (5, 12)).rows}
    assert rows["attend"].multiply_adds == 2 * 5 * 5 * 12
    assert rows["attend"].parameters == 0
    assert rows["think.0"].multiply_adds == 5 * 12 * 20
    assert rows["norms.1"].receptive_field is None


def test_an_lstm_and_torchs_own_attention_are_counted():
    result = summary(models.CharacterModel(7, 32, 128), torch.zeros(3, 5, dtype=torch.long))
    assert result.multiply_adds == 5 * 4 * 128 * (32 + 128) + 5 * 128 * 7
    assert result.rows[1].parameters == 4 * 128 * (32 + 128 + 2)
    row, = summary(nn.TransformerEncoderLayer(12, 3, 20, batch_first=True).self_attn, *[(5, 12)] * 3).rows
    assert (row.parameters, row.multiply_adds) == (4 * 12 * 13, 4 * 5 * 12 * 12 + 2 * 5 * 5 * 12)


def test_a_shared_module_has_one_row_its_parameters_once_and_its_cost_twice():
    shared = nn.Linear(4, 4)
    result = summary(nn.Sequential(shared, nn.ReLU(), shared), (4,))
    assert [(row.name, row.parameters, row.multiply_adds) for row in result.rows] == [("0", 20, 32), ("1", 0, 0)]


def test_the_model_is_left_as_it_is():
    model = models.CifarResNet(1)
    before = {k: v.clone() for k, v in model.state_dict().items()}
    state = torch.get_rng_state()
    summary(model, (3, 8, 8))
    assert model.training and not model._forward_hooks and not model.stem._forward_pre_hooks
    assert all(torch.equal(before[k], v) and v.device.type == "cpu" for k, v in model.state_dict().items())
    assert torch.equal(state, torch.get_rng_state())


def test_frozen_parameters_are_told_apart():
    model = models.LeNet5()
    model[0].requires_grad_(False)
    result = summary(model, (1, 32, 32))
    assert result.parameters - result.trainable == 156
    assert "156 parameters are frozen" in str(result)


def test_the_table_shows_what_the_rows_say():
    text = str(summary(models.LeNet5(), (1, 32, 32)))
    for words in ("LeNet5", "16 × 10 × 10", "2,416", "240,000", "14 × 14", "61,706", "416,520", "depth 5"):
        assert words in text


def test_a_missing_shape_is_refused():
    with pytest.raises(ValueError, match=r"summary: expected the shape of an input, without the batch"):
        summary(models.LeNet5())
