"""Fully convolutional network: a score for every pixel, from coarse to fine."""

import torch
from torch import nn

__all__ = ["FCN", "bilinear_kernel"]


class FCN(nn.Module):
    """A classifier whose affine layers became 1 × 1 convolutions, so that it answers at every place.

    images (N, channels, H, W) with H, W multiples of 2^stages -> scores (N, classes, H, W).
    Each stage halves the image. The scores of the last, coarse stage are doubled in size again and again, and at each size
    the scores of the stage of that size are added: what is there from the coarse ones, where it ends from the fine ones.
    widths: channels of each stage. Doubling starts as bilinear interpolation and is learned on.
    Source: Long, Shelhamer, Darrell, Fully Convolutional Networks for Semantic Segmentation, 2015.
    """

    def __init__(self, classes, channels=3, widths=(32, 64, 128)):
        super().__init__()
        stages, inputs = [], channels
        for width in widths:
            stages.append(nn.Sequential(
                nn.Conv2d(inputs, width, 3, padding=1), nn.ReLU(),
                nn.Conv2d(width, width, 3, padding=1), nn.ReLU(),
                nn.MaxPool2d(2),
            ))
            inputs = width
        self.stages = nn.ModuleList(stages)
        self.scores = nn.ModuleList([nn.Conv2d(width, classes, 1) for width in widths])
        self.upscale = nn.ModuleList([_doubling(classes) for _ in widths])

    def forward(self, images):
        height, width, step = *images.shape[-2:], 2 ** len(self.stages)
        if height % step or width % step:
            raise ValueError(f"FCN: images of {height} × {width} cannot be halved {len(self.stages)} times; "
                             f"expected multiples of {step}")
        features = [images]
        for stage in self.stages:
            features.append(stage(features[-1]))
        out = 0
        for score, upscale, x in reversed(list(zip(self.scores, self.upscale, features[1:]))):
            out = upscale(score(x) + out)
        return out


def _doubling(channels):
    """A transposed convolution of stride 2 that starts as bilinear interpolation of each channel."""
    layer = nn.ConvTranspose2d(channels, channels, 4, stride=2, padding=1, bias=False)
    with torch.no_grad():
        layer.weight.zero_()
        layer.weight[range(channels), range(channels)] = bilinear_kernel(4).to(layer.weight)
    return layer


def bilinear_kernel(size):
    """The (size, size) weights with which a transposed convolution of stride size/2 interpolates: a tent in each direction."""
    if size % 2:
        raise ValueError(f"bilinear_kernel: size is {size}; expected an even number, twice the stride")
    tent = 1 - (torch.arange(size) - (size - 1) / 2).abs() / (size // 2)
    return torch.outer(tent, tent)
