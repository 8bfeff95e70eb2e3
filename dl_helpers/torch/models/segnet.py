"""SegNet: the encoder remembers where each maximum was, the decoder puts it back there."""

from torch import nn

__all__ = ["SegNet"]


class SegNet(nn.Module):
    """An encoder with max pooling and a mirrored decoder with max unpooling.

    images (N, channels, H, W) with H, W multiples of 2^stages -> scores (N, classes, H, W).
    Source: Badrinarayanan, Kendall, Cipolla, SegNet: A Deep Convolutional Encoder-Decoder Architecture, 2017.
    """

    def __init__(self, classes, channels=3, widths=(32, 64)):
        super().__init__()
        ins = (channels, *widths[:-1])
        self.encoder = nn.ModuleList([_conv(i, o) for i, o in zip(ins, widths)])
        self.decoder = nn.ModuleList([_conv(o, max(i, widths[0])) for i, o in zip(ins, widths)][::-1])
        self.pool, self.unpool = nn.MaxPool2d(2, return_indices=True), nn.MaxUnpool2d(2)
        self.scores = nn.Conv2d(widths[0], classes, 1)

    def forward(self, images):
        x, places = images, []
        for conv in self.encoder:
            x, index = self.pool(conv(x))
            places.append(index)
        for conv in self.decoder:
            x = conv(self.unpool(x, places.pop()))
        return self.scores(x)


def _conv(inputs, outputs):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())
