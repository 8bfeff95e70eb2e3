"""Pictures of arrays: how shapes meet, and what an affine map does to the plane."""

import numpy as np
from matplotlib.patches import Rectangle

from dl_helpers.viz.style import BLUE, GREEN, INK, MUTED, ORANGE, RED, blank, styled


def _grid(ax, left, values, color, stretched_from=None, title=""):
    """A table of numbers as boxes, its upper left corner at (left, 0). What is only stretched is drawn pale."""
    rows, columns = values.shape
    real_rows, real_columns = stretched_from or values.shape
    for i in range(rows):
        for j in range(columns):
            pale = i >= real_rows or j >= real_columns
            ax.add_patch(Rectangle((left + j, -i - 1), 1, 1, facecolor=color, alpha=0.12 if pale else 0.55, ec="white", lw=2))
            ax.text(left + j + 0.5, -i - 0.5, f"{values[i, j]:g}".replace("-", "−"), ha="center", va="center",
                    color=MUTED if pale else INK)
    ax.text(left + columns / 2, 0.35, title, ha="center", va="bottom", fontsize=9)


@styled
def broadcasting(cases):
    """How two arrays are stretched to one shape. cases: list of pairs (a, b) of arrays, which are subtracted."""
    fig = blank(width=9.2, height=2.0 * len(cases), title="Broadcasting: lined up at the right end, pale where stretched")
    for ax, (a, b) in zip(np.atleast_1d(fig.subplots(len(cases), 1)), cases):
        result, left = a - b, 0.0
        for array, color, sign in ((a, BLUE, "−"), (b, ORANGE, "="), (result, GREEN, "")):
            table = np.atleast_2d(array)
            shape = str(array.shape).replace(" ", "")
            _grid(ax, left, np.broadcast_to(table, result.shape), color, table.shape, f"shape {shape}")
            left += result.shape[1] + 1.2
            ax.text(left - 0.6, -result.shape[0] / 2, sign, ha="center", va="center", fontsize=14)
        ax.set(xlim=(-0.2, left), ylim=(-result.shape[0] - 0.2, 1.1), aspect="equal")
        ax.axis("off")
    return fig


@styled
def affine_map(w, b):
    """What x -> x w + b does to a grid of points of the plane. w: (2, 2), b: (2,)."""
    fig = blank(title="An affine map keeps lines straight and parallel, but moves the origin")
    ticks, along = np.arange(-2, 3), np.linspace(-2, 2, 9)
    before, after = fig.subplots(1, 2)
    for t in ticks:
        for line in (np.stack([along, np.full(9, t)], axis=1), np.stack([np.full(9, t), along], axis=1)):
            before.plot(*line.T, color=BLUE, lw=1)
            after.plot(*(line @ w + b).T, color=BLUE, lw=1)
    corner = np.array([[0.0, 0], [1, 0], [0, 1]])
    for ax, points in ((before, corner), (after, corner @ w + b)):
        ax.plot(*points[0], "o", color=RED, ms=8, mec="white", label="the point 0, and where it goes")
        ax.plot(*points[1], "^", color=ORANGE, ms=8, mec="white", label="the point (1, 0)")
        ax.plot(*points[2], "D", color=GREEN, ms=7, mec="white", label="the point (0, 1)")
        ax.axhline(0, color=INK, lw=0.8)
        ax.axvline(0, color=INK, lw=0.8)
        ax.set_aspect("equal", adjustable="datalim")
    before.set(title="The rows of x", xlabel="first feature", ylabel="second feature")
    after.set(title="The rows of x w + b", xlabel="first output", ylabel="second output")
    fig.legend(*before.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return fig


@styled
def jacobian(blocks, n, d, m):
    """The pattern of the Jacobian of a small affine layer: which output depends on which input. blocks: (N M, N D)."""
    fig = blank(width=6.4, height=4.0, title="The Jacobian of out with respect to x: mostly zeros")
    ax = fig.subplots()
    limit = np.abs(blocks).max()
    image = ax.imshow(blocks, cmap="RdBu_r", vmin=-limit, vmax=limit)
    ax.set(xlabel=f"entry of x ({n} samples × {d} features)", ylabel=f"entry of out ({n} × {m})", title="∂out / ∂x")
    ax.grid(visible=False)
    fig.colorbar(image, ax=ax, label="derivative")
    return fig
