"""Gradient descent on the cost bowl of a straight line."""

import numpy as np
import traitlets

from dl_helpers.arguments import shapes
from dl_helpers.numpy import affine_backward, affine_forward, mse_loss_backward, mse_loss_forward
from dl_helpers.numpy.linear_regression import least_squares, polynomial_features
from dl_helpers.numpy.optim import descend
from dl_helpers.viz import descent
from dl_helpers.widgets.bowl import around, cost_bowl
from dl_helpers.widgets.figure import STATIC, Figure, state


class DescentBowl(Figure):
    """Gradient descent on the mean squared error of a line y ≈ θ₀ + θ₁ x.

    x, y: (N,) the data. State: lr, the learning rate η; start, the pair (θ₀, θ₁) it begins at; steps, how many;
    step, the one that is shown; standardize, whether x is replaced by (x - mean) / std.
    Try: raise η slowly past the mark 2/L, where the path no longer comes to rest. Standardize, and see the valley become round.
    """

    _esm = STATIC / "descent_bowl.js"
    computed_from = ("lr", "start", "steps", "standardize")

    lr = state(traitlets.CFloat(0.1))
    start = state(traitlets.List(traitlets.CFloat(), minlen=2, maxlen=2))
    steps = state(traitlets.CInt(50))
    step = state(traitlets.CInt(0))
    standardize = state(traitlets.Bool(False))
    unit = state(traitlets.Unicode(""))

    def __init__(self, x, y, **values):
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        shapes("DescentBowl: x (N), y (N)", x, y)
        self._data = x, y
        values.setdefault("title", "Gradient descent on the cost bowl")
        values.setdefault("caption", (
            "Left: level lines of the cost over intercept and slope; the path starts at the square, which can be dragged, "
            "and the cross marks the least-squares solution. Right: the cost after each step, on a logarithmic axis."
        ))
        values.setdefault("start", [float(y.mean() + 1.5 * y.std()), 0.0])
        values.setdefault("lr", 0.5 / largest_curvature(self._feature(values.get("standardize", False))))
        super().__init__(**values)
        self.observe(self._keep_the_line, names="standardize")

    def _feature(self, standardize):
        x, _ = self._data
        return (x - x.mean()) / x.std() if standardize else x

    def _keep_the_line(self, change):
        """Start from the same line as before, in the new coordinates."""
        x, _ = self._data
        mean, std = x.mean(), x.std()
        intercept, slope = self.start
        self.start = [intercept + slope * mean, slope * std] if change.new else [intercept - slope / std * mean, slope / std]

    def gradient(self, theta):
        """∇L(θ) = 2/n Xᵀ(Xθ - y), as the backward passes of the loss and of the affine layer give it. theta: (2,)."""
        x, y = self._feature(self.standardize), self._data[1]
        pred, affine = affine_forward(polynomial_features(x, 1), theta[:, None], np.zeros(1))
        _, loss = mse_loss_forward(pred, y[:, None])
        _, dtheta, _ = affine_backward(mse_loss_backward(1.0, loss), affine)
        return dtheta[:, 0]

    def costs(self, path):
        """The mean squared error at each point of a path (K, 2)."""
        design, y = polynomial_features(self._feature(self.standardize), 1), self._data[1]
        return np.array([mse_loss_forward(design @ theta, y)[0] for theta in path])

    def _level_of_the_start(self, best):
        """Two corners that hold all lines as cheap as the start: a descent that converges never leaves them.

        The cost is L(θ*) + ½ dᵀ H d, so where it is at most L(start) each |d_i| ≤ √(2 (L(start) - L(θ*)) (H⁻¹)_ii).
        """
        start, least = self.costs([self.start, best])
        inverse = np.linalg.inv(hessian(self._feature(self.standardize)))
        reach = 1.05 * np.sqrt(2 * max(start - least, 0) * inverse.diagonal())
        return best - reach, best + reach

    def compute(self):
        x, y = self._feature(self.standardize), self._data[1]
        if not 1 <= self.steps <= 5000:
            raise ValueError(f"steps is {self.steps}; expected 1 to 5000")
        path = descend(self.gradient, self.start, self.lr, self.steps)
        costs = self.costs(path)
        best = least_squares(polynomial_features(x, 1), y)
        border = 2 / largest_curvature(x)
        low, high = around(best, x, y, also=self._level_of_the_start(best))
        # the border of convergence is crossed where the cost keeps growing
        grown = np.flatnonzero(~(costs <= 1e3 * costs[0]))
        length = int(grown[0]) + 1 if len(grown) else len(path)
        scene = {
            "path": path[:length], "costs": costs[:length], "best": best, "best_cost": self.costs(best[None])[0],
            "border": border, "lr_range": [border / 500, 2 * border], "bowl": cost_bowl(mse_loss_forward, x, y, low, high),
            "status": f"η = {self.lr:.3g} of at most 2/L = {border:.3g}. After {self.steps} steps the cost is {costs[-1]:.4g}; "
                      f"the least possible is {self.costs(best[None])[0]:.4g}.",
        }
        if len(grown):
            scene["message"] = (
                f"Diverged: η = {self.lr:.3g} is beyond the border 2/L = {border:.3g}. "
                f"At step {length - 1} the cost is more than 1000 times what it was at the start."
            )
        return scene

    def draw(self, fig):
        descent.bowl(fig, self.scene, start=self.start, shown=self.step, feature=self.feature_name, unit=self.unit)

    @property
    def feature_name(self):
        return "standardised x" if self.standardize else "x"


def hessian(x):
    """H = 2/n XᵀX, the second derivatives (2, 2) of the mean squared error of a line. x: (N,)."""
    design = polynomial_features(x, 1)
    return 2 / len(x) * design.T @ design


def largest_curvature(x):
    """L: the largest eigenvalue of the Hessian. x: (N,)."""
    return np.linalg.eigvalsh(hessian(x))[-1]
