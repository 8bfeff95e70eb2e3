"""Generative adversarial networks: a forger and a detective."""

from math import prod

import torch
import torch.nn.functional as F
from torch import nn

__all__ = ["DCGANDiscriminator", "DCGANGenerator", "Discriminator", "Generator", "discriminator_loss", "generator_loss"]


class Generator(nn.Sequential):
    """noise (N, noise) -> images (N, *shape) in [-1, 1]."""

    def __init__(self, shape, noise=16, hidden=128):
        super().__init__(
            nn.Linear(noise, hidden), nn.LeakyReLU(0.2),
            nn.Linear(hidden, hidden), nn.LeakyReLU(0.2),
            nn.Linear(hidden, prod(shape)), nn.Tanh(), nn.Unflatten(1, tuple(shape)),
        )


class Discriminator(nn.Sequential):
    """images (N, *shape) -> logits (N,): large for what looks real."""

    def __init__(self, shape, hidden=128):
        super().__init__(
            nn.Flatten(),
            nn.Linear(prod(shape), hidden), nn.LeakyReLU(0.2),
            nn.Linear(hidden, hidden), nn.LeakyReLU(0.2),
            nn.Linear(hidden, 1), nn.Flatten(0),
        )


class DCGANGenerator(nn.Sequential):
    """noise (N, noise) -> images (N, channels, 64, 64) in [-1, 1], by transposed convolutions.

    Source: Radford, Metz, Chintala, Unsupervised Representation Learning with Deep Convolutional GANs, 2015.
    """

    def __init__(self, noise=100, channels=3, width=64):
        layers = [nn.Unflatten(1, (noise, 1, 1)), nn.ConvTranspose2d(noise, 8 * width, 4, bias=False)]      # 1 -> 4
        for inputs in (8 * width, 4 * width, 2 * width):                                                    # 4 -> 8 -> 16 -> 32
            layers += [nn.BatchNorm2d(inputs), nn.ReLU(), nn.ConvTranspose2d(inputs, inputs // 2, 4, 2, 1, bias=False)]
        layers += [nn.BatchNorm2d(width), nn.ReLU(), nn.ConvTranspose2d(width, channels, 4, 2, 1, bias=False), nn.Tanh()]
        super().__init__(*layers)


class DCGANDiscriminator(nn.Sequential):
    """images (N, channels, 64, 64) -> logits (N,), by convolutions of stride 2."""

    def __init__(self, channels=3, width=64):
        layers = [nn.Conv2d(channels, width, 4, 2, 1, bias=False), nn.LeakyReLU(0.2)]
        for inputs in (width, 2 * width, 4 * width):
            layers += [nn.Conv2d(inputs, 2 * inputs, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * inputs), nn.LeakyReLU(0.2)]
        super().__init__(*layers, nn.Conv2d(8 * width, 1, 4, bias=False), nn.Flatten(0))


def discriminator_loss(discriminator, real, fake):
    """-E log D(real) - E log(1 - D(fake)): a scalar. `fake` is cut off its generator, which must not learn from this loss."""
    on_real, on_fake = discriminator(real), discriminator(fake.detach())
    return (F.binary_cross_entropy_with_logits(on_real, torch.ones_like(on_real))
            + F.binary_cross_entropy_with_logits(on_fake, torch.zeros_like(on_fake)))


def generator_loss(discriminator, fake):
    """-E log D(fake), a scalar.

    The game's own E log(1 - D(fake)) has next to no slope while the fakes are bad; this loss, with the same fixed point,
    is steep there (the non-saturating loss). It also leaves gradients in the discriminator: clear them before its own step.
    Source: Goodfellow et al., Generative Adversarial Nets, 2014.
    """
    on_fake = discriminator(fake)
    return F.binary_cross_entropy_with_logits(on_fake, torch.ones_like(on_fake))
