"""How far one distribution lies from another, on torch tensors."""

import torch

from dl_helpers.arguments import between, not_empty, same_shape

__all__ = ["gaussian_kl_backward", "gaussian_kl_forward", "kl_divergence_backward", "kl_divergence_forward"]


def kl_divergence_forward(log_pred, target):
    """loss = 1/N Σ p (log p - log q), 0 log 0 = 0, for log_pred = log q and target = p, both (N, ...); loss and cache."""
    same_shape("kl_divergence_forward", log_pred=log_pred, target=target)
    not_empty("kl_divergence_forward", log_pred=log_pred)
    between("kl_divergence_forward", 0, 1, target=target)
    terms = torch.where(target > 0, torch.xlogy(target, target) - target * log_pred, 0)
    return terms.sum() / len(target), target


def kl_divergence_backward(dout, cache):
    """dlog_pred = -dout · 1/N p, of the shape (N, ...) of log_pred."""
    target = cache
    return -dout / len(target) * target


def gaussian_kl_forward(mean, log_var):
    """loss = 1/N Σ ½ (μ² + σ² - 1 - log σ²) for mean μ and log_var log σ², both (N, ...); returns loss and cache."""
    same_shape("gaussian_kl_forward", mean=mean, log_var=log_var)
    not_empty("gaussian_kl_forward", mean=mean)
    var_minus_1 = torch.expm1(log_var)
    return 0.5 * (mean.square() + (var_minus_1 - log_var)).sum() / len(mean), (mean, var_minus_1)


def gaussian_kl_backward(dout, cache):
    """dmean = dout · 1/N μ, dlog_var = dout · 1/N ½ (σ² - 1), both (N, ...)."""
    mean, var_minus_1 = cache
    scale = dout / len(mean)
    return scale * mean, 0.5 * scale * var_minus_1
