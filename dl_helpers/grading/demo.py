"""A whole class cycle in a folder of its own: release, fetch, submit, collect, autograde, feedback, report, CSV.

Five students hand in unit 02 as students do. What each must get is known from what their work lacks; the command
compares, so that the demonstration is also the proof that the way from a fresh machine to a graded class works.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeFactory
from rich.table import Table
from traitlets.config import Config

from dl_helpers.grading.autograde import autograde
from dl_helpers.grading.course import CONFIG, Course
from dl_helpers.grading.errors import CourseError
from dl_helpers.grading.export import export
from dl_helpers.grading.feedback import feedback
from dl_helpers.grading.nbgrader_log import last_error, run
from dl_helpers.grading.release import release
from dl_helpers.grading.report import make_report

UNIT = "02_linear_regression"
MARKER = ".dl-course-demo"  # a folder with this file may be deleted by the next demonstration
CELL_TIMEOUT = 5  # seconds; the cell that never ends costs the class no more than this


@dataclass(frozen=True)
class Student:
    """A student of the demonstration.

    answers: which answer cells they fill, by nbgrader name, or None for all of them; edit: what they do to their
    answers, a dict from name to text; loses: the test cells whose points are lost by that.
    """

    name: str
    story: str
    answers: tuple[str, ...] | None = None
    edit: Callable[[dict], None] = lambda answers: None
    loses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """The grade that a student got and the one that they must get."""

    student: str
    story: str
    score: float
    expected: float
    max_score: float


def _replace(name, old, new):
    def edit(answers):
        if old not in answers[name]:
            raise CourseError(f"the demonstration is out of step with {UNIT}: {old!r} is not in the answer {name}")
        answers[name] = answers[name].replace(old, new)
    return edit


ESSAY = "A large feature makes the bowl steep in one direction, so the learning rate must be small, and the others creep."
FIRST_HALF = ("predict", "mse-loss", "l1-loss", "normal-equations")
STUDENTS = (
    Student("ada", "complete"),
    Student("ben", "half done", answers=FIRST_HALF,
            loses=("test-gradient-descent", "test-ridge", "test-validation-errors", "test-predict-diabetes",
                   "test-quiz-bounce", "test-quiz-stable", "test-quiz-constant", "test-quiz-capacity")),
    Student("cleo", "one backward pass wrong",
            edit=_replace("mse-loss", "dout * 2 * error / error.size", "dout * 2 * error"), loses=("test-mse-loss",)),
    Student("dan", "a cell that raises",
            edit=_replace("gradient-descent", "def gradient_descent", "X.shape\n\ndef gradient_descent"),
            loses=("test-gradient-descent",)),
    Student("eva", "a cell that never ends", edit=_replace("ridge", "def ridge", "while True:\n    pass\n\ndef ridge"),
            loses=("test-ridge",)),
)


def play(course, folder, bar):
    """Play the cycle in a folder beside the course; bar: a rich Progress.

    Returns (the demonstration's Course, the unit, a list of Outcomes).
    """
    steps = bar.add_task("demo", total=7 + 3 * len(STUDENTS))

    def step(text):
        bar.update(steps, advance=1, description=text)

    demo = _new_course(course, Path(folder))
    step("releasing")
    release(demo, UNIT)
    _call(demo.api.release_assignment(UNIT))
    for student in STUDENTS:
        step(f"{student.name} fetches, works and submits")
        _hand_in(demo, student)
    step("collecting")
    _call(demo.api.collect(UNIT))
    results = []
    for result in autograde(demo, UNIT):
        results.append(result)
        step(f"graded {result.student}")
    for name, _, failure in feedback(demo, UNIT):
        step(f"feedback for {name}")
        if failure:
            raise CourseError(f"feedback for {name}: {failure}")
    step("reporting")
    make_report(demo, UNIT)
    export(demo)
    points = _points(demo)
    by_name = {result.student: result for result in results}
    return demo, UNIT, [
        Outcome(s.name, s.story, by_name[s.name].score,
                sum(p for name, p in points.items() if name not in s.loses), by_name[s.name].max_score)
        for s in STUDENTS
    ]


def table(outcomes):
    """The outcomes as a rich table."""
    view = Table("student", "handed in", "points", "must be", "of", "", title=f"A class cycle: {UNIT}", title_justify="left")
    for o in outcomes:
        score = "–" if o.score is None else f"{o.score:g}"
        mark = "[green]✓[/]" if o.score == o.expected else "[red]✗[/]"
        view.add_row(o.student, o.story, score, f"{o.expected:g}", f"{o.max_score or 0:g}", mark)
    return view


def _new_course(course, folder):
    root = course.root / folder
    if root.exists():
        if not (root / MARKER).exists():
            raise CourseError(f"{root} is there and is no earlier demonstration; name another folder: --keep FOLDER")
        shutil.rmtree(root)
    root.mkdir(parents=True)
    (root / MARKER).touch()
    shutil.copy(course.root / CONFIG, root)
    shutil.copytree(course.folder("source", UNIT), root / "exercises" / UNIT, ignore=shutil.ignore_patterns("__pycache__"))
    return Course(root, Config({
        "Execute": {"timeout": CELL_TIMEOUT},
        "Exchange": {"root": str(root / "exchange")},
        "CourseDirectory": {"db_url": f"sqlite:///{root / 'gradebook.db'}"},
    }))


def _hand_in(course, student):
    """Fetch the release through the exchange, fill in answers, and submit through the exchange."""
    home = course.root / "homes" / student.name
    config = Config(course.config)
    config.Exchange = Config(course.config.Exchange | {"assignment_dir": str(home), "cache": str(home / ".cache")})
    directory = CourseDirectory(config=config, assignment_id=UNIT, student_id=student.name)
    exchange = ExchangeFactory(config=config)
    parts = {"coursedir": directory, "authenticator": Authenticator(config=config), "config": config}
    home.mkdir(parents=True)
    _call(run(exchange.FetchAssignment(**parts)))
    _write_answers(course, student, home / UNIT / f"{UNIT}.ipynb")
    directory.assignment_id = UNIT
    _call(run(exchange.Submit(**parts)))


def _write_answers(course, student, path):
    key = nbformat.read(course.notebook("solution", UNIT), as_version=4)
    cells = [c for c in key.cells if c.metadata.get("nbgrader", {}).get("solution")]
    answers = {c.metadata.nbgrader.grade_id: ESSAY if c.metadata.nbgrader.grade else _own_words(c.source) for c in cells}
    student.edit(answers)
    nb = nbformat.read(path, as_version=4)
    for cell in nb.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in answers and (student.answers is None or name in student.answers):
            cell.source = answers[name]
    nbformat.write(nb, path)


def _own_words(text):
    """An answer of the key without the marks that nbgrader leaves in it."""
    return "\n".join(line for line in text.splitlines() if "### BEGIN SOLUTION" not in line and "### END SOLUTION" not in line)


def _points(course):
    """The points of every cell that is graded by a test."""
    source = nbformat.read(course.notebook("source", UNIT), as_version=4)
    metas = [cell.metadata.nbgrader for cell in source.cells if "nbgrader" in cell.metadata]
    return {m.grade_id: m.points for m in metas if m.get("grade") and not m.get("solution")}


def _call(result):
    if not result["success"]:
        raise CourseError(f"nbgrader: {last_error(result)}")
