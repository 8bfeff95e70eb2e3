"""What a check costs: every task of every unit, right and wrong, and the gradient check along random directions.

    python -m benchmarks.check [--repeats 9]

Goals: a check of a task < 100 ms; random directions < 5 % of the central differences of all entries.
"""

import time
from pathlib import Path
from statistics import median

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from dl_helpers.check.course import find_checks, load_unit
from dl_helpers.check.gradients import right_along_directions
from dl_helpers.check.proof import variant, verdict
from dl_helpers.check.tasks import Quiz
from dl_helpers.numpy import affine_backward, affine_forward

GOAL_MS, GOAL_SHARE = 100, 0.05
EXERCISES = Path(__file__).parents[1] / "exercises"


def milliseconds(call, repeats):
    """The median time of a call."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return 1e3 * median(times)


def task_rows(repeats):
    """(unit, task, ms when right, ms when wrong), on the sheet that a student's machine has."""
    for folder in sorted(p.parent for p in EXERCISES.glob("*/tasks.py")):
        unit, (sheets, _) = load_unit(folder), find_checks(folder.name)
        for name, task in unit.tasks.items():
            if isinstance(task, Quiz):
                continue
            right, wrong = variant(unit, name, None), variant(unit, name, task.misconceptions[0].patch)
            yield (folder.name, name, milliseconds(lambda s=sheets[name], f=right: verdict(s, f), repeats),
                   milliseconds(lambda s=sheets[name], f=wrong: verdict(s, f), repeats))


class Counted:
    """A function that counts its calls."""

    def __init__(self, f):
        self.f, self.calls = f, 0

    def __call__(self, x):
        self.calls += 1
        return self.f(x)


def gradient_row(n, d, m):
    """(entries, calls and ms of all entries, calls and ms of random directions) for dw of an affine layer."""
    rng = np.random.default_rng(0)
    x, w, b, dout = rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=m), rng.normal(size=(n, m))
    grad = affine_backward(dout, (x, w))[1]
    full = Counted(lambda w: np.sum(dout * affine_forward(x, w, b)[0]))
    few = Counted(full.f)

    def central():
        """The usual full check, two calls for each entry."""
        numeric = np.empty_like(w)
        for index in np.ndindex(w.shape):
            step = np.zeros_like(w)
            step[index] = 1e-5
            numeric[index] = (full(w + step) - full(w - step)) / 2e-5
        np.testing.assert_allclose(numeric, grad, rtol=1e-4, atol=1e-6)

    ms_full = milliseconds(central, 1)
    ms_few = milliseconds(lambda: right_along_directions(few, grad, w, 1e-5, np.random.default_rng(1)), 1)
    return w.size, full.calls, ms_full, few.calls, ms_few


def main(repeats: int = 9):
    console = Console()
    table = Table("unit", "task", "right, ms", "wrong, ms", f"< {GOAL_MS} ms")
    for unit, name, right, wrong in task_rows(repeats):
        table.add_row(unit, name, f"{right:.1f}", f"{wrong:.1f}", "yes" if max(right, wrong) < GOAL_MS else "[red]no[/]")
    console.print(table)
    table = Table("entries of dw", "calls, all", "ms, all", "calls, directions", "ms, directions", "share of time", "< 5 %")
    for sizes in ((8, 12, 10), (16, 32, 16), (32, 64, 32)):
        entries, calls, ms, few, ms_few = gradient_row(*sizes)
        share = ms_few / ms
        table.add_row(str(entries), str(calls), f"{ms:.1f}", str(few), f"{ms_few:.2f}", f"{share:.2%}",
                      "yes" if share < GOAL_SHARE else "[red]no[/]")
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
