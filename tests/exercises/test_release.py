"""What students receive, made by nbgrader from the sources, and run as a student's kernel runs it."""

import copy
import os

import nbformat
import pytest
from nbclient import NotebookClient

from dl_helpers.check.course import load_unit
from dl_helpers.check.tasks import Quiz
from tests.exercises.units import EXERCISES, every_unit, marks, source_notebook


@pytest.fixture
def release():
    """A function: source folder -> released folder and notebook. (tests/grading compares the release with the source.)"""

    def notebook(folder):
        released = EXERCISES.parent / "release" / folder.name
        return released, nbformat.read(released / f"{folder.name}.ipynb", as_version=4)

    return notebook


def execute(notebook, folder, **environment):
    """Run all cells, errors and all; returns the notebook."""
    env = {**os.environ, "PYTHONPATH": str(EXERCISES.parent), **environment}
    client = NotebookClient(notebook, timeout=60, allow_errors=True, resources={"metadata": {"path": str(folder)}})
    client.execute(env=env)
    return notebook


def failed(cell):
    return any(o.output_type == "error" for o in cell.get("outputs", []))


def graded(notebook):
    return [c for c in notebook.cells if c.cell_type == "code" and marks(c).get("grade")]


@every_unit
def test_the_untouched_release_scores_nothing(folder, release):
    place, notebook = release(folder)
    sources = {marks(c)["grade_id"]: c.source for c in graded(source_notebook(folder))}
    for cell in graded(notebook):
        cell.source = sources[marks(cell)["grade_id"]]          # nbgrader puts the hidden tests back before it grades
    execute(notebook, place, DL_COURSE_ROOT=str(EXERCISES.parent))
    assert all(failed(c) for c in graded(notebook))
    assert not [c.source for c in notebook.cells if failed(c) and not marks(c).get("grade")], "the starter does not run"


@every_unit
def test_the_solution_scores_full_marks(folder, release):
    notebook = copy.deepcopy(source_notebook(folder))
    execute(notebook, folder, DL_COURSE_ROOT=str(EXERCISES.parent))
    assert not [c.source + str(c.outputs) for c in notebook.cells if failed(c)]


@every_unit
def test_nothing_of_the_instructors_is_in_the_release(folder, release):
    place, notebook = release(folder)
    assert not list(place.rglob("tasks.py"))
    text = "\n".join(p.read_text(encoding="utf-8") for p in place.rglob("*") if p.is_file())
    for mark in ("BEGIN SOLUTION", "BEGIN HIDDEN", "BEGIN MARK SCHEME", "check.hidden", "Wrong(", "misconception"):
        assert mark not in text
    source = source_notebook(folder)
    for before, after in zip(source.cells, notebook.cells):
        if marks(before).get("solution") and before.cell_type == "code":
            kept = {line.strip() for line in after.source.splitlines()}
            body = before.source.split("### BEGIN SOLUTION")[1].split("### END SOLUTION")[0]
            assert not {line.strip() for line in body.splitlines() if line.strip()} & kept
    unit = load_unit(folder)
    for name, task in unit.tasks.items():
        if isinstance(task, Quiz):
            assert not [s for s in task.wrong.values() if s in text], f"{name}: the release explains the answer"
