"""Gradient descent on a function of one number."""

from typing import NamedTuple

import numpy as np
import traitlets

from dl_helpers.numpy.optim import descend
from dl_helpers.viz import descent
from dl_helpers.widgets.figure import STATIC, Figure, state

GRID = 241        # points of a curve
FAR = 1e6         # beyond this the descent is called divergent


class Curve(NamedTuple):
    """A function to descend on. formula: as it is written; f, df: (K,) -> (K,); xlim: what is shown; border: 2/L or None."""

    formula: str
    f: object
    df: object
    xlim: tuple
    border: float | None


CURVES = {
    "parabola": Curve("x²", lambda x: x**2, lambda x: 2 * x, (-6.0, 6.0), 1.0),
    "two valleys": Curve(
        "x⁴/4 − 2x² + x/2", lambda x: x**4 / 4 - 2 * x**2 + x / 2, lambda x: x**3 - 4 * x + 0.5, (-3.4, 3.4), None,
    ),
    "absolute value": Curve("|x|", np.abs, np.sign, (-6.0, 6.0), None),
}


class Descent1D(Figure):
    """Gradient descent on a curve: at each point the tangent says how far to step.

    State: curve ("parabola", "two valleys", "absolute value"); lr, the learning rate η; start; steps, how many;
    step, the one that is shown.
    Try: on the parabola, η from 0.01 (it creeps) over 0.5 (one step) and 1 (back and forth for ever) to 1.05 (it diverges).
    On |x| no fixed η ever comes to rest: the slope does not shrink on the way down.
    """

    _esm = STATIC / "descent_1d.js"
    computed_from = ("curve", "lr", "start", "steps")

    curve = state(traitlets.Enum(list(CURVES), "parabola"))
    lr = state(traitlets.CFloat(0.1))
    start = state(traitlets.CFloat(5.0))
    steps = state(traitlets.CInt(20))
    step = state(traitlets.CInt(0))

    def __init__(self, **values):
        values.setdefault("title", "Descent in one dimension")
        values.setdefault("caption", (
            "Left: the curve, the points of the descent, and the tangent at the step that is shown; the square is the start, "
            "to be dragged. Right: the value of the function after each step."
        ))
        super().__init__(**values)

    def compute(self):
        curve = CURVES[self.curve]
        if not 1 <= self.steps <= 1000:
            raise ValueError(f"steps is {self.steps}; expected 1 to 1000")
        if not np.isfinite(self.start):
            raise ValueError(f"start is {self.start}; expected a number")
        path = descend(curve.df, [self.start], self.lr, self.steps)[:, 0]
        gone = np.flatnonzero(~(np.abs(path) <= FAR))
        path = path[: gone[0]] if len(gone) else path
        xs = np.linspace(*curve.xlim, GRID)
        scene = {
            "points": np.stack([xs, curve.f(xs)], axis=1), "xlim": list(curve.xlim), "formula": curve.formula,
            "path": path, "values": curve.f(path), "slopes": curve.df(path), "border": curve.border,
            "status": f"x = {path[-1]:.4g} after {len(path) - 1} steps, where f(x) = {curve.f(path[-1]):.4g}",
        }
        if len(gone):
            scene["message"] = f"Diverged: with η = {self.lr:.3g} step {gone[0]} is farther than {FAR:g} from 0."
        return scene

    def draw(self, fig):
        descent.in_one_dimension(fig, self.scene, shown=self.step)
