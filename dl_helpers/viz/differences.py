"""Pictures of slopes measured by differences."""

import numpy as np

from dl_helpers.viz.style import BLUE, INK, ORANGE, PURPLE, RED, blank, styled

FLOOR = 1e-17    # an error of 0 has no place on a logarithmic axis
LOOKS = {"forward": (ORANGE, "-", "o"), "central": (PURPLE, "-", "D"), "complex step": (BLUE, "--", "^")}


@styled
def slope_and_errors(fig, scene, *, x, h):
    """A curve with its tangent and two secants, and the error of each estimate for every step."""
    left, right = fig.subplots(1, 2)
    values = scene["points"][:, 1]
    margin = 0.15 * np.ptp(values)
    left.plot(*scene["points"].T, color=BLUE, label=f"f(x) = {scene['formula']}")
    left.axline((x, scene["value"]), slope=scene["forward"], color=ORANGE, lw=1.3, label="forward difference")
    left.axline((x, (scene["left"] + scene["right"]) / 2), slope=scene["central"], color=PURPLE, lw=1.3,
                label="central difference")
    left.axline((x, scene["value"]), slope=scene["slope"], color=RED, ls="--", lw=1.3, label="tangent")
    left.plot([x - h, x + h], [scene["left"], scene["right"]], "D", color=PURPLE, ms=5, mec="white")
    left.plot(x, scene["value"], "s", color=RED, ms=7, mec="white")
    left.set(title="Curve, tangent and secants", xlabel="x", ylabel="f(x)", xlim=scene["xlim"],
             ylim=(values.min() - margin, values.max() + margin))
    left.legend(loc="best", fontsize=8)
    error_curves(right, scene["steps"], scene["errors"])
    right.axvline(h, color=INK, lw=1, ls=":")
    for name, error in scene["error"].items():
        right.plot(h, max(error, FLOOR), LOOKS[name][2], color=LOOKS[name][0], ms=6, mec="white")


def error_curves(ax, steps, errors):
    """Relative error against the step, on logarithmic axes. errors: name of a method -> (K,)."""
    for name, curve in errors.items():
        color, style, _ = LOOKS[name]
        ax.loglog(steps, np.maximum(curve, FLOOR), style, color=color, lw=1.3, label=name)
    ax.set(title="Error of the estimated slope", xlabel="step h", ylabel="relative error", ylim=(FLOOR / 2, 10))
    ax.legend(loc="upper center", fontsize=8)


@styled
def two_errors(steps, errors, predictions, best):
    """Measured errors of two difference quotients with what theory predicts.

    errors, predictions: name of a method -> (K,), relative errors; best: name -> the predicted best step.
    """
    fig = blank(title="Too large, too small: the error of a difference quotient")
    for ax, (name, curve) in zip(fig.subplots(1, 2, sharey=True), errors.items()):
        color = LOOKS[name][0]
        ax.loglog(steps, np.maximum(curve, FLOOR), color=color, lw=1.2, label="measured")
        for (label, line), style in zip(predictions[name].items(), ("--", ":")):
            ax.loglog(steps, line, style, color=INK, lw=1.3, label=label)
        ax.axvline(best[name], color=RED, lw=1, label=f"best step predicted: {best[name]:.0e}")
        ax.set(title=f"{name} difference".capitalize(), xlabel="step h", ylabel="relative error", ylim=(1e-13, 10))
        ax.legend(loc="best", fontsize=8, frameon=True, framealpha=0.9)
    return fig
