"""Every network takes the shapes that its docstring names, and gradients reach every parameter."""

import pytest
import torch

from dl_helpers.torch import models

LARGE = {
    "LeNet5": (models.LeNet5, (2, 1, 32, 32), (2, 10)),
    "AlexNet": (models.AlexNet, (2, 3, 224, 224), (2, 1000)),
    "VGG16": (models.VGG16, (2, 3, 224, 224), (2, 1000)),
    "ResNet18": (models.ResNet18, (2, 3, 224, 224), (2, 1000)),
    "ResNet50": (models.ResNet50, (2, 3, 224, 224), (2, 1000)),
    "GoogLeNet": (models.GoogLeNet, (2, 3, 224, 224), (2, 1000)),
    "Xception": (models.Xception, (2, 3, 299, 299), (2, 1000)),
    "ViT": (models.ViT, (2, 3, 224, 224), (2, 1000)),
    "DCGANGenerator": (models.DCGANGenerator, (2, 100), (2, 3, 64, 64)),
    "DCGANDiscriminator": (models.DCGANDiscriminator, (2, 3, 64, 64), (2,)),
    "U-Net of the paper": (lambda: models.UNet(2, padding=0), (1, 1, 572, 572), (1, 2, 388, 388)),
}

SMALL = {
    "LeNet5": (models.LeNet5, (2, 1, 32, 32), (2, 10)),
    "CifarResNet": (lambda: models.CifarResNet(1), (2, 3, 16, 16), (2, 10)),
    "SmallGoogLeNet": (models.SmallGoogLeNet, (2, 1, 8, 8), (2, 10)),
    "Xception": (lambda: models.Xception(10, 1, width=1 / 16, middle=1), (2, 1, 32, 32), (2, 10)),
    "FCN": (lambda: models.FCN(5, widths=(4, 6, 8)), (2, 3, 16, 24), (2, 5, 16, 24)),
    "SegNet": (lambda: models.SegNet(5, widths=(4, 6)), (2, 3, 16, 24), (2, 5, 16, 24)),
    "UNet": (lambda: models.UNet(5, 3, width=4, depth=2), (2, 3, 16, 24), (2, 5, 16, 24)),
    "ViT": (lambda: models.ViT(10, 1, size=8, patch=2, dim=8, heads=2, layers=2, hidden=16), (2, 1, 8, 8), (2, 10)),
    "Autoencoder": (lambda: models.Autoencoder((1, 8, 8), code=3), (2, 1, 8, 8), (2, 1, 8, 8)),
    "Generator": (lambda: models.Generator((1, 8, 8), noise=5), (2, 5), (2, 1, 8, 8)),
    "Discriminator": (lambda: models.Discriminator((1, 8, 8)), (2, 1, 8, 8), (2,)),
    "DCGANGenerator": (lambda: models.DCGANGenerator(5, 1, width=2), (2, 5), (2, 1, 64, 64)),
    "DCGANDiscriminator": (lambda: models.DCGANDiscriminator(1, width=2), (2, 1, 64, 64), (2,)),
}


@pytest.mark.parametrize("name", LARGE)
def test_output_shape_of_the_full_size_network(name):
    build, shape, expected = LARGE[name]
    with torch.device("meta"):
        assert build()(torch.zeros(shape)).shape == expected


@pytest.mark.parametrize("name", SMALL)
def test_gradients_reach_every_parameter(name):
    build, shape, expected = SMALL[name]
    model = build()
    out = model(torch.randn(shape))
    assert out.shape == expected
    (out * torch.randn(out.shape)).sum().backward()
    for parameter, value in model.named_parameters():
        assert value.grad is not None and value.grad.isfinite().all(), f"{name}: {parameter} gets no finite gradient"
        assert value.grad.any(), f"{name}: the gradient of {parameter} is all zero"


def test_a_size_that_cannot_be_halved_is_refused():
    with pytest.raises(ValueError, match=r"FCN: images of 20 × 24 cannot be halved 3 times; expected multiples of 8"):
        models.FCN(5)(torch.zeros(1, 3, 20, 24))
    with pytest.raises(ValueError, match=r"ViT: patch is 3; expected a divisor of size = 8"):
        models.ViT(size=8, patch=3)


def test_dtype_follows_the_model():
    model = models.Transformer(5, 6, dim=8, heads=2, hidden=16).double()
    assert model(torch.zeros(1, 3, dtype=torch.long), torch.zeros(1, 4, dtype=torch.long)).dtype == torch.float64
