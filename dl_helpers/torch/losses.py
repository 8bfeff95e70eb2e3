"""Losses of predicted numbers on torch tensors: scalars, the mean over the batch, which must not be empty."""

import math

import torch
import torch.nn.functional as F

from dl_helpers.arguments import above_zero, not_empty, positive, same_shape
from dl_helpers.torch.kernels import MEAN, aten, scalar

__all__ = [
    "gaussian_nll_loss_backward", "gaussian_nll_loss_forward", "huber_loss_backward", "huber_loss_forward",
    "l1_loss_backward", "l1_loss_forward", "mse_loss_backward", "mse_loss_forward",
]


def mse_loss_forward(pred, target):
    """loss = 1/n Σ (pred - target)² for pred and target (N, ...) of one shape with n entries; returns loss and cache."""
    same_shape("mse_loss_forward", pred=pred, target=target)
    not_empty("mse_loss_forward", pred=pred)
    return F.mse_loss(pred, target), (pred, target)


def mse_loss_backward(dout, cache):
    """dpred = dout · 2/n (pred - target), of the shape (N, ...) of pred."""
    pred, target = cache
    return aten.mse_loss_backward(scalar(dout, pred), pred, target, MEAN)


def l1_loss_forward(pred, target):
    """loss = 1/n Σ |pred - target| for pred and target (N, ...) of one shape with n entries; returns loss and cache."""
    same_shape("l1_loss_forward", pred=pred, target=target)
    not_empty("l1_loss_forward", pred=pred)
    error = pred - target
    return error.abs().mean(), error


def l1_loss_backward(dout, cache):
    """dpred = dout · 1/n sign(pred - target), of the shape (N, ...) of pred; 0 at the kink."""
    error = cache
    return dout / error.numel() * error.sign()


def huber_loss_forward(pred, target, delta=1.0):
    """loss = 1/n Σ ½ e² where |e| ≤ δ, else δ (|e| - ½ δ), e = pred - target of one shape (N, ...); returns loss and cache."""
    same_shape("huber_loss_forward", pred=pred, target=target)
    not_empty("huber_loss_forward", pred=pred)
    delta = positive("huber_loss_forward", "delta", delta)
    return F.huber_loss(pred, target, delta=delta), (pred, target, delta)


def huber_loss_backward(dout, cache):
    """dpred = dout · 1/n e, where e = pred - target is clipped to [-δ, δ]; of the shape (N, ...) of pred."""
    pred, target, delta = cache
    return aten.huber_loss_backward(scalar(dout, pred), pred, target, MEAN, delta)


def gaussian_nll_loss_forward(pred, target, var, full=False):
    """loss = 1/n Σ ½ (log σ² + (target - pred)²/σ²) (+ ½ log 2π) for pred, target, var (N, ...); returns loss and cache."""
    same_shape("gaussian_nll_loss_forward", pred=pred, target=target)
    same_shape("gaussian_nll_loss_forward", pred=pred, var=var)
    not_empty("gaussian_nll_loss_forward", pred=pred)
    above_zero("gaussian_nll_loss_forward", var=var)
    error = pred - target
    constant = 0.5 * math.log(2 * math.pi) if full else 0
    return 0.5 * (torch.log(var) + error.square() / var).mean() + constant, (error, var)


def gaussian_nll_loss_backward(dout, cache):
    """dpred = dout · 1/n (pred - target)/σ², dvar = dout · 1/n ½ (1/σ² - (pred - target)²/σ⁴), both (N, ...)."""
    error, var = cache
    scale = dout / error.numel()
    standardized = error / var
    return scale * standardized, scale * 0.5 * (1 / var - standardized.square())
