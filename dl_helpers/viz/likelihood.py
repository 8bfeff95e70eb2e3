"""Pictures of likelihoods, priors and posteriors."""

import numpy as np

from dl_helpers.viz.descent import level_lines
from dl_helpers.viz.style import BLUE, GREEN, INK, MUTED, ORANGE, PURPLE, RED, blank, styled


@styled
def surface(fig, scene, *, mu, sigma, xlabel="x", unit=""):
    """A Gaussian over its data, and the log likelihood of all Gaussians."""
    left, right = fig.subplots(1, 2)
    x, heights = np.asarray(scene["points"]).T
    unit = unit.strip()
    named = f" ({unit})" if unit else ""
    left.vlines(x, 0, heights, color=RED, lw=1.3, ls="--", label="density of a measurement")
    left.plot(*np.asarray(scene["curve"]).T, color=ORANGE, label="the Gaussian")
    left.plot(x, np.zeros_like(x), "o", color=BLUE, ms=6, mec="white", label="measurement", clip_on=False, zorder=5)
    left.set(title="Data and Gaussian", xlabel=f"{xlabel}{named}", ylabel=f"density (1/{unit})" if unit else "density",
             xlim=scene["xlim"], ylim=scene["ylim"])
    left.legend(loc="best")
    level_lines(right, scene["surface"])
    right.plot(*scene["best"], "x", color=INK, ms=8, mew=2, label="most likely")
    right.plot(mu, sigma, "s", color=ORANGE, ms=8, mec="white", label="the Gaussian")
    right.set(title="Log likelihood of every Gaussian", xlabel=f"mean μ{named}", ylabel=f"standard deviation σ{named}")
    right.legend(loc="best")


@styled
def bayes(fig, scene, *, tau, xlabel="x", ylabel="y"):
    """Prior, likelihood and posterior over intercept and slope, and what the posterior predicts."""
    left, right = fig.subplots(1, 2)
    left.plot(*np.asarray(scene["prior"]).T, color=BLUE, ls="--", lw=1.6, label=f"prior, τ = {tau:.3g}")
    left.plot(*np.asarray(scene["likelihood"]).T, color=RED, ls=":", lw=1.6, label="likelihood")
    left.plot(*np.asarray(scene["posterior"]).T, color=ORANGE, label="posterior")
    if "mle" in scene:
        left.plot(*scene["mle"], "x", color=INK, ms=8, mew=2, label="maximum likelihood")
    left.plot(*scene["map"], "D", color=ORANGE, ms=6, mec="white", label="MAP")
    left.set(title="What is believed of every line", xlabel="intercept θ₀", ylabel="slope θ₁",
             xlim=scene["plane"], ylim=scene["plane"])
    left.legend(loc="best", fontsize=8)
    right.plot(*np.asarray(scene["band"]).T, color=ORANGE, lw=1, ls="--", label="next measurement, ± 2 deviations")
    right.plot(*np.asarray(scene["line"]).T, color=ORANGE, label="line of the MAP")
    points = np.asarray(scene["points"]).reshape(-1, 2)
    right.plot(*points.T, "o", color=BLUE, ms=6, mec="white", label="points that have arrived")
    right.set(title="Data and prediction", xlabel=xlabel, ylabel=ylabel, xlim=scene["xlim"], ylim=scene["ylim"])
    right.legend(loc="best", fontsize=8)


@styled
def coin(p, likelihoods, peaks):
    """Likelihoods over the probability of heads, each scaled to a height of 1. likelihoods: label -> values like p."""
    fig = blank(width=7.2, height=3.9, title="The same share of heads, more and more tosses")
    ax = fig.subplots()
    styles = zip(likelihoods.items(), (BLUE, ORANGE, RED), ("-", "--", "-."))
    for (label, values), color, style in styles:
        ax.plot(p, values / values.max(), style, color=color, label=label)
    ax.axvline(peaks, color=INK, lw=1, ls=":", label=f"share of heads, {peaks:g}")
    ax.set(xlabel="probability of heads p", ylabel="likelihood, relative to its largest value")
    ax.legend(loc="upper left")
    return fig


@styled
def variance_estimates(estimates, true, expected):
    """How estimates of a variance are spread. estimates: label -> (R,); expected: label -> the mean that theory gives."""
    fig = blank(width=8.4, height=4.0, title="Ten thousand repetitions: the most likely variance is too small on average")
    ax = fig.subplots()
    bins = np.linspace(0, np.quantile(np.concatenate(list(estimates.values())), 0.995), 60)
    for (label, values), color, style in zip(estimates.items(), (RED, BLUE), ("--", "-.")):
        ax.hist(values, bins, color=color, alpha=0.35, density=True, label=label)
        mean = f"its mean {values.mean():.2f} (theory {expected[label]:.2f})"
        ax.axvline(values.mean(), color=color, lw=1.8, ls=style, label=mean)
    ax.axvline(true, color=INK, lw=1.2, ls=":", label=f"true σ² = {true:g}")
    ax.set(xlabel="estimate of σ² (°C²)", ylabel="density (1/°C²)")
    ax.legend(loc="upper right")
    return fig


@styled
def two_priors(theta, densities, penalties):
    """Prior densities and their negative logarithms. densities, penalties: label -> values of the shape of theta."""
    fig = blank(title="Two beliefs about one weight")
    left, right = fig.subplots(1, 2)
    for ax, curves in ((left, densities), (right, penalties)):
        for (label, values), color, style in zip(curves.items(), (BLUE, PURPLE), ("-", "--")):
            ax.plot(theta, values, style, color=color, label=label)
        ax.legend(loc="best")
    left.set(title="Density", xlabel="weight θ", ylabel="prior density p(θ)", ylim=(0, 0.95))
    right.set(title="Negative logarithm: the penalty", xlabel="weight θ", ylabel="−log p(θ), its least value moved to 0")
    return fig


@styled
def penalty_paths(ridge, lasso, names, shown):
    """Weights against the strength of two penalties. ridge, lasso: pairs of strengths (S,) and weights (S, D);
    names: of the D weights; shown: those that get a colour of their own, at most five."""
    fig = blank(height=4.6, title="Diabetes: what the two priors do with ten weights")
    axes = fig.subplots(1, 2, sharey=True)
    panels = ("Gaussian prior (ridge)", *ridge), ("Laplace prior (lasso)", *lasso)
    for ax, (title, grid, paths) in zip(axes, panels):
        colors = iter((BLUE, ORANGE, GREEN, RED, PURPLE))
        for name, path in zip(names, paths.T):
            mark = dict(color=next(colors), lw=2, label=name) if name in shown else dict(color=MUTED, lw=0.9, alpha=0.7)
            ax.semilogx(grid, path, **mark)
        ax.axhline(0, color=INK, lw=0.8, ls=":")
        ax.set(title=title, xlabel="penalty λ", ylabel="weight (points per standard deviation)")
    axes[1].legend(loc="lower right", fontsize=8)
    return fig
