"""The two charts of a report, as SVG text to put into a page."""

import io

import numpy as np
from matplotlib.figure import Figure

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#777777"


def score_distribution(scores, max_score):
    """A histogram of the scores of a class, with the median marked."""
    figure, ax = _figure(width=6.4, height=3.0)
    bins = np.linspace(0, max_score, min(int(max_score), 20) + 1) if max_score else 10
    ax.hist(scores, bins=bins, color=BLUE, edgecolor="white")
    if scores:
        median = float(np.median(scores))
        ax.axvline(median, color=ORANGE, linewidth=2)
        ax.annotate(f"median {median:g}", (median, 1), xycoords=("data", "axes fraction"), xytext=(5, -12),
                    textcoords="offset points", color=ORANGE)
    ax.set(title="Score distribution", xlabel="points", ylabel="students", xlim=(0, max_score or 1))
    ax.yaxis.get_major_locator().set_params(integer=True)
    return _svg(figure)


def points_lost(tasks):
    """Bars of the mean points lost in each task, beside the points it is worth."""
    figure, ax = _figure(width=6.4, height=0.8 + 0.32 * len(tasks))
    rows = np.arange(len(tasks))
    ax.barh(rows, [t.max_score for t in tasks], color="none", edgecolor=GREY, label="worth")
    ax.barh(rows, [t.mean_lost for t in tasks], color=ORANGE, label="lost on average")
    ax.set_yticks(rows, [t.name for t in tasks])
    ax.invert_yaxis()
    ax.set(title="Points lost per task", xlabel="points")
    figure.legend(frameon=False, loc="outside lower center", ncols=2)
    return _svg(figure)


def _figure(width, height):
    figure = Figure(figsize=(width, height), layout="constrained")
    ax = figure.subplots()
    ax.spines[["top", "right"]].set_visible(False)
    return figure, ax


def _svg(figure):
    text = io.StringIO()
    figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    return text.getvalue()[text.getvalue().index("<svg"):]
