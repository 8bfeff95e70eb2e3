"""AlexNet: eight layers, ReLU and dropout, and the end of hand-made features."""

from torch import nn

__all__ = ["AlexNet"]


class AlexNet(nn.Module):
    """The network that won ImageNet in 2012.

    images (N, 3, 224, 224) -> scores (N, classes); 60,965,224 parameters for 1000 classes.
    The second, fourth and fifth convolution see half of the channels each (groups=2): the halves lived on two GPUs.
    The paper's sizes work out for 224 × 224 with a padding of 2 in front of the first convolution.
    Source: Krizhevsky, Sutskever, Hinton, ImageNet Classification with Deep Convolutional Neural Networks, 2012.
    """

    def __init__(self, classes=1000):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 96, 11, stride=4, padding=2), nn.ReLU(), _brightness(), nn.MaxPool2d(3, stride=2),    # 224 -> 55 -> 27
            nn.Conv2d(96, 256, 5, padding=2, groups=2), nn.ReLU(), _brightness(), nn.MaxPool2d(3, stride=2),   # 27 -> 13
            nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(),
            nn.Conv2d(384, 384, 3, padding=1, groups=2), nn.ReLU(),
            nn.Conv2d(384, 256, 3, padding=1, groups=2), nn.ReLU(), nn.MaxPool2d(3, stride=2),                 # 13 -> 6
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Dropout(0.5), nn.Linear(256 * 6 * 6, 4096), nn.ReLU(),
            nn.Dropout(0.5), nn.Linear(4096, 4096), nn.ReLU(),
            nn.Linear(4096, classes),
        )

    def forward(self, images):
        return self.classifier(self.features(images))


def _brightness():
    """Local response normalization: a channel is damped where its neighbours are strong."""
    return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2)  # torch divides alpha by the 5 channels, the paper does not
