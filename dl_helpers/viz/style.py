"""How the course's printed figures look, and a frame that gives each a caption and a text for those who cannot see it."""

import base64
import html
import io

import matplotlib as mpl
from matplotlib.figure import Figure

# the palette of Okabe and Ito, which the colour-blind can tell apart
BLUE, ORANGE, GREEN, RED, PURPLE, SKY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9"
INK, MUTED = "#1f2328", "#59636e"

STYLE = {
    "font.size": 10, "axes.titlesize": 11, "axes.titleweight": "bold", "axes.titlelocation": "left", "axes.labelsize": 10,
    "axes.edgecolor": "#8c959f", "axes.labelcolor": INK, "text.color": INK, "xtick.color": MUTED, "ytick.color": MUTED,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "axes.axisbelow": True,
    "grid.color": "#d9dce0", "grid.linewidth": 0.6, "lines.linewidth": 2, "legend.frameon": False, "legend.fontsize": 9,
    "figure.dpi": 100, "savefig.dpi": 150, "figure.facecolor": "white",
}

styled = mpl.rc_context(STYLE)   # a decorator: what is drawn inside has the course's look


@styled
def blank(width=9.2, height=4.1, title=""):
    """An empty figure of a size in inches, which pyplot does not know of and therefore does not show twice."""
    fig = Figure(figsize=(width, height), layout="constrained")
    if title:
        fig.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold")
    return fig


@styled
def message_only(fig, message):
    """A figure that could not be drawn says why."""
    fig.text(0.5, 0.5, message, ha="center", va="center", color=RED, wrap=True)


class Picture:
    """A matplotlib figure with its caption and its alternative text, shown as the last value of a cell."""

    def __init__(self, figure, *, caption, alt):
        self.figure, self.caption, self.alt = figure, caption, alt

    def _repr_mimebundle_(self, **kwargs):
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", dpi=150)
        png = base64.b64encode(buffer.getvalue()).decode("ascii")
        width = int(self.figure.get_figwidth() * 88)
        page = (
            f'<figure style="margin: 4px 0 12px; max-width: 1000px">'
            f'<img alt="{html.escape(self.alt, quote=True)}" src="data:image/png;base64,{png}" width="{width}" '
            f'style="max-width: 100%; height: auto; border-radius: 8px">'
            f'<figcaption style="margin-top: 6px; opacity: 0.8">{html.escape(self.caption)}</figcaption></figure>'
        )
        return {"text/html": page, "image/png": png, "text/plain": self.alt}, {"image/png": {"alt": self.alt, "width": width}}
