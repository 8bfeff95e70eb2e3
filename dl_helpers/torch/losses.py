"""Losses of predictions on torch tensors: scalars, the mean over the batch."""

from dl_helpers.arguments import same_shape

__all__ = ["l1_loss_backward", "l1_loss_forward", "mse_loss_backward", "mse_loss_forward"]


def mse_loss_forward(pred, target):
    """loss = 1/n Σ (pred - target)² for pred and target (N, ...) of one shape with n entries; returns loss and cache."""
    same_shape("mse_loss_forward", pred=pred, target=target)
    error = pred - target
    return error.square().mean(), error


def mse_loss_backward(dout, cache):
    """dpred = dout · 2/n (pred - target), of the shape (N, ...) of pred."""
    error = cache
    return dout * 2 / error.numel() * error


def l1_loss_forward(pred, target):
    """loss = 1/n Σ |pred - target| for pred and target (N, ...) of one shape with n entries; returns loss and cache."""
    same_shape("l1_loss_forward", pred=pred, target=target)
    error = pred - target
    return error.abs().mean(), error


def l1_loss_backward(dout, cache):
    """dpred = dout · 1/n sign(pred - target), of the shape (N, ...) of pred; 0 at the kink."""
    error = cache
    return dout / error.numel() * error.sign()
