"""Inception: several filter sizes side by side, made affordable by 1 × 1 convolutions."""

import torch
from torch import nn

__all__ = ["GoogLeNet", "Inception", "SmallGoogLeNet"]


def _conv(inputs, outputs, size, **options):
    return nn.Sequential(nn.Conv2d(inputs, outputs, size, padding=size // 2, **options), nn.ReLU())


class Inception(nn.Module):
    """Four branches whose channels are put side by side: 1 × 1, 3 × 3, 5 × 5, and a pooling.

    x (N, inputs, H, W) -> (N, one + three + five + pool, H, W).
    one, three, five, pool: output channels of each branch; reduce3, reduce5: channels that a 1 × 1 convolution
    leaves in front of the large filters. With 5 × 5, from 192 to 32 channels at 28 × 28, a reduction to 16 saves nine
    tenths of the work: 12.4 instead of 120.4 million multiplications.
    Source: Szegedy et al., Going Deeper with Convolutions, 2014.
    """

    def __init__(self, inputs, one, reduce3, three, reduce5, five, pool):
        super().__init__()
        self.branches = nn.ModuleList([
            _conv(inputs, one, 1),
            nn.Sequential(_conv(inputs, reduce3, 1), _conv(reduce3, three, 3)),
            nn.Sequential(_conv(inputs, reduce5, 1), _conv(reduce5, five, 5)),
            nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), _conv(inputs, pool, 1)),
        ])
        self.outputs = one + three + five + pool

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], dim=1)


def _stack(inputs, table):
    """Inception blocks one after the other; None in the table is a pooling that halves the image."""
    layers = []
    for row in table:
        layers.append(nn.MaxPool2d(3, stride=2, padding=1) if row is None else Inception(inputs, *row))
        inputs = inputs if row is None else layers[-1].outputs
    return nn.Sequential(*layers), inputs


def _head(inputs, classes, dropout):
    """The mean over the image instead of a large affine layer: most of AlexNet's parameters sit there."""
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout), nn.Linear(inputs, classes))


class GoogLeNet(nn.Module):
    """Nine inception blocks: 22 layers, and a tenth of AlexNet's parameters.

    images (N, 3, 224, 224) -> scores (N, classes). The paper's two auxiliary classifiers, which it drops after training,
    are left out.
    """

    TABLE = (
        (64, 96, 128, 16, 32, 32), (128, 128, 192, 32, 96, 64), None,                               # 3a 3b
        (192, 96, 208, 16, 48, 64), (160, 112, 224, 24, 64, 64), (128, 128, 256, 24, 64, 64),       # 4a 4b 4c
        (112, 144, 288, 32, 64, 64), (256, 160, 320, 32, 128, 128), None,                           # 4d 4e
        (256, 160, 320, 32, 128, 128), (384, 192, 384, 48, 128, 128),                               # 5a 5b
    )

    def __init__(self, classes=1000):
        super().__init__()
        self.stem = nn.Sequential(
            _conv(3, 64, 7, stride=2), nn.MaxPool2d(3, stride=2, padding=1), nn.LocalResponseNorm(5),
            _conv(64, 64, 1), _conv(64, 192, 3), nn.LocalResponseNorm(5), nn.MaxPool2d(3, stride=2, padding=1),
        )
        self.blocks, outputs = _stack(192, self.TABLE)
        self.head = _head(outputs, classes, dropout=0.4)

    def forward(self, images):
        return self.head(self.blocks(self.stem(images)))


class SmallGoogLeNet(nn.Module):
    """The same idea for small images: three inception blocks.

    images (N, channels, H, W) of any size from 8 × 8 -> scores (N, classes).
    """

    def __init__(self, classes=10, channels=1):
        super().__init__()
        self.stem = _conv(channels, 16, 3)
        self.blocks, outputs = _stack(16, (
            (8, 8, 16, 4, 8, 8), None,
            (16, 16, 32, 4, 8, 8), (16, 16, 32, 4, 8, 8),
        ))
        self.head = _head(outputs, classes, dropout=0.0)

    def forward(self, images):
        return self.head(self.blocks(self.stem(images)))
