"""Reports, feedback pages and the CSV say what the gradebook says."""

import csv

import pytest

from dl_helpers.grading.autograde import autograde
from dl_helpers.grading.errors import CourseError
from dl_helpers.grading.export import export
from dl_helpers.grading.feedback import feedback
from dl_helpers.grading.report import make_report
from dl_helpers.grading.restore import restore
from tests.grading.conftest import UNIT, cell, small_notebook


@pytest.fixture
def graded(course, hand_in):
    def wrong(nb):
        cell(nb, "add_base").source = "def add_base(x):\n    return x"

    hand_in("ada")
    hand_in("bob", wrong)
    hand_in("cy", lambda nb: "{")
    list(autograde(course, UNIT))
    return course


def test_a_report_has_every_student_and_every_task(graded):
    report, page = make_report(graded, UNIT)
    assert [(s.student, s.score) for s in report.students] == [("ada", 3), ("bob", 1), ("cy", None)]
    tasks = {task.name: task for task in report.tasks}
    assert list(tasks) == ["test_double", "test_add_base", "why"]
    assert (tasks["test_add_base"].full, tasks["test_add_base"].mean_lost) == (0.5, 1.0)
    assert tasks["why"].waiting == 2
    text = page.read_text()
    assert text.count("<svg") == 2 and "damaged" in text and "test_add_base" in text
    assert "https://" not in text.replace("https://matplotlib.org/", "")


def test_feedback_is_one_page_a_student(graded):
    pages = {student: (page, failure) for student, page, failure in feedback(graded, UNIT)}
    assert set(pages) == {"ada", "bob"}
    for page, failure in pages.values():
        assert not failure and "test_add_base" in page.read_text()


def test_names_with_commas_survive_the_csv(graded):
    with graded.gradebook() as gradebook:
        gradebook.update_or_create_student("ada", first_name="Ada", last_name='King, "Countess" of Lovelace')
    path, count = export(graded)
    with path.open(newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert count == len(rows) == 3 - 1  # cy's notebook was damaged: there is no grade to write
    assert rows["ada"]["last_name"] == 'King, "Countess" of Lovelace'
    assert (float(rows["ada"]["score"]), float(rows["bob"]["score"]), float(rows["bob"]["max_score"])) == (3, 1, 4)


def test_a_csv_that_cannot_be_written_is_refused_in_one_line(graded):
    with pytest.raises(CourseError, match=r"cannot write .*/nowhere/grades.csv: No such file or directory"):
        export(graded, "nowhere/grades.csv")


def test_without_grades_there_is_no_feedback(course, hand_in):
    hand_in("ada")
    with pytest.raises(CourseError, match=r"no submission of 01_sums has been graded: dl-course autograde 01_sums"):
        list(feedback(course, UNIT))


def test_an_intact_notebook_has_nothing_to_restore():
    assert restore(small_notebook(), small_notebook()) == []
