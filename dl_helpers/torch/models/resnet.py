"""Residual networks: a block learns what to add to its input."""

import torch.nn.functional as F
from torch import nn

__all__ = ["BasicBlock", "Bottleneck", "CifarResNet", "ResNet", "ResNet18", "ResNet50"]


def _conv(inputs, outputs, size, stride=1):
    """A convolution and its batch norm, whose shift makes a bias superfluous."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False),
        nn.BatchNorm2d(outputs),
    )


class BasicBlock(nn.Module):
    """out = relu(F(x) + x), with F two 3 × 3 convolutions.

    x (N, inputs, H, W) -> (N, outputs, H/stride, W/stride). The gradient of F(x) + x is that of F plus the identity:
    it reaches the layers below undamped. Where the shape changes, the shortcut is a 1 × 1 convolution, or another
    module given as `shortcut`.
    Source: He et al., Deep Residual Learning for Image Recognition, 2015.
    """

    expansion = 1

    def __init__(self, inputs, channels, stride=1, shortcut=None):
        super().__init__()
        self.residual = nn.Sequential(_conv(inputs, channels, 3, stride), nn.ReLU(), _conv(channels, channels, 3))
        self.shortcut = shortcut or _shortcut(inputs, channels, stride)

    def forward(self, x):
        return F.relu(self.residual(x) + self.shortcut(x))


class Bottleneck(nn.Module):
    """out = relu(F(x) + x), with F a 1 × 1 convolution down to few channels, one of 3 × 3 there, and a 1 × 1 up again.

    x (N, inputs, H, W) -> (N, 4·channels, H/stride, W/stride). The costly 3 × 3 convolution works on a quarter of the channels.
    """

    expansion = 4

    def __init__(self, inputs, channels, stride=1):
        super().__init__()
        self.residual = nn.Sequential(
            _conv(inputs, channels, 1), nn.ReLU(),
            _conv(channels, channels, 3, stride), nn.ReLU(),
            _conv(channels, 4 * channels, 1),
        )
        self.shortcut = _shortcut(inputs, 4 * channels, stride)

    def forward(self, x):
        return F.relu(self.residual(x) + self.shortcut(x))


def _shortcut(inputs, outputs, stride):
    return nn.Identity() if (inputs, stride) == (outputs, 1) else _conv(inputs, outputs, 1, stride)


class ResNet(nn.Module):
    """Four stages of residual blocks for ImageNet; each stage but the first halves the image and doubles the channels.

    images (N, 3, 224, 224), or larger -> scores (N, classes). block: the kind of block; depths: blocks in each stage.
    """

    def __init__(self, block, depths, classes=1000):
        super().__init__()
        self.stem = nn.Sequential(_conv(3, 64, 7, stride=2), nn.ReLU(), nn.MaxPool2d(3, stride=2, padding=1))
        stages, inputs = [], 64
        for i, depth in enumerate(depths):
            channels = 64 * 2**i
            for j in range(depth):
                stages.append(block(inputs, channels, stride=2 if i > 0 and j == 0 else 1))
                inputs = channels * block.expansion
        self.stages = nn.Sequential(*stages)
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, classes))

    def forward(self, images):
        return self.head(self.stages(self.stem(images)))


def ResNet18(classes=1000):
    """Eighteen layers of basic blocks; 11,689,512 parameters."""
    return ResNet(BasicBlock, (2, 2, 2, 2), classes)


def ResNet50(classes=1000):
    """Fifty layers of bottleneck blocks; 25,557,032 parameters."""
    return ResNet(Bottleneck, (3, 4, 6, 3), classes)


class CifarResNet(nn.Module):
    """The residual network of the paper for small images: three stages of 16, 32 and 64 channels, 6·n + 2 layers.

    images (N, channels, H, W), 32 × 32 in the paper -> scores (N, classes). n: blocks in each stage; n=3 is ResNet-20
    with 269,722 parameters. Its shortcuts have none: they skip every other pixel and fill new channels with zeros.
    """

    def __init__(self, n=3, classes=10, channels=3):
        super().__init__()
        blocks, inputs = [], 16
        for outputs in (16, 32, 64):
            for _ in range(n):
                grows = outputs != inputs
                blocks.append(BasicBlock(inputs, outputs, 2 if grows else 1, _SkipAndPad(outputs - inputs) if grows else None))
                inputs = outputs
        self.stem = nn.Sequential(_conv(channels, 16, 3), nn.ReLU())
        self.stages = nn.Sequential(*blocks)
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes))

    def forward(self, images):
        return self.head(self.stages(self.stem(images)))


class _SkipAndPad(nn.Module):
    """(N, C, H, W) -> (N, C + new, H/2, W/2): every other pixel, and zeros for the new channels."""

    def __init__(self, new):
        super().__init__()
        self.new = new

    def forward(self, x):
        return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, self.new))
