"""The cost of every straight line: the bowl in which the pictures of linear regression move."""

import numpy as np

from dl_helpers.numpy import affine_forward
from dl_helpers.numpy.linear_regression import polynomial_features

GRID = 41      # nodes along each axis of a bowl
LEVELS = 12    # level lines


def around(center, x, y, also=()):
    """Limits of a bowl for intercept and slope: as far to each side of the minimum as the cost rises by 4 var(y).

    Along one axis the cost rises by d² · mean(feature²), and the features are 1 and x. `also`: points to be covered too.
    """
    reach = 2 * max(y.std(), 1e-3) / np.array([1.0, max(np.sqrt((x * x).mean()), 1e-3)])
    points = np.array([center - reach, center + reach, *also])
    return points.min(axis=0), points.max(axis=0)


def cost_bowl(loss_forward, x, y, low, high):
    """The cost of the lines of a grid, with levels that lie evenly on a parabola.

    loss_forward: (pred, target) -> (loss, cache); x, y: (N,); low, high: (2,) the corners (intercept, slope).
    Returns a dictionary with xlim, ylim, values (GRID, GRID) with a row for each slope, and levels.
    """
    intercepts, slopes = np.linspace(low[0], high[0], GRID), np.linspace(low[1], high[1], GRID)
    lines = np.stack(np.meshgrid(intercepts, slopes)).reshape(2, -1)                              # (2, GRID²)
    preds, _ = affine_forward(polynomial_features(x, 1), lines, np.zeros(lines.shape[1]))         # (N, GRID²)
    costs = np.array([loss_forward(pred, y)[0] for pred in preds.T])
    levels = costs.min() + (costs.max() - costs.min()) * (np.arange(1, LEVELS + 1) / (LEVELS + 1)) ** 2
    return {
        "xlim": [low[0], high[0]], "ylim": [low[1], high[1]],
        "values": costs.reshape(GRID, GRID), "levels": levels.tolist(),
    }
