"""Where a new sample would be given which class: k nearest neighbours in the plane."""

import numpy as np
import traitlets

from dl_helpers.arguments import shapes
from dl_helpers.numpy.nearest_neighbors import METRICS, nearest, pairwise_distances, votes
from dl_helpers.viz import neighbors
from dl_helpers.widgets.figure import STATIC, Figure, state

GRID = 81               # nodes along each axis of the picture
MOST_POINTS = 80
CLASS_NAMES = ("blue", "orange", "green")


class DecisionRegions(Figure):
    """Drag the training samples of a k-nearest-neighbour classifier and see who rules where.

    x: (N, 2) the samples; labels: (N,) integers 0, 1 or 2. State: points, the pairs [x₁, x₂]; labels; new, the sample to be
    classified; k; metric, "l1" or "l2".
    Try: with k = 1, drag one orange point deep into the blue ones: it takes an island along. Raise k until the island sinks.
    """

    _esm = STATIC / "decision_regions.js"
    computed_from = ("points", "labels", "new", "k", "metric")
    actions = ("relabel", "reset")

    points = state(traitlets.List(traitlets.List(traitlets.CFloat(), minlen=2, maxlen=2)))
    labels = state(traitlets.List(traitlets.CInt()))
    new = state(traitlets.List(traitlets.CFloat(), minlen=2, maxlen=2))
    k = state(traitlets.CInt(1))
    metric = state(traitlets.Enum(METRICS, "l2"))
    xlabel = state(traitlets.Unicode("feature x₁"))
    ylabel = state(traitlets.Unicode("feature x₂"))

    def __init__(self, x, labels, **values):
        x, labels = np.asarray(x, dtype=float), np.asarray(labels)
        shapes("DecisionRegions: x (N, 2), labels int (N)", x, labels)
        if not 3 <= len(x) <= MOST_POINTS:
            raise ValueError(f"DecisionRegions: there are {len(x)} points; expected 3 to {MOST_POINTS}")
        if labels.min() < 0 or labels.max() >= len(CLASS_NAMES):
            raise ValueError(f"DecisionRegions: labels run from {labels.min()} to {labels.max()}; expected 0, 1 or 2")
        values.setdefault("title", "Who rules where? k nearest neighbours")
        values.setdefault("caption", (
            "Left: training samples, to be dragged, and the class that a new sample would get at each place; lines lead from "
            "one new sample to its k nearest neighbours. Right: the share of samples that are classified wrongly, for every k."
        ))
        margin = 0.1 * np.ptp(x, axis=0)
        self._low, self._high = x.min(axis=0) - margin, x.max(axis=0) + margin
        values.setdefault("new", x.mean(axis=0).tolist())
        self._first = {"points": x.tolist(), "labels": labels.tolist(), "new": [float(v) for v in values["new"]]}
        axes = (np.linspace(low, high, GRID) for low, high in zip(self._low, self._high))
        self._grid = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)       # a row of the picture after the other
        super().__init__(**{**values, **self._first})

    def compute(self):
        x, labels, new = np.array(self.points), np.array(self.labels), np.array([self.new])
        if not (np.isfinite(x).all() and np.isfinite(new).all()):
            raise ValueError("a point is not a number: every coordinate must be finite")
        if not 1 <= self.k < len(x):
            raise ValueError(f"k is {self.k}; expected 1 to {len(x) - 1}")
        classes = max(int(labels.max()), max(self._first["labels"])) + 1
        to_new = pairwise_distances(new, x, self.metric)
        counted = votes(to_new, labels, self.k, classes)[0]
        ruled = votes(pairwise_distances(self._grid, x, self.metric), labels, self.k, classes).argmax(axis=1)
        (left, bottom), (right, top) = self._low, self._high
        limits = {"xlim": [left, right], "ylim": [bottom, top]}
        training, left_out = self._errors(x, labels)
        winner = int(counted.argmax())
        tie = ", a tie: the first class wins" if (counted == counted.max()).sum() > 1 else ""
        return {
            **limits, "winner": winner, "neighbors": nearest(to_new, self.k)[0],
            "regions": [{**limits, "values": (ruled == c).astype(float).reshape(GRID, GRID), "levels": [0.5]}
                        for c in range(classes)],
            "training_errors": training, "left_out_errors": left_out,
            "status": f"k = {self.k}, {self.metric.upper()}: the new sample is {CLASS_NAMES[winner]}, by {counted.max()} of "
                      f"{self.k} votes{tie}; training error {training[self.k - 1]:.0%}, "
                      f"error of samples that were left out {left_out[self.k - 1]:.0%}",
        }

    def _errors(self, x, labels):
        """The share of wrong answers for k = 1, ..., N - 1: on the stored samples, and on each when it is left out."""
        dist = pairwise_distances(x, x, self.metric)
        itself = np.eye(len(x), dtype=bool)
        shares = []
        for own in (-1.0, np.inf):                  # each sample is its own nearest neighbour, or none at all
            neighbors_of = labels[nearest(np.where(itself, own, dist), len(x) - 1)]                   # (N, N - 1)
            running = np.cumsum(neighbors_of[:, :, None] == np.arange(labels.max() + 1), axis=1)       # votes for every k
            shares.append((running.argmax(axis=2) != labels[:, None]).mean(axis=0))
        return shares

    def relabel(self):
        """Give the sample nearest to the new one another class: a wrong label."""
        nearest_one = int(self.scene["neighbors"][0])
        classes = len(self.scene["regions"])
        self.labels = [(c + 1) % classes if i == nearest_one else c for i, c in enumerate(self.labels)]

    def reset(self):
        """The first points and labels again."""
        with self.hold_trait_notifications():
            for name, value in self._first.items():
                setattr(self, name, value)

    def draw(self, fig):
        neighbors.decision_regions(fig, self.scene, np.array(self.points), np.array(self.labels), self.new, k=self.k,
                                   metric=self.metric, xlabel=self.xlabel, ylabel=self.ylabel)
