"""A variational autoencoder: codes that are distributions, and a space to sample from."""

from math import prod

import torch
import torch.nn.functional as F
from torch import nn

from dl_helpers.torch.models.autoencoder import mlp

__all__ = ["VAE", "elbo_loss", "kl_to_standard_normal"]


class VAE(nn.Module):
    """Encodes x into a normal distribution of codes, draws one, and decodes it.

    x (N, *shape) in [0, 1] -> logits (N, *shape) of the pixels, mean (N, code), log_variance (N, code)
    code = mean + exp(log_variance / 2) · ε, ε standard normal: the draw is moved out of the way of the gradient.
    In evaluation mode the code is the mean.
    Source: Kingma, Welling, Auto-Encoding Variational Bayes, 2013.
    """

    def __init__(self, shape, code=2, widths=(64,)):
        super().__init__()
        self.code = code
        self.encoder = nn.Sequential(nn.Flatten(), mlp(prod(shape), *widths, 2 * code))
        self.decoder = nn.Sequential(mlp(code, *reversed(widths), prod(shape)), nn.Unflatten(1, tuple(shape)))

    def forward(self, x, generator=None):
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        codes = mean
        if self.training:
            noise = torch.randn(mean.shape, generator=generator, device=mean.device, dtype=mean.dtype)
            codes = mean + (log_variance / 2).exp() * noise
        return self.decoder(codes), mean, log_variance

    @torch.no_grad()
    def sample(self, n, generator=None):
        """n new samples (n, *shape) in [0, 1], decoded from standard normal codes."""
        like = next(self.parameters())
        codes = torch.randn((n, self.code), generator=generator, device=like.device, dtype=like.dtype)
        return self.decoder(codes).sigmoid()


def kl_to_standard_normal(mean, log_variance):
    """KL(N(mean, variance) || N(0, 1)) = ½ Σ (mean² + variance - log variance - 1): (N, code) -> (N,)."""
    return 0.5 * (mean.square() + log_variance.exp() - log_variance - 1).sum(dim=1)


def elbo_loss(x, logits, mean, log_variance, beta=1.0):
    """The negative evidence lower bound, a mean over the batch: loss, reconstruction, kl, three scalars.

    loss = reconstruction + β kl, where reconstruction is -log p(x | code) of Bernoulli pixels. Both are sums over pixels and
    codes: a mean over the pixels would make the KL term that many times stronger.
    """
    reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(dim=1).mean()
    kl = kl_to_standard_normal(mean, log_variance).mean()
    return reconstruction + beta * kl, reconstruction, kl
