"""LeNet-5: convolve, subsample, convolve, subsample, classify."""

from torch import nn

__all__ = ["LeNet5"]


class LeNet5(nn.Sequential):
    """The network that read the digits on bank cheques.

    images (N, channels, 32, 32) -> scores (N, classes); 61,706 parameters for ten grey digits, about 60 k as in the paper.
    The paper's subsampling has a weight for each map, and its second convolution leaves out some connections; today
    both are plain, as here. Digits of 28 × 28 are padded to 32 × 32 first, which keeps strokes away from the border.
    Source: LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998.
    """

    def __init__(self, classes=10, channels=1):
        super().__init__(
            nn.Conv2d(channels, 6, 5), nn.Tanh(), nn.AvgPool2d(2),      # 32 -> 28 -> 14
            nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),            # 14 -> 10 -> 5
            nn.Flatten(),
            nn.Linear(16 * 5 * 5, 120), nn.Tanh(),
            nn.Linear(120, 84), nn.Tanh(),
            nn.Linear(84, classes),
        )
