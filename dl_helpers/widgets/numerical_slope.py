"""Secants that become a tangent, and what rounding makes of it."""

from typing import NamedTuple

import numpy as np
import traitlets

from dl_helpers.numpy.differences import central_difference, complex_step, forward_difference, relative_error
from dl_helpers.viz import differences
from dl_helpers.widgets.figure import STATIC, Figure, state

GRID = 361                                   # points of a curve
STEPS = 10.0 ** np.arange(-15, 0.01, 0.1)    # the steps whose errors are drawn
METHODS = {"forward": forward_difference, "central": central_difference, "complex step": complex_step}


class Curve(NamedTuple):
    """A function whose slope is known. formula: as it is written; f, df: (K,) -> (K,), also for complex numbers."""

    formula: str
    f: object
    df: object


CURVES = {
    "sine": Curve("sin x", np.sin, np.cos),
    "exponential": Curve("eˣ", np.exp, np.exp),
    "fast sine": Curve("sin 8x", lambda x: np.sin(8 * x), lambda x: 8 * np.cos(8 * x)),
    "lifted sine": Curve("1000 + sin x", lambda x: 1000 + np.sin(x), np.cos),
}


class NumericalSlope(Figure):
    """The slope of a curve at a point, estimated by secants with a step h, and the error of the estimate for every h.

    State: curve ("sine", "exponential", "fast sine", "lifted sine"); x, the point, in [-2, 2]; h, the step.
    Try: shrink h from 1 to 1e-5 and see the secants become the tangent. Then go on to 1e-15. Choose the fast sine (it bends
    more) and the lifted sine (its values are larger, and so is their rounding), and see which branch of the error moves.
    """

    _esm = STATIC / "numerical_slope.js"
    computed_from = ("curve", "x", "h")

    curve = state(traitlets.Enum(list(CURVES), "sine"))
    x = state(traitlets.CFloat(1.2))
    h = state(traitlets.CFloat(1.0))

    def __init__(self, **values):
        values.setdefault("title", "How steep is the curve?")
        values.setdefault("caption", (
            "Left: the curve, its tangent at the square (drag it), and the secants of the forward and the central difference. "
            "Right: the relative error of the estimated slope for every step h, on logarithmic axes; errors below 1e-17 are "
            "drawn there. The rule marks the step that is shown."
        ))
        super().__init__(**values)

    def estimates(self, h):
        """The slope at x by each method with the step h: name -> number."""
        f = CURVES[self.curve].f
        return {name: float(method(f, np.array(self.x), h)) for name, method in METHODS.items()}

    def errors(self, h):
        """The relative error of each method with the step h: name -> number."""
        true = np.array(CURVES[self.curve].df(self.x))
        return {name: float(relative_error(np.array(slope), true)) for name, slope in self.estimates(h).items()}

    def compute(self):
        curve = CURVES[self.curve]
        if not -2 <= self.x <= 2:
            raise ValueError(f"x is {self.x}; expected a number from -2 to 2")
        if not 0 < self.h <= 1:
            raise ValueError(f"h is {self.h}; expected a positive number up to 1")
        xs = np.linspace(-3, 3, GRID)
        table = [self.errors(h) for h in STEPS]
        now, error = self.estimates(self.h), self.errors(self.h)
        return {
            "points": np.stack([xs, curve.f(xs)], axis=1), "xlim": [-3.0, 3.0], "formula": curve.formula,
            "value": curve.f(self.x), "slope": curve.df(self.x),
            "left": curve.f(self.x - self.h), "right": curve.f(self.x + self.h),
            "forward": now["forward"], "central": now["central"],
            "steps": STEPS, "errors": {name: np.array([row[name] for row in table]) for name in METHODS}, "error": error,
            "status": f"h = {self.h:.3g}: the slope is {curve.df(self.x):.6g}; forward {now['forward']:.6g} (relative error "
                      f"{error['forward']:.1e}), central {now['central']:.6g} ({error['central']:.1e})",
        }

    def draw(self, fig):
        differences.slope_and_errors(fig, self.scene, x=self.x, h=self.h)
