"""The exercises of the course, for the tests that run on each of them."""

from functools import cache
from pathlib import Path

import nbformat
import pytest

from dl_helpers.check.course import load_unit

EXERCISES = Path(__file__).parents[2] / "exercises"
FOLDERS = sorted(p.parent for p in EXERCISES.glob("*/tasks.py"))

every_unit = pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
every_task = pytest.mark.parametrize(
    "folder, name", [(f, name) for f in FOLDERS for name in load_unit(f).tasks], ids=lambda v: getattr(v, "name", v))


@cache
def source_notebook(folder):
    return nbformat.read(folder / f"{folder.name}.ipynb", as_version=4)


def marks(cell):
    """A cell's nbgrader metadata."""
    return cell.metadata.get("nbgrader", {})
