"""How far one distribution lies from another: scalars, the mean over the batch, which must not be empty."""

import numpy as np

from dl_helpers.arguments import between, not_empty, same_shape

__all__ = ["gaussian_kl_backward", "gaussian_kl_forward", "kl_divergence_backward", "kl_divergence_forward"]


def kl_divergence_forward(log_pred, target):
    """Kullback-Leibler divergence of predicted distributions q from target distributions p.

    loss = KL(p ‖ q) = 1/N Σ_n Σ_c p_nc (log p_nc - log q_nc),   with 0 log 0 = 0

    log_pred: (N, ...) log probabilities log q (from log_softmax); target: (N, ...) probabilities p in [0, 1].
    The sum over classes is divided by the N of the batch, not by the number of entries. It is 0 when q = p, infinite
    when q excludes what p allows. Returns the scalar loss and the cache.
    Raises ValueError when the shapes disagree, a target lies outside [0, 1] or the batch is empty.
    Source: Kullback and Leibler, On Information and Sufficiency, 1951.
    """
    same_shape("kl_divergence_forward", log_pred=log_pred, target=target)
    not_empty("kl_divergence_forward", log_pred=log_pred)
    between("kl_divergence_forward", 0, 1, target=target)
    log_target = np.log(np.maximum(target, np.finfo(target.dtype).tiny))
    with np.errstate(invalid="ignore"):     # 0 · ∞ where both distributions exclude a class: it adds nothing
        terms = target * (log_target - log_pred)
    loss = terms.sum() if np.isfinite(log_pred).all() else terms[target > 0].sum()
    return loss / len(target), target


def kl_divergence_backward(dout, cache):
    """dlog_pred = -dout · 1/N p, of the shape (N, ...) of log_pred."""
    target = cache
    return -dout / len(target) * target


def gaussian_kl_forward(mean, log_var):
    """Divergence of diagonal normal distributions from the standard normal one: the prior's pull in a variational autoencoder.

    loss = KL(N(μ, σ²) ‖ N(0, 1)) = 1/N Σ_n Σ_d ½ (μ² + σ² - 1 - log σ²)

    mean: (N, ...) μ; log_var: (N, ...) log σ². A sum over the latent dimensions, the mean over the N of the batch.
    Returns the scalar loss and the cache. Raises ValueError when the shapes disagree or the batch is empty.
    Source: Kingma and Welling, Auto-Encoding Variational Bayes, 2014, appendix B.
    """
    same_shape("gaussian_kl_forward", mean=mean, log_var=log_var)
    not_empty("gaussian_kl_forward", mean=mean)
    var_minus_1 = np.expm1(log_var)
    return 0.5 * (mean * mean + (var_minus_1 - log_var)).sum() / len(mean), (mean, var_minus_1)


def gaussian_kl_backward(dout, cache):
    """dmean = dout · 1/N μ, dlog_var = dout · 1/N ½ (σ² - 1), both (N, ...)."""
    mean, var_minus_1 = cache
    scale = dout / len(mean)
    return scale * mean, 0.5 * scale * var_minus_1
