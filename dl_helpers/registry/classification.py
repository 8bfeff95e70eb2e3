"""Losses of predicted classes, and divergences of distributions."""

import torch.nn.functional as F

from dl_helpers.registry.examples import integers, normal, uniform
from dl_helpers.registry.op import Op


def _labelled(rng, n, c, ignored=None):
    labels = integers(rng, n, high=c)
    if ignored is not None:
        labels[::3] = ignored
    return dict(scores=normal(rng, n, c, scale=2), labels=labels)


def _probabilities(rng, *shape):
    return dict(pred=uniform(rng, *shape, low=0.05, high=0.95), target=uniform(rng, *shape))


def _logits(rng, *shape):
    return dict(scores=normal(rng, *shape, scale=3), target=uniform(rng, *shape))


def _distributions(rng, n, c):
    target = uniform(rng, n, c)
    return dict(log_pred=normal(rng, n, c) - 3, target=target / target.sum(axis=1, keepdims=True))


def _latents(rng, *shape):
    return dict(mean=normal(rng, *shape), log_var=normal(rng, *shape))


def _hinge(scores, labels, margin):
    return scores.shape[1] * F.multi_margin_loss(scores, labels, margin=margin)     # torch divides by the classes too


def _gaussian_kl(mean, log_var):
    return -0.5 * (1 + log_var - mean.square() - log_var.exp()).sum(dim=1).mean()


_CLASSES = {
    "N 128, C 10": lambda rng: _labelled(rng, 128, 10),
    "N 64, C 1000": lambda rng: _labelled(rng, 64, 1000),
}

OPS = [
    Op("bce_loss", lambda rng: _probabilities(rng, 7, 3), torch=lambda pred, target: F.binary_cross_entropy(pred, target),
       gradients=["pred"], benchmarks={"N 128, 784 pixels": lambda rng: _probabilities(rng, 128, 784)}),
    Op("bce_with_logits_loss", lambda rng: _logits(rng, 7, 3),
       torch=lambda scores, target: F.binary_cross_entropy_with_logits(scores, target),
       gradients=["scores"], benchmarks={"N 128, 784 pixels": lambda rng: _logits(rng, 128, 784)}),
    Op("softmax_cross_entropy", lambda rng: _labelled(rng, 7, 5),
       torch=lambda scores, labels: F.cross_entropy(scores, labels), benchmarks=_CLASSES),
    Op("softmax_cross_entropy", lambda rng: _labelled(rng, 7, 5, ignored=-1), variant="smoothed, some ignored",
       torch=lambda scores, labels, **options: F.cross_entropy(scores, labels, **options),
       options={"label_smoothing": 0.1, "ignore_index": -1}),
    Op("multiclass_hinge_loss", lambda rng: _labelled(rng, 7, 5), torch=_hinge, options={"margin": 1.5},
       benchmarks=_CLASSES),
    Op("kl_divergence", lambda rng: _distributions(rng, 6, 4),
       torch=lambda log_pred, target: F.kl_div(log_pred, target, reduction="batchmean"), gradients=["log_pred"],
       benchmarks={"N 128, C 100": lambda rng: _distributions(rng, 128, 100)}),
    Op("gaussian_kl", lambda rng: _latents(rng, 6, 4), torch=_gaussian_kl,
       benchmarks={"N 128, 32 latents": lambda rng: _latents(rng, 128, 32)}),
]
