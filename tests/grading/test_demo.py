"""`make demo`, whole: five students, the exchange, grades, feedback, report and CSV."""

import csv
import shutil

import pytest
from rich.progress import Progress

from dl_helpers.grading import demo
from dl_helpers.grading.course import Course
from dl_helpers.grading.errors import CourseError
from tests.grading.test_release import ROOT


@pytest.fixture(scope="module")
def main_course(tmp_path_factory):
    root = tmp_path_factory.mktemp("main")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    shutil.copytree(ROOT / "exercises", root / "exercises")
    return Course(root)


def test_everybody_gets_what_they_must(main_course):
    course, unit, outcomes = demo.play(main_course, "demo", Progress(disable=True))
    assert {o.student: o.score for o in outcomes} == {o.student: o.expected for o in outcomes}
    full = outcomes[0].expected
    assert [full - o.expected for o in outcomes[1:]] != [0] * 4
    with (course.root / "grades.csv").open(newline="") as file:
        written = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert written == {o.student: o.score for o in outcomes}
    for o in outcomes:
        assert course.folder("feedback", unit, o.student).joinpath(f"{unit}.html").exists()
    assert (course.root / "reports" / f"{unit}.html").exists()
    assert not list(course.root.glob("autograded/*/*/tasks.py")) + list(course.root.glob("exchange/**/tasks.py"))


def test_a_folder_with_other_things_is_left_alone(main_course):
    (main_course.root / "thesis").mkdir()
    with pytest.raises(CourseError, match="thesis is there and is no earlier demonstration"):
        demo.play(main_course, "thesis", Progress(disable=True))
