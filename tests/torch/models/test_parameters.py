"""Parameter counts against the published ones. The meta device has shapes and no numbers, so that 138 million cost nothing."""

import pytest
import torch
from torch import nn

from dl_helpers.torch import models

PUBLISHED = {
    "LeNet-5, 1998: about 60 k": (lambda: models.LeNet5(), 61_706),
    "AlexNet, 2012: 60 million": (lambda: models.AlexNet(), 60_965_224),
    "VGG-11, 2014": (lambda: models.VGG11(), 132_863_336),
    "VGG-16, 2014": (lambda: models.VGG16(), 138_357_544),
    "ResNet-18, 2015": (lambda: models.ResNet18(), 11_689_512),
    "ResNet-50, 2015": (lambda: models.ResNet50(), 25_557_032),
    "ResNet-20 for CIFAR, 2015: 0.27 M": (lambda: models.CifarResNet(3), 269_722),
    "GoogLeNet, 2014: 7.0 M": (lambda: models.GoogLeNet(), 6_998_552),
    "Xception, 2017: 22,855,952": (lambda: models.Xception(), 22_855_952),
    "U-Net, 2015: 31.0 M": (lambda: models.UNet(2), 31_030_658),
    "ViT-B/16, 2020: 86 M": (lambda: models.ViT(), 86_567_656),
    "DCGAN generator, 2015": (lambda: models.DCGANGenerator(), 3_576_704),
    "DCGAN discriminator, 2015": (lambda: models.DCGANDiscriminator(), 2_765_568),
    "GCN on Cora, 2017": (lambda: models.GCN(1433, 16, 7), 23_063),
}


def count(model):
    return sum(p.numel() for p in model.parameters())


@pytest.mark.parametrize("name", PUBLISHED)
def test_parameter_count_is_the_published_one(name):
    build, published = PUBLISHED[name]
    with torch.device("meta"):
        assert count(build()) == published


def test_transformer_stacks_have_the_parameters_of_torchs_transformer():
    with torch.device("meta"):
        base = nn.Transformer(512, 8, 6, 6, 2048, batch_first=True)
        ours = nn.ModuleList([models.Encoder(6, 512, 8, 2048), models.Decoder(6, 512, 8, 2048)])
    assert count(ours) == count(base) == 44_140_544


# Table 1 of the GoogLeNet paper: weights of each inception block, in units of 1024. (Its entries for 4a, 4c and 5a do not
# follow from its own widths.)
@pytest.mark.parametrize("block, thousands", [(0, 159), (1, 380), (4, 437), (6, 580), (7, 840), (10, 1388)])
def test_inception_blocks_have_the_weights_of_the_papers_table(block, thousands):
    with torch.device("meta"):
        inception = models.GoogLeNet().blocks[block]
    weights = sum(p.numel() for p in inception.parameters() if p.ndim == 4)
    assert weights / 1024 == pytest.approx(thousands, rel=0.025)


def test_a_separable_convolution_costs_the_quoted_share_of_an_ordinary_one():
    separable, ordinary = models.SeparableConv2d(32, 64, 3), nn.Conv2d(32, 64, 3, bias=False)
    assert count(separable) / count(ordinary) == pytest.approx(1 / 64 + 1 / 9)
