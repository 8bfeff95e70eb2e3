"""Pictures of nearest neighbours: images, regions, folds, errors, confusions and distances."""

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.ticker import MaxNLocator, PercentFormatter

from dl_helpers.viz.style import BLUE, GREEN, INK, MUTED, ORANGE, PURPLE, RED, blank, styled

TONES, MARKS = (BLUE, ORANGE, GREEN), "os^"


@styled
def images(pictures, titles, title, columns=8):
    """Grey or colour images in rows. pictures: each (H, W), or (H, W, 3), in [0, 1]; titles: one for each."""
    rows = -(-len(pictures) // columns)
    high, wide = pictures[0].shape[:2]
    fig = blank(width=9.2, height=0.9 + rows * (0.35 + min(1.1, 8.2 / columns * high / wide)), title=title)
    axes = fig.subplots(rows, columns, squeeze=False)
    for ax in axes.ravel():
        ax.axis("off")
    for ax, picture, text in zip(axes.ravel(), pictures, titles):
        ax.axis("on")
        ax.imshow(picture, cmap="gray_r", vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
        ax.set_title(text, fontsize=8, fontweight="normal", loc="center")
    fig.supxlabel("pixel column", fontsize=9)
    fig.supylabel("pixel row", fontsize=9)
    return fig


@styled
def decision_regions(fig, scene, points, labels, new, *, k, metric, xlabel, ylabel):
    """Samples, the class that a new one would get at each place, and the errors of every k."""
    left, right = fig.subplots(1, 2)
    ruled = sum(c * grid["values"] for c, grid in enumerate(scene["regions"]))
    xs, ys = (np.linspace(*scene[limits], len(ruled)) for limits in ("xlim", "ylim"))
    left.pcolormesh(xs, ys, ruled, cmap=ListedColormap(TONES), vmin=0, vmax=len(TONES) - 1, alpha=0.25, shading="nearest",
                    rasterized=True)
    for i in scene["neighbors"]:
        left.plot(*np.array([new, points[i]]).T, color=INK, lw=1)
    for c in range(len(scene["regions"])):
        left.plot(*points[labels == c].T, MARKS[c], color=TONES[c], ms=6, mec="white", label=f"class {c}")
    left.plot(*new, "D", color=INK, ms=8, mec="white", label="new sample")
    left.set(title=f"Samples and regions: k = {k}, {metric.upper()}", xlabel=xlabel, ylabel=ylabel, xlim=scene["xlim"],
             ylim=scene["ylim"])
    left.legend(loc="best")
    ks = np.arange(1, len(scene["training_errors"]) + 1)
    right.plot(ks, scene["training_errors"], color=BLUE, label="training error")
    right.plot(ks, scene["left_out_errors"], color=RED, ls="--", label="error when left out")
    right.axvline(k, color=INK, lw=1, ls=":")
    right.set(title="Error for every k", xlabel="neighbours k", ylabel="share of wrong answers")
    right.yaxis.set_major_formatter(PercentFormatter(1))
    right.legend(loc="best")


@styled
def kinds_of_learning(flowers, species, groups, directions, rewards):
    """Supervised, unsupervised and reinforcement learning side by side.

    flowers: (N, 2) lengths in cm; species, groups: (N,) labels given and found; directions: (2, 2) principal directions, as
    long as the standard deviation along them; rewards: name -> mean reward after each trial.
    """
    fig = blank(width=11.0, height=3.9, title="Three kinds of learning")
    given, found, tried = fig.subplots(1, 3)
    for c in range(3):
        given.plot(*flowers[species == c].T, MARKS[c], color=TONES[c], ms=4, mec="white", label=f"species {c}")
        found.plot(*flowers[groups == c].T, MARKS[c], color=MUTED, ms=4, mec="white", label=f"group {c}")
    for direction, name in zip(directions, ("first", "second")):
        end = flowers.mean(axis=0) + 1.5 * direction
        found.annotate("", end, flowers.mean(axis=0), arrowprops=dict(color=RED, arrowstyle="->", lw=2))
        found.annotate(f"{name} direction", end, color=RED, fontsize=8, xytext=(-4, 5), textcoords="offset points", ha="right")
    titles = "Supervised: labels are given", "Unsupervised: k-means, PCA"
    for ax, title in zip((given, found), titles):
        ax.set(title=title, xlabel="petal length (cm)", ylabel="petal width (cm)")
        ax.legend(loc="upper left", fontsize=8)
    for (name, curve), color, style in zip(rewards.items(), (INK, ORANGE, MUTED), ("-", "--", ":")):
        tried.plot(np.arange(1, len(curve) + 1), curve, style, color=color, lw=1.6, label=name)
    tried.set(title="Reinforcement: trial and reward", xlabel="trial", ylabel="mean reward so far", ylim=(0, 1))
    tried.legend(loc="lower right", fontsize=8)
    return fig


@styled
def times(seconds):
    """A bar for each way to compute the same. seconds: name -> time in seconds."""
    fig = blank(width=7.2, height=2.6, title="The same distances, three ways")
    ax = fig.subplots()
    bars = ax.barh(list(seconds), [1000 * s for s in seconds.values()], color=[RED, ORANGE, BLUE])
    ax.bar_label(bars, fmt="%.3g ms", padding=4)
    ax.set(xscale="log", xlabel="time in milliseconds (logarithmic)", ylabel="way")
    ax.invert_yaxis()
    ax.margins(x=0.2)
    return fig


@styled
def luck(on_test, on_fresh):
    """Accuracies of many guessing classifiers, and what becomes of the best of them on fresh data."""
    fig = blank(width=7.6, height=3.9, title="The best of a thousand guessers")
    ax = fig.subplots()
    ax.hist(on_test, bins=np.arange(0.295, 0.715, 0.01), color=BLUE, alpha=0.6, label="all, on the test set")
    ax.axvline(on_test.max(), color=RED, label=f"the chosen one, on the test set: {on_test.max():.0%}")
    ax.axvline(on_fresh, color=INK, ls="--", label=f"the chosen one, on fresh data: {on_fresh:.0%}")
    ax.set(xlabel="accuracy (share of right answers)", ylabel="number of classifiers")
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.legend(loc="upper left", fontsize=8)
    ax.margins(y=0.35)
    return fig


@styled
def folds(held_out, test_rows):
    """Which rows are held out in each round. held_out: (rounds, N) bool; test_rows: the number of rows locked away."""
    rounds, n = held_out.shape
    table = np.concatenate([held_out.astype(int), np.full((rounds, test_rows), 2)], axis=1)
    fig = blank(width=9.2, height=3.0, title="Five rounds: each row is held out once")
    ax = fig.subplots()
    ax.pcolormesh(np.arange(n + test_rows + 1), np.arange(rounds + 1) + 0.5, table, cmap=ListedColormap([BLUE, ORANGE, MUTED]),
                  alpha=0.75, edgecolors="white", linewidth=0.6)
    for name, color in (("train", BLUE), ("validate", ORANGE), ("test: locked away", MUTED)):
        ax.plot([], [], "s", color=color, alpha=0.75, ms=9, label=name)
    ax.set(xlabel="row of the data", ylabel="round")
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.invert_yaxis()
    ax.grid(False)
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return fig


@styled
def error_by_k(ks, curves, training):
    """Cross-validated errors: a dot a fold, their mean, and their spread. curves: name -> (ks, folds); training: (ks,)."""
    fig = blank(width=8.2, height=4.2, title="Error against k, with the spread of five folds")
    ax = fig.subplots()
    for (name, errors), color, mark, shift in zip(curves.items(), (RED, PURPLE), "^D", (-0.08, 0.08)):
        mean, spread = errors.mean(axis=1), errors.std(axis=1)
        at = np.array(ks) + shift
        ax.plot(np.repeat(at, errors.shape[1]), errors.ravel(), ".", color=color, ms=3.5, alpha=0.6)
        ax.errorbar(at, mean, spread, color=color, marker=mark, ms=5, lw=1.6, capsize=2, label=f"validation, {name}")
    ax.plot(ks, training, "o-", color=BLUE, ms=4, lw=1.6, label="training, L2")
    ax.set(xlabel="neighbours k", ylabel="share of wrong answers", xticks=ks)
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.legend(loc="upper left")
    return fig


@styled
def confusion(table, names, title):
    """A confusion matrix with its numbers. table: (C, C), rows are the truth; names: of the classes."""
    fig = blank(width=1.8 + 0.48 * max(len(names), 6), height=1.4 + 0.42 * max(len(names), 5), title=title)
    ax = fig.subplots()
    ax.imshow(np.sqrt(table), cmap="Blues")
    for (i, j), number in np.ndenumerate(table):
        if number:
            ax.text(j, i, number, ha="center", va="center", fontsize=9, color="white" if number > table.max() / 3 else INK)
    ax.set(xlabel="predicted class", ylabel="true class", xticks=range(len(names)), yticks=range(len(names)),
           xticklabels=names, yticklabels=names)
    ax.grid(False)
    return fig


@styled
def curse(distances, ratios):
    """Distances from a point to others. distances: number of features -> distances; ratios: number -> nearest / farthest."""
    fig = blank(title="In many dimensions everybody is equally far away")
    left, right = fig.subplots(1, 2)
    for (d, values), color in zip(distances.items(), (BLUE, ORANGE, RED)):
        left.hist(values / values.mean(), bins=np.linspace(0, 2, 61), color=color, alpha=0.6, label=f"{d} features")
    left.set(title="Distances, their mean set to 1", xlabel="distance / mean distance", ylabel="number of points")
    left.legend(loc="best")
    right.semilogx(list(ratios), list(ratios.values()), "o-", color=RED)
    right.set(title="Nearest against farthest", xlabel="number of features (logarithmic)",
              ylabel="nearest / farthest distance", ylim=(0, 1))
    return fig
