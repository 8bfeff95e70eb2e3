"""Bayes' rule on a line: what is believed of intercept and slope before and after the points arrive."""

import numpy as np
import traitlets

from dl_helpers.arguments import shapes
from dl_helpers.numpy.bayes import posterior, predictive
from dl_helpers.numpy.linear_regression import polynomial_features
from dl_helpers.viz import likelihood
from dl_helpers.widgets.figure import STATIC, Figure, state

TURN = np.linspace(0, 2 * np.pi, 91)
GAP = np.full((1, 2), np.nan)          # lifts the pen between two outlines
STRONGEST, WEAKEST = 0.03, 30.0        # the slider's ends: τ in units of the parameters


class PriorAndLikelihood(Figure):
    """Points arrive one by one; prior and likelihood become the posterior of a line y ≈ θ₀ + θ₁ x.

    x, y: (N,) the data in the order in which they arrive. State: seen, how many have arrived; tau, the standard deviation τ
    of the prior N(0, τ²) of both parameters; sigma, that of the noise.
    Try: let the points arrive one by one. Then move τ from one end to the other: from the prior to the maximum likelihood.
    """

    _esm = STATIC / "prior_and_likelihood.js"
    computed_from = ("seen", "tau", "sigma")
    actions = ("next_point",)

    seen = state(traitlets.CInt(1))
    tau = state(traitlets.CFloat(1.0))
    sigma = state(traitlets.CFloat(1.0))
    xlabel = state(traitlets.Unicode("x"))
    ylabel = state(traitlets.Unicode("y"))

    def __init__(self, x, y, *, sigma, **values):
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        shapes("PriorAndLikelihood: x (N), y (N)", x, y)
        self._data = x, y
        values.setdefault("title", "Prior, likelihood and posterior of a line")
        values.setdefault("caption", (
            "Left: every point is a line. The outlines hold 39 % and 86 % of the prior and of the posterior (one and two "
            "standard deviations); the likelihood of one point is a stripe, of more an ellipse. Right: the points that have "
            "arrived, the line of the MAP, and the band of ± 2 standard deviations in which the next measurement is expected."
        ))
        super().__init__(sigma=sigma, **values)

    def compute(self):
        x, y = self._data
        if not 0 <= self.seen <= len(x):
            raise ValueError(f"seen is {self.seen}; expected 0 to {len(x)}")
        if not (self.tau > 0 and np.isfinite(self.tau)):
            raise ValueError(f"tau is {self.tau}; expected a positive number")
        X, t = polynomial_features(x[:self.seen], 1), y[:self.seen]
        mean, cov = posterior(X, t, self.sigma, self.tau)
        margin = 0.1 * np.ptp(x)
        xs = np.linspace(x.min() - margin, x.max() + margin, 81)
        line, std = predictive(polynomial_features(xs, 1), mean, cov, self.sigma)
        spread = np.sqrt(np.diag(cov))
        scene = {
            "prior": outlines(np.zeros(2), self.tau**2 * np.eye(2)), "posterior": outlines(mean, cov),
            "likelihood": self._likelihood(X, t), "map": mean, "count": len(x),
            "points": np.stack([x[:self.seen], t], axis=1),
            "line": np.stack([xs, line], axis=1),
            "band": np.concatenate([np.stack([xs, line + 2 * std], axis=1), GAP, np.stack([xs, line - 2 * std], axis=1)]),
            "xlim": [xs[0], xs[-1]], "ylim": [min(y.min(), 0) - 3 * self.sigma, max(y.max(), 0) + 3 * self.sigma],
            "plane": [-2.5, 2.5], "tau_range": [STRONGEST, WEAKEST],
            "status": f"{self.seen} of {len(x)} points; prior τ = {self.tau:.3g}: "
                      f"θ₀ = {mean[0]:.3g} ± {spread[0]:.2g}, θ₁ = {mean[1]:.3g} ± {spread[1]:.2g}",
        }
        if np.linalg.matrix_rank(X) == 2:
            scene["mle"] = np.linalg.lstsq(X, t)[0]
            scene["status"] += f"; most likely without a prior: {scene['mle'][0]:.3g}, {scene['mle'][1]:.3g}"
        return scene

    def next_point(self):
        """Let one more point arrive; after the last one begin again."""
        self.seen = (self.seen + 1) % (self.scene["count"] + 1)

    def _likelihood(self, X, t):
        """Outlines of the likelihood: nothing, the stripe of one point, or ellipses."""
        if len(X) == 0:
            return GAP
        if np.linalg.matrix_rank(X) == 2:
            return outlines(np.linalg.lstsq(X, t)[0], self.sigma**2 * np.linalg.inv(X.T @ X))
        slopes = np.array([-100.0, 100.0])                           # far beyond the view
        level, width = t.mean(), self.sigma / np.sqrt(len(t))
        stripes = [np.stack([level + r * width - X[0, 1] * slopes, slopes], axis=1) for r in (-2, -1, 1, 2)]
        return np.concatenate([part for stripe in stripes for part in (stripe, GAP)])

    def draw(self, fig):
        likelihood.bayes(fig, self.scene, tau=self.tau, xlabel=self.xlabel, ylabel=self.ylabel)


def outlines(mean, cov):
    """The ellipses of one and two standard deviations of a Gaussian (2,), (2, 2), as one path with a gap."""
    circle = np.stack([np.cos(TURN), np.sin(TURN)])                                   # (2, points)
    one = (np.linalg.cholesky(cov) @ circle).T
    return np.concatenate([mean + one, GAP, mean + 2 * one])
