"""What every training loop keeps, with NumPy or torch: the curves, when to stop, and a bar that moves."""

import math
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

__all__ = ["EarlyStopping", "History", "Means", "progress_bar"]


class History(dict):
    """The curves of a training: history["loss"] is a list with one number for each epoch.

    Names of the validation data start with "val_".
    """

    def add(self, epoch):
        """Append one epoch's numbers, a dict. Raises ValueError when they are not those of the epochs before."""
        if self and set(epoch) != set(self):
            raise ValueError(f"History.add: expected the numbers {sorted(self)}, got {sorted(epoch)}")
        for name, value in epoch.items():
            self.setdefault(name, []).append(float(value))

    @property
    def epochs(self):
        """How many epochs have been recorded."""
        return len(next(iter(self.values()), ()))

    def best(self, name="val_loss", higher_is_better=False):
        """(epoch, value) of the best entry of a curve; epochs count from 0."""
        curve = self[name]
        best = (max if higher_is_better else min)(curve)
        return curve.index(best), best


class EarlyStopping:
    """Says when a curve has not improved for too long.

    monitor: the curve; patience: how many epochs without improvement are borne; least: what counts as one;
    higher_is_better: for accuracies. best_epoch, counted from 0, and best hold what was best so far.
    """

    def __init__(self, monitor="val_loss", patience=5, least=0.0, higher_is_better=False):
        self.monitor, self.patience, self.least, self.higher_is_better = monitor, patience, least, higher_is_better
        self.reset()

    def reset(self):
        """Forget everything seen."""
        self.best, self.best_epoch, self.epoch = None, None, -1

    def improved(self, history):
        """Look at the newest entry of the monitored curve; True when it is the best so far."""
        if self.monitor not in history:
            raise ValueError(f"EarlyStopping: there is no curve {self.monitor!r}; there are {', '.join(map(repr, history))}. "
                             f"Names that start with 'val_' need validation data.")
        value, self.epoch = history[self.monitor][-1], history.epochs - 1
        gain = math.inf if self.best is None else value - self.best if self.higher_is_better else self.best - value
        if gain > self.least:
            self.best, self.best_epoch = value, self.epoch
        return gain > self.least

    @property
    def stop(self):
        """True when the patience is used up."""
        return self.best_epoch is not None and self.epoch - self.best_epoch >= self.patience

    def state_dict(self):
        """What a checkpoint must keep."""
        return {"best": self.best, "best_epoch": self.best_epoch, "epoch": self.epoch}

    def load_state_dict(self, state):
        """Go on from what a checkpoint kept."""
        self.best, self.best_epoch, self.epoch = state["best"], state["best_epoch"], state["epoch"]


class Means:
    """Means over samples of numbers that come as means over batches of unequal size."""

    def __init__(self):
        self.sums, self.count = {}, 0

    def add(self, values, count):
        """values: dict of means over `count` samples."""
        for name, value in values.items():
            self.sums[name] = self.sums.get(name, 0.0) + count * float(value)
        self.count += count

    def result(self, prefix=""):
        """dict of the means over all samples, their names with a prefix."""
        return {prefix + name: total / self.count for name, total in self.sums.items()}


@contextmanager
def progress_bar(total, show=True):
    """A bar for `total` steps. Yields a function step(epoch, epochs, numbers) that advances it by one step."""
    columns = (TextColumn("epoch {task.fields[epoch]}"), BarColumn(bar_width=24), MofNCompleteColumn(),
               TimeRemainingColumn(), TextColumn("{task.fields[numbers]}"))
    with Progress(*columns, disable=not show) as progress:
        task = progress.add_task("", total=total, epoch="", numbers="")

        def step(epoch, epochs, numbers, advance=1):
            text = "  ".join(f"{name} {value:.4f}" for name, value in numbers.items())
            progress.update(task, advance=advance, epoch=f"{epoch + 1}/{epochs}", numbers=text)

        yield step
