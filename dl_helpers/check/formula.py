"""A function given as a formula, so that a task can hand a function to student code and still be plain data."""

import numpy as np

__all__ = ["Formula"]


class Formula:
    """A function that can be written to a file.

    Formula("2 * (a @ w - b)", "w", a=..., b=...) is the function w -> 2 (a w - b). np stands for NumPy.
    """

    def __init__(self, text, of="x", **constants):
        self.text, self.of, self.constants = text, of, constants
        self._function = eval(f"lambda {of}: {text}", {"np": np, **constants})

    def __call__(self, *arguments):
        return self._function(*arguments)

    def __repr__(self):
        return f"the function {self.of} -> {self.text}"
