"""Vision Transformer: an image is a sentence of patches."""

import torch
from torch import nn

from dl_helpers.torch.models.transformer import Encoder

__all__ = ["ViT"]


class ViT(nn.Module):
    """Cuts an image into patches, embeds each, and lets a Transformer's encoder classify them.

    images (N, channels, size, size) -> scores (N, classes), read off an extra token in front of the patches.
    The defaults are ViT-B/16 of the paper with 86,567,656 parameters;
    ViT(10, 1, size=8, patch=2, dim=32, heads=4, layers=2, hidden=64) learns digits on a laptop.
    Source: Dosovitskiy et al., An Image is Worth 16x16 Words, 2020.
    """

    def __init__(self, classes=1000, channels=3, size=224, patch=16, dim=768, heads=12, layers=12, hidden=3072, dropout=0.0):
        super().__init__()
        if size % patch:
            raise ValueError(f"ViT: patch is {patch}; expected a divisor of size = {size}")
        self.embed = nn.Conv2d(channels, dim, patch, stride=patch)  # one affine map, the same for every patch
        self.answer = nn.Parameter(torch.zeros(1, 1, dim))
        self.position = nn.Parameter(torch.randn(1, 1 + (size // patch) ** 2, dim) * 0.02)
        self.encoder = Encoder(layers, dim, heads, hidden, dropout=dropout, first_norm=True)
        for block in self.encoder.blocks:
            block.think[1] = nn.GELU()
        self.scores = nn.Linear(dim, classes)

    def forward(self, images):
        patches = self.embed(images).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.answer.expand(len(patches), -1, -1), patches], dim=1)
        return self.scores(self.encoder(tokens + self.position)[:, 0])
