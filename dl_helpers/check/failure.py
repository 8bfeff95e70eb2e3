"""What a failed check says, and how it looks: plain text everywhere, HTML in notebooks, never a long traceback."""

from dataclasses import dataclass, field
from html import escape

__all__ = ["MIME_TYPE", "CheckFailed", "Message", "show"]

MIME_TYPE = "application/vnd.dl-course.check+json"


@dataclass
class Message:
    """A message for a learner.

    title: one line; lines: sentences below it; table: rows of text, heading first; foot: small print; ok: good news;
    data: the same for programs (task, passed, misconceptions), kept in the notebook's output beside the text.
    """

    title: str
    lines: list[str] = field(default_factory=list)
    table: list[tuple] = field(default_factory=list)
    foot: list[str] = field(default_factory=list)
    ok: bool = False
    data: dict = field(default_factory=dict)

    def __str__(self):
        return "\n".join([self.title, *("  " + line for line in self.lines), *("    " + row for row in self._rows()),
                          *("  " + line for line in self.foot)])

    def _rows(self):
        widths = [max(map(len, column)) for column in zip(*self.table)]
        def cell(text, width):
            return text.ljust(width) if self.ok else text.rjust(width)

        return ["   ".join(map(cell, row, widths)).rstrip() for row in self.table]

    def html(self):
        """The message as HTML. Colours are chosen to be read on white and on black; text has the theme's colour."""
        colour = "#2e9e5b" if self.ok else "#d9534f"
        body = "".join(f"<div>{escape(line)}</div>" for line in self.lines)
        if self.table:
            side = "left" if self.ok else "right"
            cell = f"<td style='text-align:{side};padding:0 0.8em 0 0;font-family:monospace;background:none'>{{}}</td>"
            rows = "".join("<tr style='background:none'>" + "".join(cell.format(escape(c)) for c in row) + "</tr>"
                           for row in self.table)
            body += f"<table style='margin:0.3em 0;border:none'>{rows}</table>"
        small = "opacity:0.75;font-size:90%;font-family:monospace;white-space:pre-wrap"
        body += "".join(f"<div style='{small}'>{escape(line)}</div>" for line in self.foot)
        body = f"<div style='margin-left:1.2em'>{body}</div>" if body else ""
        return (f"<div style='border-left:4px solid {colour};padding:0.2em 0.8em;line-height:1.45'>"
                f"<b style='white-space:pre-wrap'>{escape(self.title)}</b>{body}</div>")

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = {"text/plain": str(self), "text/html": self.html()}
        return bundle | {MIME_TYPE: self.data} if self.data else bundle


class CheckFailed(AssertionError):
    """A check that failed. Its text is the message for the learner; `misconceptions` are the sentences recognised."""

    _shown = False

    def __init__(self, message, misconceptions=()):
        self.message = message if isinstance(message, Message) else Message(str(message))
        self.misconceptions = tuple(misconceptions)
        super().__init__(str(self.message))

    def __reduce__(self):
        return type(self), (self.message, self.misconceptions)

    def _render_traceback_(self):
        """What IPython prints in place of a traceback. In a notebook the message is shown as HTML, so one line is enough.

        The kernel asks twice: for what it displays and for its reply.
        """
        if _in_notebook():
            if not self._shown:
                self._shown = True
                show(self.message)
            return [f"CheckFailed: {self.message.title}"]
        return str(self).splitlines()


def _in_notebook():
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    shell = get_ipython()
    return shell is not None and getattr(shell, "kernel", None) is not None


def show(message):
    """Display a message: HTML with a plain-text twin in a notebook, print elsewhere."""
    if _in_notebook():
        from IPython.display import display

        display(message)
    else:
        print(message)
