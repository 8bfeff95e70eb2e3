"""Static figures, drawn with matplotlib: what the lectures show where nothing needs to move."""

from dl_helpers.viz.style import Picture

__all__ = ["Picture"]
