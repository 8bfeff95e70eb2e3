"""Xception: filter each channel by itself, then mix the channels."""

from torch import nn

__all__ = ["SeparableConv2d", "Xception", "XceptionBlock"]


class SeparableConv2d(nn.Sequential):
    """A depthwise convolution (one filter for each channel) and a 1 × 1 convolution that mixes the channels.

    x (N, inputs, H, W) -> (N, outputs, H, W). Its cost is 1/outputs + 1/size² of an ordinary convolution's.
    Source: Chollet, Xception: Deep Learning with Depthwise Separable Convolutions, 2017.
    """

    def __init__(self, inputs, outputs, size=3):
        super().__init__(
            nn.Conv2d(inputs, inputs, size, padding=size // 2, groups=inputs, bias=False),
            nn.Conv2d(inputs, outputs, 1, bias=False),
        )


class XceptionBlock(nn.Module):
    """Separable convolutions around which a shortcut leads.

    x (N, inputs, H, W) -> (N, widths[-1], H/stride, W/stride), with stride 1 or 2.
    widths: output channels of each convolution. first_relu=False where the input comes out of a ReLU already.
    """

    def __init__(self, inputs, widths, stride=2, first_relu=True):
        super().__init__()
        layers, channels = [], inputs
        for i, width in enumerate(widths):
            layers += [nn.ReLU()] * (i > 0 or first_relu) + [SeparableConv2d(channels, width), nn.BatchNorm2d(width)]
            channels = width
        if stride == 2:
            layers.append(nn.MaxPool2d(3, stride=2, padding=1))
        self.residual = nn.Sequential(*layers)
        self.shortcut = nn.Identity() if (inputs, stride) == (channels, 1) else _conv(inputs, channels, 1, stride)

    def forward(self, x):
        return self.residual(x) + self.shortcut(x)


class Xception(nn.Module):
    """Entry flow, middle flow, exit flow: 36 convolutions in 14 blocks.

    images (N, channels, 299, 299), or another size from 32 × 32 -> scores (N, classes).
    width scales all channels, middle counts the blocks of the middle flow: width=1, middle=8 is the paper's network
    with 22,855,952 parameters; width=1/8, middle=2 learns digits on a laptop.
    """

    def __init__(self, classes=1000, channels=3, width=1.0, middle=8):
        super().__init__()
        c32, c64, c128, c256, c728, c1024, c1536, c2048 = (
            round(width * c) for c in (32, 64, 128, 256, 728, 1024, 1536, 2048)
        )
        self.entry = nn.Sequential(
            _conv(channels, c32, 3, stride=2), nn.ReLU(), _conv(c32, c64, 3), nn.ReLU(),
            XceptionBlock(c64, (c128, c128), first_relu=False),
            XceptionBlock(c128, (c256, c256)),
            XceptionBlock(c256, (c728, c728)),
        )
        self.middle = nn.Sequential(*(XceptionBlock(c728, (c728, c728, c728), stride=1) for _ in range(middle)))
        self.exit = nn.Sequential(
            XceptionBlock(c728, (c728, c1024)),
            SeparableConv2d(c1024, c1536), nn.BatchNorm2d(c1536), nn.ReLU(),
            SeparableConv2d(c1536, c2048), nn.BatchNorm2d(c2048), nn.ReLU(),
        )
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c2048, classes))

    def forward(self, images):
        return self.head(self.exit(self.middle(self.entry(images))))


def _conv(inputs, outputs, size, stride=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False), nn.BatchNorm2d(outputs))
