"""A small course of one unit, and a class that hands in whatever a test wants."""

import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from dl_helpers.grading.course import Course
from dl_helpers.grading.release import release

ROOT = Path(__file__).parents[2]
UNIT = "01_sums"


def nbgrader(name, points=None, **flags):
    meta = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3, "grade_id": name}
    return {"nbgrader": meta | flags | ({"points": points} if points is not None else {})}


def answer(name, solution):
    text = f"def {name}(x):\n    ### BEGIN SOLUTION\n    {solution}\n    ### END SOLUTION"
    return new_code_cell(text, id=f"cell-{name}", metadata=nbgrader(name, solution=True))


def graded(name, visible, hidden, points):
    text = f"{visible}\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
    return new_code_cell(text, id=f"cell-{name}", metadata=nbgrader(name, points, grade=True, locked=True))


def small_notebook():
    cells = [
        new_markdown_cell("# Sums", id="title"),
        new_code_cell("base = 10", id="cell-given", metadata=nbgrader("given", locked=True)),
        answer("double", "return 2 * x"),
        graded("test_double", "assert double(1) == 2", "assert double(7) == 14", 1),
        answer("add_base", "return x + base"),
        graded("test_add_base", "assert add_base(1) == 11", "assert add_base(5) == 15", 2),
        new_markdown_cell("Why?\n\n### BEGIN SOLUTION\none point for a reason\n### END SOLUTION", id="cell-why",
                          metadata=nbgrader("why", 1, grade=True, solution=True)),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=cells, metadata=kernel)


@pytest.fixture(scope="session")
def released(tmp_path_factory):
    """The folder of a released small course; tests work on copies."""
    root = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    (root / "exercises" / UNIT).mkdir(parents=True)
    nbformat.write(small_notebook(), root / "exercises" / UNIT / f"{UNIT}.ipynb")
    release(Course(root), UNIT)
    return root


@pytest.fixture
def course(released, tmp_path, monkeypatch):
    """A course with the unit 01_sums released; cells are cut off after five seconds."""
    monkeypatch.setenv("DL_COURSE_CELL_TIMEOUT", "5")
    root = tmp_path / "course"
    shutil.copytree(released, root)
    return Course(root)


@pytest.fixture
def hand_in(course):
    """hand_in(student, edit): submit the answer key, changed by edit(notebook), or the text that edit returns."""

    def submit(student, edit=lambda nb: None):
        nb = nbformat.read(course.notebook("release", UNIT), as_version=4)
        solutions = nbformat.read(course.notebook("solution", UNIT), as_version=4)
        answers = {c.metadata.nbgrader.grade_id: c.source for c in solutions.cells if "nbgrader" in c.metadata}
        for cell in nb.cells:
            meta = cell.metadata.get("nbgrader", {})
            if meta.get("solution"):
                cell.source = "Because of the base." if meta.get("grade") else answers[meta["grade_id"]]
        text = edit(nb)
        path = course.notebook("submitted", UNIT, student)
        path.parent.mkdir(parents=True)
        if text is None:
            nbformat.write(nb, path)
        else:
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return submit


def cell(nb, name):
    """The cell of a notebook with an nbgrader name."""
    return next(c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)
