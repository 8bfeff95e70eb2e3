"""Characters as numbers and back."""

import numpy as np

from dl_helpers.arguments import shapes

__all__ = ["END", "PAD", "START", "Vocabulary"]

PAD, START, END = 0, 1, 2


class Vocabulary:
    """The characters of some texts, numbered from 3 in alphabetical order, after PAD 0, START 1 and END 2.

    texts: a string, or several. `characters` is the string of all of them; len() counts them with the three marks.
    """

    def __init__(self, texts):
        self.characters = "".join(sorted(set("".join(texts))))
        self._number = {c: i for i, c in enumerate(self.characters, start=END + 1)}

    def __len__(self):
        return len(self.characters) + END + 1

    def encode(self, text):
        """One text -> its numbers (T,) int64, without marks. Raises ValueError for a character that it does not know."""
        unknown = sorted(set(text) - set(self.characters))
        if unknown:
            raise ValueError(f"Vocabulary.encode: {unknown[0]!r} is not among the known characters {self.characters!r}")
        return np.array([self._number[c] for c in text], dtype=np.int64)

    def encode_all(self, texts):
        """Texts -> (N, T) int64: START, the characters, END, and PAD up to the length of the longest."""
        rows = [[START, *self.encode(text), END] for text in texts]
        table = np.full((len(rows), max(map(len, rows), default=0)), PAD, dtype=np.int64)
        for row, numbers in zip(table, rows):
            row[: len(numbers)] = numbers
        return table

    def decode(self, numbers):
        """Numbers (T,) -> the text before END, without the marks."""
        numbers = np.asarray(numbers)
        shapes("Vocabulary.decode: numbers int (T)", numbers)
        stop = np.flatnonzero(numbers == END)
        kept = numbers[: stop[0]] if len(stop) else numbers
        return "".join(self.characters[i - END - 1] for i in kept if i > END)
