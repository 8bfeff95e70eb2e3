"""Optimizers with torch's names and update rules, on lists of NumPy arrays that they update in place."""

from dl_helpers.numpy.optim.gradient_descent import GD, descend
from dl_helpers.numpy.optim.optimizer import Optimizer

__all__ = ["GD", "Optimizer", "descend"]
