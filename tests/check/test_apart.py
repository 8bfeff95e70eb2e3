"""At grading the task file stays in a process of its own."""

import sys
from pathlib import Path

import pytest

from dl_helpers.check.apart import draw
from dl_helpers.check.course import CourseError, load_unit
from dl_helpers.check.tasks import Quiz

UNIT = Path(__file__).parents[2] / "exercises" / "02_linear_regression"


def test_every_task_comes_back_as_it_is_in_the_task_file():
    unit = load_unit(UNIT)
    for name in ("ridge", "predict_diabetes", "quiz_bounce"):
        task, drawn = unit.tasks[name], draw(UNIT, name, "seed")
        if isinstance(task, Quiz):
            assert drawn == task
        else:
            here = unit.hidden(name, "seed")
            assert (drawn.points, len(drawn.cases)) == (task.points, len(here.cases))


def test_the_task_file_is_not_loaded_here():
    before = set(sys.modules)
    draw(UNIT, "ridge", "seed")
    assert not any(getattr(sys.modules[m], "__file__", "") == str(UNIT / "tasks.py") for m in set(sys.modules) - before)


def test_a_students_module_does_not_stand_in(tmp_path, monkeypatch):
    (tmp_path / "numpy.py").write_text("raise SystemExit('the student was here')")
    monkeypatch.chdir(tmp_path)
    assert draw(UNIT, "ridge", "seed").points == 3


def test_a_missing_task_file_is_said_in_a_line(tmp_path):
    with pytest.raises(CourseError, match=r"there is no task file"):
        draw(tmp_path, "ridge", "seed")
