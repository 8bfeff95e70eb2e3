"""What every interactive figure has in common: a state, a scene computed from it, and a picture for where nothing moves."""

import base64
import io
import math
import pathlib

import anywidget
import numpy as np
import traitlets

STATIC = pathlib.Path(__file__).parent / "static"


def pack(value):
    """What goes to the browser: arrays as little-endian float32 with their shape, numbers that JSON lacks as null."""
    if isinstance(value, dict):
        return {name: pack(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [pack(item) for item in value]
    if isinstance(value, np.ndarray) and value.ndim:
        return {"shape": list(value.shape), "data": np.ascontiguousarray(value, dtype="<f4").tobytes()}
    if isinstance(value, (np.generic, np.ndarray)):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _packed(value, widget):
    return pack(value)


def state(trait):
    """A part of the figure's state: a trait that Python and the browser share."""
    return trait.tag(sync=True, to_json=_packed)


class Figure(anywidget.AnyWidget):
    """An interactive figure.

    Its state are traits, to be read and set from Python as from the browser. A subclass names in `computed_from` those
    whose change needs a new computation, and says in `compute` what is to be drawn: a dictionary of numbers and arrays,
    which goes to the browser as a whole. What fails there is shown in the figure as a message.
    """

    _css = STATIC / "figure.css"
    title = state(traitlets.Unicode())
    caption = state(traitlets.Unicode())
    scene = state(traitlets.Dict())
    computed_from = ()

    def __init__(self, **values):
        self._serial = 0
        super().__init__(**values)
        self.observe(self._recompute, names=list(self.computed_from))
        self.on_msg(self._act)

    def open(self):
        """Compute before the browser hears of the figure, so that it never shows an empty one."""
        self._recompute()
        super().open()

    def compute(self):
        raise NotImplementedError(f"{type(self).__name__} must say what is drawn: compute()")

    def draw(self, fig):
        """Draw the scene on a matplotlib figure. A subclass says how."""
        raise NotImplementedError(f"{type(self).__name__} must say how it looks on paper: draw(fig)")

    def describe(self):
        """The figure in a sentence, for those who do not see it."""
        end = "" if self.title.endswith(("?", "!", ".")) else "."
        return f"{self.title}{end} {self.scene.get('message') or self.scene.get('status', '')}".strip()

    actions = ()   # methods that a button may call

    def _act(self, widget, content, buffers):
        action = content.get("do")
        if action in self.actions:
            getattr(self, action)()

    def _recompute(self, change=None):
        self._serial += 1
        try:
            with np.errstate(all="ignore"):   # a divergence is shown, not warned of
                scene = self.compute()
        except Exception as error:            # a student's function may raise anything; the figure must say so and live on
            kind = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
            scene = {"message": f"{kind}{error}", "empty": True}
        self.scene = {"serial": self._serial, **scene}

    def to_figure(self):
        """The figure as it stands now, as a matplotlib Figure."""
        from dl_helpers.viz.style import blank, message_only

        fig = blank(title=self.title)
        if self.scene.get("empty"):
            message_only(fig, self.scene["message"])
        else:
            self.draw(fig)
        return fig

    def _repr_mimebundle_(self, **kwargs):
        """The live figure, and a picture of it for exported pages and for when no kernel runs."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        buffer = io.BytesIO()
        self.to_figure().savefig(buffer, format="png", dpi=110)
        picture = {"image/png": base64.b64encode(buffer.getvalue()).decode("ascii"), "text/plain": self.describe()}
        return {**data, **picture}, {**metadata, "image/png": {"alt": self.describe()}}
