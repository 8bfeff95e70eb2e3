"""The calls of an exercise notebook: unit, task, hidden, summary; and the points so far."""

import os

import numpy as np

from dl_helpers.check.apart import draw
from dl_helpers.check.course import CourseError, find_checks, find_unit_folder
from dl_helpers.check.failure import CheckFailed, Message, show
from dl_helpers.check.judge import judge
from dl_helpers.check.plain import NotPlain, leaf
from dl_helpers.check.tasks import Quiz

__all__ = ["hidden", "summary", "task", "unit"]


class Progress:
    """What this notebook's tests have shown so far."""

    def __init__(self):
        self.unit, self.tasks, self.state = None, {}, {}

    def points(self, name):
        entry = self.tasks[name]
        return entry["points"] if isinstance(entry, dict) else entry.points

    @property
    def total(self):
        return sum(map(self.points, self.tasks))

    @property
    def earned(self):
        return sum(self.points(name) for name, state in self.state.items() if state == "right")


_progress = Progress()


def unit(name):
    """Say which exercise this is. Put it into the first cell of the notebook."""
    global _progress
    try:
        tasks, _ = find_checks(name)
    except CourseError as error:
        raise CheckFailed(f"✗ {name}: {error}") from None
    _progress = Progress()
    _progress.unit, _progress.tasks = name, tasks
    show(Message(f"{name}: {len(tasks)} tasks, {_progress.total} points are checked in this notebook", ok=True))


def task(name, *subjects):
    """The visible test of a task: fixed cases, and a diagnosis when one fails.

    name: of the task; subjects: the student's functions, or the answer to a quiz. Raises CheckFailed.
    """
    sheet = _known(name)
    if isinstance(sheet, dict):
        _look_at_answer(name, sheet, *subjects)
        return
    _progress.state[name] = "wrong"
    judge(sheet, subjects)
    _progress.state[name] = "right"
    show(Message(f"✓ {name}  {_points(sheet.points)}   ({_progress.earned} of {_progress.total} in this notebook)", ok=True,
                 data={"task": name, "passed": True, "misconceptions": []}))


def hidden(name, *subjects):
    """The hidden test of a task: fresh inputs from a seed, drawn by the task file. It runs where the course is graded."""
    _known(name)
    try:
        drawn = draw(find_unit_folder(_progress.unit), name, os.environ.get("DL_COURSE_SEED", ""))
    except CourseError as error:
        raise CheckFailed(f"✗ {name}: {error}") from None
    if isinstance(drawn, Quiz):
        grade_answer(name, drawn, *subjects)
    else:
        judge(drawn, subjects)


def summary():
    """Print the table of all tasks of this notebook, with the points that the visible tests have shown so far."""
    marks = {"right": "✓", "wrong": "✗", "recorded": "•"}
    rows = [("task", "points", "")]
    for name in _progress.tasks:
        state = _progress.state.get(name)
        points = _progress.points(name)
        got = {"right": str(points), "recorded": "?"}.get(state, "0")
        rows.append((name, f"{got} of {points}", marks.get(state, "not run yet")))
    lines = [f"{_progress.earned} of {_progress.total} points so far."]
    if "recorded" in _progress.state.values():
        lines.append("• is recorded; it is graded after you hand in.")
    show(Message(str(_progress.unit), lines, rows, ok=True))


def _known(name):
    if _progress.unit is None:
        raise CheckFailed(f"✗ {name}: run the first cell of the notebook first; it calls check.unit(...)")
    if name not in _progress.tasks:
        raise CheckFailed(f"✗ {name}: {_progress.unit} has no task of this name; it has {', '.join(_progress.tasks)}")
    return _progress.tasks[name]


def _points(n):
    return f"{n} point" if n == 1 else f"{n} points"


# Quizzes


def _look_at_answer(name, question, answer=None):
    """The form of an answer only: what is right is not known here."""
    _progress.state[name] = "wrong"
    given = _answer(name, question["quiz"], answer)
    _progress.state[name] = "recorded"
    points = _points(question["points"])
    show(Message(f"• {name}: your answer {_short(given)} is recorded  {points}, graded after you hand in", ok=True))


def _answer(name, choices, answer):
    """The answer in its right form. A question is a function that returns it, or the answer itself."""
    if callable(answer):
        try:
            answer = answer()
        except NotImplementedError:
            answer = None
        except Exception as error:
            raise CheckFailed(f"✗ {name}: it raised {type(error).__name__}: {error}") from None
    if answer is None or answer is Ellipsis:
        raise CheckFailed(f"✗ {name}: no answer yet: return {_wanted(choices)}")
    if choices:
        if not isinstance(answer, str) or answer.strip().lower() not in choices or len(answer.strip()) != 1:
            raise CheckFailed(f"✗ {name}: the answer is {_short(answer)}; expected {_wanted(choices)}")
        return answer.strip().lower()
    try:
        number = leaf(answer, expect_array=False)
    except NotPlain as problem:
        raise CheckFailed(f"✗ {name}: the answer {problem}") from None
    if number.ndim or not np.isfinite(number):
        raise CheckFailed(f"✗ {name}: the answer is {_short(answer)}; expected one finite number")
    return float(number)


def _wanted(choices):
    return "one of the letters " + ", ".join(f'"{c}"' for c in choices) if choices else "a number"


def _short(value):
    if isinstance(value, float):
        return f"{value:g}"
    try:
        text = repr(value)
    except Exception:
        text = ""
    return text if 0 < len(text) <= 40 else f"a {type(value).__name__}"


def grade_answer(name, question, answer=None):
    given = _answer(name, question.choices, answer)
    if _same_answer(given, question.answer, question.tolerance):
        return
    known = [sentence for wrong, sentence in question.wrong.items() if _same_answer(given, wrong, question.tolerance)]
    data = {"task": name, "passed": False, "misconceptions": known}
    raise CheckFailed(Message(f"✗ {name}: {_short(given)} is not the answer", known, data=data), known)


def _same_answer(given, other, tolerance):
    if isinstance(other, str) or isinstance(given, str):
        return given == other
    return bool(np.isclose(given, other, rtol=tolerance, atol=1e-12))
