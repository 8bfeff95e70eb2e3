"""U-Net: down for the meaning, up for the place, and skips in between."""

import torch
from torch import nn

__all__ = ["UNet"]


class UNet(nn.Module):
    """An encoder and a decoder; the decoder also sees the encoder's features of its own size.

    images (N, channels, H, W) -> scores (N, classes, H', W').
    width: channels of the first level, doubled at each of `depth` halvings. With padding=1 an image whose sides are
    multiples of 2^depth keeps its size; with padding=0, as in the paper, borders are lost (572 -> 388 at depth 4) and
    the skips are cropped. width=64, depth=4 is the paper's network with 31 million parameters.
    Source: Ronneberger, Fischer, Brox, U-Net: Convolutional Networks for Biomedical Image Segmentation, 2015.
    """

    def __init__(self, classes, channels=1, width=64, depth=4, padding=1):
        super().__init__()
        widths = [width * 2**i for i in range(depth + 1)]
        self.down = nn.ModuleList([_convs(i, o, padding) for i, o in zip([channels, *widths], widths)])
        self.pool = nn.MaxPool2d(2)
        self.up = nn.ModuleList([nn.ConvTranspose2d(2 * w, w, 2, stride=2) for w in reversed(widths[:-1])])
        self.merge = nn.ModuleList([_convs(2 * w, w, padding) for w in reversed(widths[:-1])])
        self.scores = nn.Conv2d(width, classes, 1)

    def forward(self, images):
        skips, x = [], self.down[0](images)
        for conv in self.down[1:]:
            skips.append(x)
            x = conv(self.pool(x))
        for up, merge in zip(self.up, self.merge):
            x = up(x)
            x = merge(torch.cat([_crop(skips.pop(), x), x], dim=1))
        return self.scores(x)


def _convs(inputs, outputs, padding):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=padding), nn.ReLU(),
        nn.Conv2d(outputs, outputs, 3, padding=padding), nn.ReLU(),
    )


def _crop(x, like):
    """The middle of x, as large as `like`."""
    top, left = ((a - b) // 2 for a, b in zip(x.shape[-2:], like.shape[-2:]))
    return x[..., top:top + like.shape[-2], left:left + like.shape[-1]]
