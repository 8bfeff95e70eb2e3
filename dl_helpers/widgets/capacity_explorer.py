"""Polynomials of every degree on the same data: too stiff, right, too flexible."""

import numpy as np
import traitlets

from dl_helpers.arguments import shapes
from dl_helpers.numpy import mse_loss_forward
from dl_helpers.numpy.linear_regression import least_squares, polynomial_features
from dl_helpers.viz import regression
from dl_helpers.widgets.figure import STATIC, Figure, state

GRID = 241


class CapacityExplorer(Figure):
    """Fit a polynomial to training data, and watch the training and the test error part.

    x, y: (N,) training data; x_test, y_test: (M,) test data. State: degree; strength, the ridge penalty λ; max_degree.
    Try: raise the degree until the curve runs through every point; read the test error there. Then raise λ.
    """

    _esm = STATIC / "capacity_explorer.js"
    computed_from = ("degree", "strength", "max_degree")

    degree = state(traitlets.CInt(3))
    strength = state(traitlets.CFloat(0.0))
    max_degree = state(traitlets.CInt(12))

    def __init__(self, x, y, x_test, y_test, **values):
        arrays = [np.asarray(a, dtype=float) for a in (x, y, x_test, y_test)]
        shapes("CapacityExplorer: x (N), y (N), x_test (M), y_test (M)", *arrays)
        self._train, self._test = tuple(arrays[:2]), tuple(arrays[2:])
        values.setdefault("title", "Capacity: how flexible should the model be?")
        values.setdefault("caption", (
            "Left: the training points, the test points and the fitted polynomial. Right: the mean squared error on both, for "
            "every degree, on a logarithmic axis; the rule marks the degree that is shown."
        ))
        super().__init__(**values)

    def fit(self, degree):
        """The parameters (degree + 1,) of the polynomial that fits the training data."""
        x, y = self._train
        return least_squares(polynomial_features(x, degree), y, self.strength)

    def errors(self, degree):
        """Training and test error, both mean squared, of the polynomial of a degree."""
        theta = self.fit(degree)
        return [mse_loss_forward(polynomial_features(x, degree) @ theta, y)[0] for x, y in (self._train, self._test)]

    def compute(self):
        if not 1 <= self.max_degree <= 30:
            raise ValueError(f"max_degree is {self.max_degree}; expected 1 to 30")
        if not 0 <= self.degree <= self.max_degree:
            raise ValueError(f"degree is {self.degree}; expected 0 to {self.max_degree}")
        x, y = (np.concatenate(pair) for pair in zip(self._train, self._test))
        margin = 0.25 * np.ptp(y)
        xs = np.linspace(x.min(), x.max(), GRID)
        curve = polynomial_features(xs, self.degree) @ self.fit(self.degree)
        train, test = np.array([self.errors(d) for d in range(self.max_degree + 1)]).T
        return {
            "train": np.stack(self._train, axis=1), "test": np.stack(self._test, axis=1),
            "curve": np.stack([xs, curve], axis=1),
            "xlim": [x.min(), x.max()], "ylim": [y.min() - margin, y.max() + margin],
            "train_errors": train, "test_errors": test, "best": int(test.argmin()),
            "status": f"degree {self.degree}: training error {train[self.degree]:.3g}, test error {test[self.degree]:.3g}; "
                      f"the smallest test error is {test.min():.3g}, at degree {test.argmin()}",
        }

    def draw(self, fig):
        regression.capacity(fig, self.scene, degree=self.degree)
