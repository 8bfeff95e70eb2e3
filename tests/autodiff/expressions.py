"""Expressions written once, for the engine and for torch: pairs of functions of arrays with scalar or array results."""

import numpy as np
import torch

import dl_helpers.autodiff as ad

# name -> (shapes of the arguments, function of the engine, function of torch)
EXPRESSIONS = {
    "polynomial": (((4,),), lambda x: (3 * x**3 - x / 2 + 1).sum(), lambda x: (3 * x**3 - x / 2 + 1).sum()),
    "used twice": (((3,),), lambda x: (x * x + x).sum() * x.mean(), lambda x: (x * x + x).sum() * x.mean()),
    "broadcasting": (((4, 3), (3,), (4, 1)), lambda x, b, c: ((x + b) * c - b / (1 + c * c)).sum(),
                     lambda x, b, c: ((x + b) * c - b / (1 + c * c)).sum()),
    "matrices": (((2, 4, 3), (3, 5), (5,)), lambda x, w, b: ad.tanh(x @ w + b).sum(),
                 lambda x, w, b: torch.tanh(x @ w + b).sum()),
    "vectors": (((3,), (3, 4), (4,)), lambda x, w, y: x @ w @ y, lambda x, w, y: x @ w @ y),
    "elementwise": (((5,),), lambda x: (ad.sin(x) * ad.cos(x) + ad.exp(-x * x) + ad.sigmoid(x)).sum(),
                    lambda x: (torch.sin(x) * torch.cos(x) + torch.exp(-x * x) + torch.sigmoid(x)).sum()),
    "logs and roots": (((5,),), lambda x: (ad.log(1 + x * x) + ad.sqrt(2 + x * x) + ad.abs(x)).sum(),
                       lambda x: (torch.log(1 + x * x) + torch.sqrt(2 + x * x) + torch.abs(x)).sum()),
    "powers": (((4,), (4,)), lambda x, y: ((1 + x * x) ** y + 2.0**x).sum(), lambda x, y: ((1 + x * x) ** y + 2.0**x).sum()),
    "cross-entropy": (((6, 4),), lambda s: (ad.logsumexp(s, axis=1) - s[np.arange(6), np.array([0, 1, 2, 3, 1, 1])]).mean(),
                      lambda s: (torch.logsumexp(s, 1) - s[torch.arange(6), torch.tensor([0, 1, 2, 3, 1, 1])]).mean()),
    "softmax": (((3, 4),), lambda s: (ad.softmax(s, axis=1) ** 2).sum(), lambda s: (torch.softmax(s, 1) ** 2).sum()),
    "relu and where": (((3, 4),), lambda x: (ad.relu(x) * x + ad.where(x > 0.1, x * x, -x)).sum(),
                       lambda x: (torch.relu(x) * x + torch.where(x > 0.1, x * x, -x)).sum()),
    "maxima": (((3, 4), (4,)), lambda x, y: ad.maximum(x, y).sum() + x.max(axis=0).sum() + ad.max(x),
               lambda x, y: torch.maximum(x, y).sum() + x.amax(0).sum() + x.amax()),
    "shapes": (((2, 3, 4),), lambda x: (x.transpose(2, 0, 1).reshape(4, 6)[1:, ::2] ** 2).sum(),
               lambda x: (x.permute(2, 0, 1).reshape(4, 6)[1:, ::2] ** 2).sum()),
    "an entry taken twice": (((4,),), lambda x: (x[np.array([0, 0, 3])] ** 3).sum(),
                             lambda x: (x[torch.tensor([0, 0, 3])] ** 3).sum()),
    "sums along axes": (((2, 3, 4),), lambda x: (x.sum(axis=(0, 2)) * x.mean(axis=1, keepdims=True).sum()).sum(),
                        lambda x: (x.sum((0, 2)) * x.mean(1, keepdim=True).sum()).sum()),
    "two layers": (((5, 3), (3, 4), (4,), (4, 2)),
                   lambda x, w, b, v: ((ad.relu(x @ w + b) @ v) ** 2).mean(),
                   lambda x, w, b, v: ((torch.relu(x @ w + b) @ v) ** 2).mean()),
}


def arguments(name, seed):
    """Random arguments of an expression, float64."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in EXPRESSIONS[name][0]]
