"""Pictures of linear regression."""

import numpy as np

from dl_helpers.viz.descent import level_lines
from dl_helpers.viz.style import BLUE, INK, ORANGE, PURPLE, RED, blank, styled

LOSS_NAMES = {"l2": "mean squared error", "l1": "mean absolute error"}


@styled
def line_and_bowl(fig, scene, x, y, *, theta, loss, xlabel, ylabel):
    """Points with a line and its residuals, and the line as a point on the cost bowl."""
    left, right = fig.subplots(1, 2)
    pred = theta[0] + theta[1] * x
    left.vlines(x, y, pred, color=RED, lw=1.3, ls="--", label="residual")
    left.plot(x, y, "o", color=BLUE, ms=6, mec="white", label="data")
    left.axline((0, theta[0]), slope=theta[1], color=ORANGE, label="line")
    left.set(title="Data and line", xlabel=xlabel, ylabel=ylabel, xlim=scene["xlim"], ylim=scene["ylim"])
    left.legend(loc="best")
    level_lines(right, scene["bowl"])
    right.plot(*scene["l2"], "x", color=INK, ms=8, mew=2, label="least squares (L2)")
    right.plot(*scene["l1"], "D", color=PURPLE, ms=6, mec="white", label="least absolute (L1)")
    right.plot(*theta, "o", color=ORANGE, ms=8, mec="white", label="the line")
    right.set(title=f"Cost of every line ({LOSS_NAMES[loss]})", xlabel="intercept θ₀", ylabel="slope θ₁")
    right.legend(loc="best")


@styled
def capacity(fig, scene, *, degree):
    """A fitted polynomial with its data, and the errors of all degrees."""
    left, right = fig.subplots(1, 2)
    left.plot(*scene["curve"].T, color=ORANGE, label=f"polynomial of degree {degree}")
    left.plot(*scene["test"].T, "^", color=RED, ms=4, mec="white", label="test data")
    left.plot(*scene["train"].T, "o", color=BLUE, ms=6, mec="white", label="training data")
    left.set(title="Data and polynomial", xlabel="x", ylabel="y", xlim=scene["xlim"], ylim=scene["ylim"])
    left.legend(loc="best")
    errors(right, scene["train_errors"], scene["test_errors"])
    right.axvline(degree, color=INK, lw=1, ls=":")


def errors(ax, train, test, xs=None, xlabel="degree"):
    """Training and test error against a measure of capacity, on a logarithmic axis."""
    xs = np.arange(len(train)) if xs is None else xs
    ax.semilogy(xs, train, "o-", color=BLUE, ms=4, label="training error")
    ax.semilogy(xs, test, "^-", color=RED, ms=5, label="test error")
    ax.set(title="Training and test error", xlabel=xlabel, ylabel="mean squared error")
    ax.legend(loc="best")


@styled
def two_lines(x, y, l2, l1, true):
    """Data with outliers, and the lines of least squared and of least absolute error beside the true one."""
    fig = blank(width=7.2, height=4.0, title="Four outliers, two losses")
    ax = fig.subplots()
    ax.plot(x, y, "o", color=BLUE, ms=5, mec="white", label="data")
    lines = (true, INK, ":", "true line"), (l2, RED, "-", "L2: least squares"), (l1, PURPLE, "--", "L1: least absolute")
    for theta, color, style, label in lines:
        ax.axline((0, theta[0]), slope=theta[1], color=color, ls=style, label=label)
    ax.set(xlabel="x", ylabel="y")
    ax.legend(loc="upper left")
    return fig


@styled
def loss_shapes(errors_, curves):
    """Losses of one error, and their slopes. curves: name -> (values, slopes), each of the shape of errors_."""
    fig = blank(title="What an error of a given size costs, and how hard it pulls")
    left, right = fig.subplots(1, 2)
    for (name, (values, slopes)), color, style in zip(curves.items(), (RED, PURPLE), ("-", "--")):
        left.plot(errors_, values, style, color=color, label=name)
        right.plot(errors_, slopes, style, color=color, label=name)
    left.set(title="Loss", xlabel="error ŷ − y", ylabel="loss")
    right.set(title="Slope", xlabel="error ŷ − y", ylabel="derivative of the loss")
    for ax in (left, right):
        ax.legend(loc="best")
    return fig


@styled
def convergence(curves, best):
    """Cost after each step for several descents. curves: label -> costs (K,); best: the least possible cost."""
    fig = blank(width=7.2, height=4.0, title="The same data, the same descent, two ways to measure the features")
    ax = fig.subplots()
    for (label, costs), color, style in zip(curves.items(), (RED, BLUE), ("-", "--")):
        ax.semilogy(np.arange(1, len(costs) + 1), costs, style, color=color, label=label)
    ax.axhline(best, color=INK, lw=1, ls=":", label="least squares")
    ax.set(xlabel="step (logarithmic)", ylabel="mean squared error", xscale="log")
    ax.legend(loc="best")
    return fig


@styled
def predictions(y, pred, unit):
    """Predicted against true values: a perfect model lies on the diagonal."""
    fig = blank(width=5.2, height=4.6, title="Predicted and true progress of diabetes")
    ax = fig.subplots()
    ax.plot(y, pred, "o", color=BLUE, ms=5, mec="white", alpha=0.8, label="test patients")
    ax.axline((y.mean(), y.mean()), slope=1, color=INK, lw=1, ls=":", label="perfect prediction")
    ax.set(xlabel=f"true ({unit})", ylabel=f"predicted ({unit})", aspect="equal")
    ax.legend(loc="upper left")
    return fig


@styled
def ridge_path(strengths, weights, names, train, test):
    """The weights of ridge regression against the strength of the penalty, and both errors."""
    fig = blank(width=9.2, height=4.4, title="What the penalty does")
    left, right = fig.subplots(1, 2)
    for name, path in zip(names, weights.T):
        left.semilogx(strengths, path, lw=1.4, label=name)
    left.set(title="Weights", xlabel="penalty λ", ylabel="weight (progress per standard deviation)")
    left.legend(loc="center left", bbox_to_anchor=(-0.02, 0.5), fontsize=7, ncols=2)
    errors(right, train, test, xs=strengths, xlabel="penalty λ")
    right.set_xscale("log")
    return fig
