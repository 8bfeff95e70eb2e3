"""A line through points, laid by hand."""

import numpy as np
import traitlets

from dl_helpers.arguments import shapes
from dl_helpers.numpy import affine_forward, l1_loss_forward, mse_loss_forward
from dl_helpers.numpy.linear_regression import least_absolute_line, least_squares, polynomial_features
from dl_helpers.viz import regression
from dl_helpers.widgets.bowl import around, cost_bowl
from dl_helpers.widgets.figure import STATIC, Figure, state

LOSSES = {"l2": mse_loss_forward, "l1": l1_loss_forward}
MOST_POINTS = 60


class FitByHand(Figure):
    """Lay a line through points by hand, and see what it costs.

    x, y: (N,) the data. State: points, the pairs [x, y]; intercept and slope, the line; loss, "l2" (mean squared error) or
    "l1" (mean absolute error); squares, whether squared residuals are drawn as squares.
    Try: bring the cost as low as you can by eye, then press "least squares". Drag one point far away: which line follows it?
    """

    _esm = STATIC / "fit_by_hand.js"
    computed_from = ("points", "loss", "intercept", "slope")
    actions = ("least_squares", "least_absolute", "add_outlier", "reset")

    points = state(traitlets.List(traitlets.List(traitlets.CFloat(), minlen=2, maxlen=2)))
    intercept = state(traitlets.CFloat(0.0))
    slope = state(traitlets.CFloat(0.0))
    loss = state(traitlets.Enum(list(LOSSES), "l2"))
    squares = state(traitlets.Bool(True))
    xlabel = state(traitlets.Unicode("x"))
    ylabel = state(traitlets.Unicode("y"))
    unit = state(traitlets.Unicode(""))

    def __init__(self, x, y, **values):
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        shapes("FitByHand: x (N), y (N)", x, y)
        if not 2 <= len(x) <= MOST_POINTS:
            raise ValueError(f"FitByHand: there are {len(x)} points; expected 2 to {MOST_POINTS}, as many as a hand can move")
        values.setdefault("title", "Fit a line by hand")
        values.setdefault("caption", (
            "Left: the points and the line, both to be dragged, and the residuals between them. "
            "Right: the same line as a point on the cost of all lines; its level lines are the cost bowl."
        ))
        values.setdefault("intercept", float(y.mean()))
        self._first = {"points": np.stack([x, y], axis=1).tolist(),
                       "intercept": values["intercept"], "slope": values.get("slope", 0.0)}
        reach = np.array([np.ptp(x), np.ptp(y)])
        self._view = np.array([x.min(), y.min()]) - [0.08, 0.35] * reach, np.array([x.max(), y.max()]) + [0.08, 0.35] * reach
        best = least_squares(polynomial_features(x, 1), y)
        self._bowl_view = around(best, x, y, also=[[values["intercept"], self._first["slope"]]])
        self._known = {}   # the bowl of the points as they stand: moving the line does not change it
        super().__init__(points=self._first["points"], **values)

    @property
    def data(self):
        """The points as x (N,) and y (N,)."""
        return np.array(self.points, dtype=float).T

    def _solve(self):
        """What depends on the points and the loss alone."""
        x, y = self.data
        if not np.isfinite([x, y]).all():
            raise ValueError("a point is not a number: every coordinate must be finite")
        return {
            "l2": least_squares(polynomial_features(x, 1), y), "l1": least_absolute_line(x, y),
            "bowl": cost_bowl(LOSSES[self.loss], x, y, *self._bowl_view),
        }

    def compute(self):
        key = (repr(self.points), self.loss)
        if self._known.get("key") != key:
            self._known = {"key": key, "solved": self._solve()}
        x, y = self.data
        line = np.array([[self.intercept], [self.slope]])
        pred = affine_forward(polynomial_features(x, 1), line, np.zeros(1))[0][:, 0]
        mse, mae = mse_loss_forward(pred, y)[0], l1_loss_forward(pred, y)[0]
        (left, bottom), (right, top) = self._view
        squared_unit = f" {self.unit}²" if self.unit else ""
        return {
            **self._known["solved"], "xlim": [left, right], "ylim": [bottom, top], "mse": mse, "mae": mae,
            "status": f"y = {self.intercept:.3g} {'−' if self.slope < 0 else '+'} {abs(self.slope):.3g}·x; "
                      f"mean squared error {mse:.4g}{squared_unit}; mean absolute error {mae:.4g} {self.unit}".rstrip(),
        }

    def least_squares(self):
        """Lay the line where the mean squared error is least."""
        self._lay(self.scene["l2"])

    def least_absolute(self):
        """Lay the line where the mean absolute error is least."""
        self._lay(self.scene["l1"])

    def add_outlier(self):
        """Add a point far off the line: at the right end of the view, near its top or bottom."""
        if len(self.points) >= MOST_POINTS:
            return
        (left, bottom), (right, top) = self._view
        x = right - 0.12 * (right - left) - 0.03 * (right - left) * (len(self.points) - len(self._first["points"]))
        below = self.scene["l2"] @ [1.0, x] < (bottom + top) / 2
        self.points = [*self.points, [float(x), float(bottom + (0.93 if below else 0.07) * (top - bottom))]]

    def reset(self):
        """The first points and the first line again."""
        with self.hold_trait_notifications():
            for name, value in self._first.items():
                setattr(self, name, value)

    def _lay(self, theta):
        with self.hold_trait_notifications():
            self.intercept, self.slope = (float(t) for t in theta)

    def draw(self, fig):
        regression.line_and_bowl(fig, self.scene, *self.data, theta=(self.intercept, self.slope), loss=self.loss,
                                 xlabel=self.xlabel, ylabel=self.ylabel)
