"""Layers that behave differently in training and in use, and the norms."""

import numpy as np

from dl_helpers.numpy.dropout import dropout_backward, dropout_forward
from dl_helpers.numpy.nn.layer import Layer
from dl_helpers.numpy.normalization import (
    batch_norm_backward,
    batch_norm_forward,
    group_norm_backward,
    group_norm_forward,
    layer_norm_backward,
    layer_norm_forward,
)

__all__ = ["BatchNorm", "Dropout", "GroupNorm", "LayerNorm"]


class Dropout(Layer):
    """In training drops entries with probability p and scales up the others by 1 / (1 - p); in use passes x on."""

    def __init__(self, p, rng):
        super().__init__(dropout_forward, dropout_backward, p=p, rng=rng)

    def forward(self, x):
        self.options["training"] = self.training
        return super().forward(x)


class _Norm(Layer):
    """Norms end in γ x̂ + β, with γ = 1 and β = 0 to begin with."""

    learned = ("gamma", "beta")

    def __init__(self, forward, backward, size, dtype, **options):
        super().__init__(forward, backward, **options)
        self.gamma, self.beta = np.ones(size, dtype), np.zeros(size, dtype)


class BatchNorm(_Norm):
    """Normalizes each feature or channel over the batch: (N, size, ...) of any rank, so one class serves for 1d and 2d.

    The running statistics, running_mean and running_var, are collected in training and used in use.
    """

    kept = ("running_mean", "running_var")

    def __init__(self, size, momentum=0.1, eps=1e-5, dtype=np.float32):
        super().__init__(batch_norm_forward, batch_norm_backward, size, dtype, momentum=momentum, eps=eps)
        self.running_mean, self.running_var = np.zeros(size, dtype), np.ones(size, dtype)

    def forward(self, x):
        running = dict(running_mean=self.running_mean, running_var=self.running_var, training=self.training)
        out, self.cache = batch_norm_forward(x, self.gamma, self.beta, **running, **self.options)
        self.running_mean, self.running_var = self.cache.running_mean, self.cache.running_var
        return out


class LayerNorm(_Norm):
    """Normalizes each sample along its last axis: (..., size)."""

    def __init__(self, size, eps=1e-5, dtype=np.float32):
        super().__init__(layer_norm_forward, layer_norm_backward, size, dtype, eps=eps)


class GroupNorm(_Norm):
    """Normalizes each sample over groups of channels: (N, channels, ...)."""

    def __init__(self, groups, channels, eps=1e-5, dtype=np.float32):
        super().__init__(group_norm_forward, group_norm_backward, channels, dtype, groups=groups, eps=eps)
