"""What a loader of a real data set returns, and the standardising that most of them need."""

from dataclasses import dataclass

import numpy as np

from dl_helpers.arguments import shapes

__all__ = ["DataSet", "Standardizer"]


@dataclass(frozen=True, eq=False)
class DataSet:
    """Measured data with what one must know to read them.

    x: (N, D) features, or (N, C, H, W) images; y: (N,) targets: numbers, or class indices int64;
    names, units: of the D features (empty for images); target, target_unit: what y is;
    classes: the names of the classes, empty for regression; description: what was measured, by whom, and the source;
    stand_in: whether generated images stand in for a set that could not be downloaded.
    """

    x: np.ndarray
    y: np.ndarray
    names: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    target: str = ""
    target_unit: str = ""
    classes: tuple[str, ...] = ()
    description: str = ""
    stand_in: bool = False

    def __len__(self):
        return len(self.x)

    def __getitem__(self, rows):
        """The data set of some rows only: data[train] for an index array, a mask or a slice."""
        return DataSet(**{**vars(self), "x": self.x[rows], "y": self.y[rows]})

    def __repr__(self):
        kind = f"{len(self.classes)} classes" if self.classes else "regression"
        kind = f"STAND-IN, {kind}" if self.stand_in else kind
        return f"DataSet(x {self.x.shape} {self.x.dtype}, y {self.y.shape} {self.y.dtype}, {kind}: {self.target})"


@dataclass(frozen=True, eq=False)
class Standardizer:
    """Shifts and scales each feature to mean 0 and standard deviation 1, as measured on the training part.

    z = (x - μ_train) / σ_train

    Fit it once, on the training rows, and apply it to all: statistics of the test set may not leak into the training.

        standardize = Standardizer.fit(x[train])
        x_train, x_test = standardize(x[train]), standardize(x[test])

    mean, std: (...) of the shape of one sample. A feature that is constant in the training part has no scale
    to divide by; its std is set to 1, so that it becomes 0 there.
    """

    mean: np.ndarray
    std: np.ndarray

    @classmethod
    def fit(cls, x):
        """Measure mean and standard deviation over the samples. x: (N, ...) floating point, N ≥ 1."""
        shapes("Standardizer.fit: x (...)", x)
        if x.ndim == 0 or len(x) == 0:
            raise ValueError(f"Standardizer.fit: x must hold at least one sample: x.shape = {x.shape}")
        constant = (x == x[0]).all(axis=0)
        return cls(x.mean(axis=0), np.where(constant, 1, x.std(axis=0)).astype(x.dtype))

    def __call__(self, x):
        """z = (x - μ) / σ for x (N, ...), of its shape and dtype."""
        return ((self._fitting("x", x) - self.mean) / self.std).astype(x.dtype)

    def undo(self, z):
        """x = σ z + μ for z (N, ...): back to the units of the data."""
        return (self._fitting("z", z) * self.std + self.mean).astype(z.dtype)

    def _fitting(self, name, array):
        shapes(f"Standardizer: {name} (...)", array)
        if array.shape[1:] != self.mean.shape:
            raise ValueError(
                f"Standardizer: {name} has samples of shape {array.shape[1:]}, but it was fitted to {self.mean.shape}: "
                f"{name}.shape = {array.shape}"
            )
        return array
