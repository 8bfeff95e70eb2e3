"""VGG: only 3 × 3 convolutions, and many of them."""

from torch import nn

__all__ = ["VGG", "VGG11", "VGG16"]


class VGG(nn.Module):
    """Blocks of 3 × 3 convolutions, each block followed by a pooling that halves the image.

    images (N, 3, 224, 224) -> scores (N, classes). blocks: ((convolutions, channels), ...), one for each block.
    Two 3 × 3 convolutions see as far as one of 5 × 5, with 18 instead of 25 weights and one more nonlinearity.
    Source: Simonyan, Zisserman, Very Deep Convolutional Networks for Large-Scale Image Recognition, 2014.
    """

    def __init__(self, blocks, classes=1000):
        super().__init__()
        layers, inputs = [], 3
        for convolutions, channels in blocks:
            for _ in range(convolutions):
                layers += [nn.Conv2d(inputs, channels, 3, padding=1), nn.ReLU()]
                inputs = channels
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(inputs * 7 * 7, 4096), nn.ReLU(), nn.Dropout(0.5),
            nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(0.5),
            nn.Linear(4096, classes),
        )

    def forward(self, images):
        return self.classifier(self.features(images))


def VGG11(classes=1000):
    """The eleven-layer network A of the paper; 132,863,336 parameters."""
    return VGG(((1, 64), (1, 128), (2, 256), (2, 512), (2, 512)), classes)


def VGG16(classes=1000):
    """The sixteen-layer network D of the paper; 138,357,544 parameters."""
    return VGG(((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), classes)
