"""Losses of predictions: scalars, the mean over the batch."""

import numpy as np

from dl_helpers.arguments import same_shape

__all__ = ["l1_loss_backward", "l1_loss_forward", "mse_loss_backward", "mse_loss_forward"]


def mse_loss_forward(pred, target):
    """Mean squared error.

    loss = 1/n Σ (pred - target)²

    pred, target: (N, ...) of one shape with n entries. Returns the scalar loss and the cache.
    Raises ValueError when the shapes disagree: (N,) and (N, 1) would broadcast to (N, N) without a word.
    """
    same_shape("mse_loss_forward", pred=pred, target=target)
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
    Raises ValueError when the shapes disagree.
    """
    same_shape("l1_loss_forward", pred=pred, target=target)
    error = pred - target
    return np.abs(error).mean(), error


def l1_loss_backward(dout, cache):
    """dpred = dout · 1/n sign(pred - target), of the shape (N, ...) of pred.

    At the kink it is 0, where any slope in [-1, 1] would do.
    """
    error = cache
    return dout / error.size * np.sign(error)
