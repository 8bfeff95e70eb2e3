"""An autoencoder: through a narrow place and back."""

from itertools import pairwise
from math import prod

from torch import nn

__all__ = ["Autoencoder", "mlp"]


class Autoencoder(nn.Module):
    """Encodes an input into a few numbers and rebuilds it from them.

    x (N, *shape) -> rebuilt (N, *shape); `encode` and `decode` are the halves, with codes (N, code).
    widths: hidden layers of the encoder; the decoder mirrors them. Without hidden layers, with squared error, the best codes
    span the space of the first principal components. Train on noisy inputs and clean targets and it denoises.
    Source: Hinton, Salakhutdinov, Reducing the Dimensionality of Data with Neural Networks, 2006.
    """

    def __init__(self, shape, code=2, widths=(64,)):
        super().__init__()
        self.encoder = nn.Sequential(nn.Flatten(), mlp(prod(shape), *widths, code))
        self.decoder = nn.Sequential(mlp(code, *reversed(widths), prod(shape)), nn.Unflatten(1, tuple(shape)))

    def encode(self, x):
        return self.encoder(x)

    def decode(self, codes):
        return self.decoder(codes)

    def forward(self, x):
        return self.decode(self.encode(x))


def mlp(*sizes):
    """Affine layers of the given sizes with ReLU in between: mlp(64, 32, 10) maps (N, 64) to (N, 10)."""
    layers = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])
