"""Pictures of gradient descent."""

import numpy as np

from dl_helpers.viz.style import BLUE, INK, ORANGE, RED, styled


def level_lines(ax, grid, cmap="Blues"):
    """Level lines of a cost on a grid: a dictionary with xlim, ylim, values and levels."""
    rows, columns = grid["values"].shape
    x, y = np.linspace(*grid["xlim"], columns), np.linspace(*grid["ylim"], rows)
    bounds = [grid["values"].min(), *grid["levels"], grid["values"].max() * 1.001]
    ax.contourf(x, y, grid["values"], bounds, cmap=cmap, alpha=0.55)
    ax.contour(x, y, grid["values"], grid["levels"], colors=BLUE, linewidths=0.6, alpha=0.6)
    ax.set(xlim=grid["xlim"], ylim=grid["ylim"])


@styled
def in_one_dimension(fig, scene, *, shown):
    """A curve with the points of a descent, the tangent at one of them, and the value after each step."""
    left, right = fig.subplots(1, 2)
    path, values = scene["path"], scene["values"]
    shown = min(shown, len(path) - 1)
    low, high = scene["points"][:, 1].min(), scene["points"][:, 1].max()
    left.plot(*scene["points"].T, color=BLUE, label=f"f(x) = {scene['formula']}")
    left.plot(path, values, "o-", color=ORANGE, ms=3.5, lw=1, label="steps of the descent")
    here = path[shown], values[shown]
    left.axline(here, slope=scene["slopes"][shown], color=RED, ls="--", lw=1, label=f"tangent at step {shown}")
    left.plot(*here, "D", color=RED, ms=7, mec="white")
    ylim = low - 0.08 * (high - low), high
    left.set(title="The curve and the steps", xlabel="x", ylabel="f(x)", xlim=scene["xlim"], ylim=ylim)
    left.legend(loc="upper center")
    right.plot(np.arange(len(values)), values, "o-", color=ORANGE, ms=3.5, lw=1)
    right.set(title="Value after each step", xlabel="step", ylabel="f(x)")
    if "message" in scene:
        fig.supxlabel(f"⚠ {scene['message']}", color=RED, fontsize=9)


@styled
def bowl(fig, scene, *, start, shown, feature="x", unit=""):
    """The path of a descent on its cost bowl, and the cost after each step."""
    left, right = fig.subplots(1, 2)
    path, costs = scene["path"], scene["costs"]
    shown = min(shown, len(path) - 1)
    level_lines(left, scene["bowl"])
    left.plot(*path.T, "o-", color=ORANGE, ms=3.5, lw=1, label="path of the descent")
    left.plot(*start, "s", color=ORANGE, ms=8, mec="white", label="start")
    left.plot(*path[shown], "D", color=RED, ms=7, mec="white", label=f"step {shown}")
    left.plot(*scene["best"], "x", color=INK, ms=8, mew=2, label="least squares")
    left.set(title="Cost of every line", xlabel="intercept θ₀", ylabel=f"slope θ₁ (of {feature})")
    left.legend(loc="best")
    right.semilogy(np.arange(len(costs)), costs, color=ORANGE, label="gradient descent")
    right.axhline(scene["best_cost"], color=INK, ls="--", lw=1, label="least squares")
    right.semilogy(shown, costs[shown], "D", color=RED, ms=7, mec="white")
    right.set(title="Cost after each step", xlabel="step", ylabel=f"cost L ({unit})" if unit else "cost L")
    right.legend(loc="best")
    if "message" in scene:
        fig.supxlabel(f"⚠ {scene['message']}", color=RED, fontsize=9)
