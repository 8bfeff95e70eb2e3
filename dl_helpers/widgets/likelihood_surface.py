"""The likelihood of a Gaussian, as a landscape over its two parameters."""

import numpy as np
import traitlets

from dl_helpers.arguments import shapes
from dl_helpers.numpy.bayes import gaussian_log_likelihood
from dl_helpers.viz import likelihood
from dl_helpers.widgets.figure import STATIC, Figure, state

GRID = 81
LEVELS = (-40, -30, -20, -14, -10, -7, -5, -3, -2, -1, -0.5)      # below the top, in units of the log likelihood


class LikelihoodSurface(Figure):
    """Lay a Gaussian over measurements, and see how likely it makes them.

    x: (N,) the measurements. State: mu and sigma, the mean and the standard deviation of the Gaussian.
    Try: make σ very small, then very large. What kills the likelihood in either case? Then press "most likely".
    """

    _esm = STATIC / "likelihood_surface.js"
    computed_from = ("mu", "sigma")
    actions = ("most_likely",)

    mu = state(traitlets.CFloat(0.0))
    sigma = state(traitlets.CFloat(1.0))
    xlabel = state(traitlets.Unicode("x"))
    unit = state(traitlets.Unicode(""))

    def __init__(self, x, **values):
        x = np.asarray(x, dtype=float)
        n = shapes("LikelihoodSurface: x (N)", x)[0]
        if n < 2 or not x.std() > 0:
            raise ValueError("LikelihoodSurface: x needs at least two different values, or the best σ is 0")
        values.setdefault("title", "How likely does this Gaussian make the data?")
        values.setdefault("caption", (
            "Left: the measurements on the axis, and above each the density that the Gaussian gives to it. Right: the log "
            "likelihood of every Gaussian; its level lines lie close where it is steep. Drag the square."
        ))
        self._data = x
        self._best = float(x.mean()), float(x.std())
        mean, std = self._best
        self._mus, self._sigmas = np.linspace(mean - 2.5 * std, mean + 2.5 * std, GRID), np.linspace(0.35 * std, 3 * std, GRID)
        surface = gaussian_log_likelihood(x[:, None, None], self._mus[None, None, :], self._sigmas[None, :, None])
        self._top = gaussian_log_likelihood(x, mean, std)
        self._surface = np.maximum(surface - self._top, -60)
        values.setdefault("mu", mean + 1.2 * std)
        values.setdefault("sigma", 1.8 * std)
        super().__init__(**values)

    def most_likely(self):
        """Take the most likely Gaussian: the mean of the data, and the root of their mean squared distance from it."""
        with self.hold_trait_notifications():
            self.mu, self.sigma = self._best

    def compute(self):
        if not (np.isfinite(self.mu) and np.isfinite(self.sigma) and self.sigma > 0):
            raise ValueError(f"mu is {self.mu}, sigma is {self.sigma}; expected numbers, and sigma above 0")
        x, (mean, std) = self._data, self._best
        value = gaussian_log_likelihood(x, self.mu, self.sigma)
        xs = np.linspace(mean - 4 * std, mean + 4 * std, 241)
        curve, heights = (np.exp(gaussian_log_likelihood(v[None], self.mu, self.sigma)) for v in (xs, x))
        top = max(1.6 / (np.sqrt(2 * np.pi) * std), 1.05 * curve.max())
        unit = f" {self.unit}" if self.unit else ""
        return {
            "points": np.stack([x, heights], axis=1), "curve": np.stack([xs, curve], axis=1),
            "xlim": [xs[0], xs[-1]], "ylim": [-0.03 * top, top], "best": list(self._best), "value": value, "top": self._top,
            "surface": {"xlim": [self._mus[0], self._mus[-1]], "ylim": [self._sigmas[0], self._sigmas[-1]],
                        "values": self._surface, "levels": list(LEVELS)},
            "status": f"μ = {self.mu:.3g}{unit}, σ = {self.sigma:.3g}{unit}: log likelihood {value:.4g}, likelihood "
                      f"{np.exp(value):.2g}. The most likely Gaussian has {self._top:.4g}.",
        }

    def draw(self, fig):
        likelihood.surface(fig, self.scene, mu=self.mu, sigma=self.sigma, xlabel=self.xlabel, unit=self.unit)
