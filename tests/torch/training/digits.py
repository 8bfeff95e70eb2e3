"""A small training, the same in every process that imports this module."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn

from dl_helpers.torch.training import Trainer, accuracy, supervised


def digits(first, last):
    """Images (N, 64) in [0, 1] and labels (N,) of scikit-learn's digits."""
    data = load_digits()
    return torch.from_numpy(data.data[first:last] / 16).float(), torch.from_numpy(data.target[first:last])


TRAIN, VALIDATION = digits(0, 203), digits(203, 253)


def trainer(dropout=0.0, batch_norm=False, optimizer=None, hidden=24, scheduler=None, **options):
    """A Trainer of a small network, whose starting weights are always the same."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        norm = [nn.BatchNorm1d(hidden)] if batch_norm else []
        model = nn.Sequential(nn.Linear(64, hidden), *norm, nn.ReLU(), nn.Dropout(dropout), nn.Linear(hidden, 10))
    optimizer = optimizer(model.parameters()) if optimizer else torch.optim.Adam(model.parameters(), lr=0.01)
    options.setdefault("device", "cpu")
    return Trainer(model, optimizer, supervised(F.cross_entropy, accuracy=accuracy),
                   scheduler=scheduler and scheduler(optimizer), show=False, **options)
