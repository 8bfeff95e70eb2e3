"""Losses of predicted numbers: scalars, the mean over the batch.

The mean over an empty batch is undefined. A loss refuses it with a ValueError: NaN would spread into the weights, and 0 would
pass for a perfect prediction.
"""

import numpy as np

from dl_helpers.arguments import above_zero, not_empty, positive, same_shape

__all__ = [
    "gaussian_nll_loss_backward", "gaussian_nll_loss_forward", "huber_loss_backward", "huber_loss_forward",
    "l1_loss_backward", "l1_loss_forward", "mse_loss_backward", "mse_loss_forward",
]


def mse_loss_forward(pred, target):
    """Mean squared error.

    loss = 1/n Σ (pred - target)²

    pred, target: (N, ...) of one shape with n entries. Returns the scalar loss and the cache.
    Raises ValueError for an empty batch and when the shapes disagree: (N,) and (N, 1) would broadcast to (N, N) without a word.
    """
    same_shape("mse_loss_forward", pred=pred, target=target)
    not_empty("mse_loss_forward", pred=pred)
    error = pred - target
    return (error * error).mean(), error


def mse_loss_backward(dout, cache):
    """dpred = dout · 2/n (pred - target), of the shape (N, ...) of pred."""
    error = cache
    return dout * 2 / error.size * error


def l1_loss_forward(pred, target):
    """Mean absolute error.

    loss = 1/n Σ |pred - target|

    pred, target: (N, ...) of one shape with n entries. Returns the scalar loss and the cache.
    Raises ValueError when the shapes disagree or the batch is empty.
    """
    same_shape("l1_loss_forward", pred=pred, target=target)
    not_empty("l1_loss_forward", pred=pred)
    error = pred - target
    return np.abs(error).mean(), error


def l1_loss_backward(dout, cache):
    """dpred = dout · 1/n sign(pred - target), of the shape (N, ...) of pred.

    At the kink it is 0, where any slope in [-1, 1] would do.
    """
    error = cache
    return dout / error.size * np.sign(error)


def huber_loss_forward(pred, target, delta=1.0):
    """Squared error for small errors, absolute error for large ones: smooth like the one, robust like the other.

    loss = 1/n Σ ½ e²  where |e| ≤ δ,  else δ (|e| - ½ δ);   e = pred - target

    pred, target: (N, ...) of one shape with n entries; delta: δ > 0. Returns the scalar loss and the cache.
    Raises ValueError when the shapes disagree or the batch is empty.
    Source: Huber, Robust Estimation of a Location Parameter, 1964.
    """
    same_shape("huber_loss_forward", pred=pred, target=target)
    not_empty("huber_loss_forward", pred=pred)
    delta = positive("huber_loss_forward", "delta", delta)
    error = pred - target
    clipped = np.clip(error, -delta, delta)
    return (clipped * (error - 0.5 * clipped)).mean(), clipped      # both cases in one product


def huber_loss_forward_naive(pred, target, delta=1.0):
    """loss = 1/n Σ ½ e² where |e| ≤ δ, else δ (|e| - ½ δ)."""
    error = np.abs(pred - target)
    loss = np.where(error <= delta, 0.5 * error**2, delta * (error - 0.5 * delta)).mean()
    return loss, np.clip(pred - target, -delta, delta)


def huber_loss_backward(dout, cache):
    """dpred = dout · 1/n e, where e = pred - target is clipped to [-δ, δ]; of the shape (N, ...) of pred."""
    clipped = cache
    return dout / clipped.size * clipped


def gaussian_nll_loss_forward(pred, target, var, full=False):
    """Mean negative log likelihood of the targets under normal distributions with predicted means and variances.

    loss = 1/n Σ ½ (log σ² + (target - pred)²/σ²)    (+ ½ log 2π with full=True)

    pred: (N, ...) means; target: (N, ...); var: (N, ...) variances σ² > 0 (not standard deviations).
    The constant ½ log 2π moves no gradient and is left out by default. Returns the scalar loss and the cache.
    Raises ValueError when the shapes disagree, a variance is not positive or the batch is empty.
    Source: Nix and Weigend, Estimating the Mean and Variance of the Target Probability Distribution, 1994.
    """
    same_shape("gaussian_nll_loss_forward", pred=pred, target=target)
    same_shape("gaussian_nll_loss_forward", pred=pred, var=var)
    not_empty("gaussian_nll_loss_forward", pred=pred)
    above_zero("gaussian_nll_loss_forward", var=var)
    error = pred - target
    constant = 0.5 * float(np.log(2 * np.pi)) if full else 0
    return 0.5 * (np.log(var) + error * error / var).mean() + constant, (error, var)


def gaussian_nll_loss_backward(dout, cache):
    """dpred = dout · 1/n (pred - target)/σ², dvar = dout · 1/n ½ (1/σ² - (pred - target)²/σ⁴), both (N, ...)."""
    error, var = cache
    scale = dout / error.size
    standardized = error / var
    return scale * standardized, scale * 0.5 * (1 / var - standardized * standardized)
