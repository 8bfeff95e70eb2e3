"""Grading a class in which things go wrong: each submission gets what it deserves, and nobody else suffers."""

import nbformat
import pytest

from dl_helpers.grading.autograde import autograde
from dl_helpers.grading.errors import CourseError
from tests.grading.conftest import UNIT, cell


def grade(course, **options):
    return {result.student: result for result in autograde(course, UNIT, **options)}


def without(*names):
    def edit(nb):
        nb.cells = [c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") not in names]
    return edit


def test_a_right_and_an_untouched_submission(course, hand_in):
    hand_in("ada")
    path = hand_in("bob")
    path.write_text(course.notebook("release", UNIT).read_text())
    results = grade(course)
    assert (results["ada"].score, results["ada"].max_score, results["ada"].by_hand) == (3, 4, True)
    assert results["bob"].score == 0


def test_a_cell_that_raises_and_one_that_never_ends_cost_their_own_points(course, hand_in):
    def raises(nb):
        cell(nb, "double").source = "def double(x):\n    return 1 / 0"

    def never_ends(nb):
        cell(nb, "add_base").source = "while True:\n    pass"

    hand_in("carl", raises)
    hand_in("dora", never_ends)
    results = grade(course)
    assert results["carl"].score == 2
    assert results["dora"].score == 1


def test_a_warning_costs_nothing(course, hand_in):
    def warns(nb):
        cell(nb, "double").source = (
            "import sys, warnings\n\ndef double(x):\n"
            "    warnings.warn('doubling')\n    print('hello\\nyou', file=sys.stderr)\n    return 2 * x"
        )

    hand_in("zoe", warns)
    assert grade(course)["zoe"].score == 3


def test_deleted_tests_come_back(course, hand_in):
    hand_in("eve", without("test_double", "given"))
    result = grade(course)["eve"]
    assert result.score == 3
    assert "test_double was deleted; it is put back" in result.findings
    assert "given was deleted; it is put back" in result.findings


def test_a_wrong_answer_is_not_saved_by_deleting_its_test(course, hand_in):
    def edit(nb):
        cell(nb, "double").source = "def double(x):\n    return x"
        without("test_double")(nb)

    hand_in("eve", edit)
    assert grade(course)["eve"].score == 2


def test_an_answer_written_in_an_own_cell_counts(course, hand_in):
    def edit(nb):
        own = nbformat.v4.new_code_cell("def double(x):\n    return x + x")
        at = nb.cells.index(cell(nb, "double"))
        nb.cells[at] = own

    hand_in("finn", edit)
    assert grade(course)["finn"].score == 3


def test_changed_points_and_tests_are_put_back_and_told(course, hand_in):
    def edit(nb):
        cell(nb, "double").source = "def double(x):\n    return x"
        test = cell(nb, "test_double")
        test.source = "assert True"
        test.metadata.nbgrader.points = 99

    hand_in("gina", edit)
    result = grade(course)["gina"]
    assert (result.score, result.max_score) == (2, 4)
    assert "test_double: points was changed from 1 to 99; it is put back" in result.findings
    assert "the text of test_double was changed; it is put back" in result.findings


def test_renamed_cells_get_their_names_back(course, hand_in):
    def edit(nb):
        cell(nb, "test_double").metadata.nbgrader.grade_id = "test_doubling"
        del cell(nb, "test_add_base").metadata["nbgrader"]

    hand_in("hugo", edit)
    result = grade(course)["hugo"]
    assert result.score == 3
    assert "test_double was renamed to test_doubling; it has its name again" in result.findings


def test_of_duplicated_cells_the_last_one_counts(course, hand_in):
    def edit(nb):
        original = cell(nb, "double")
        copy = nbformat.from_dict(original)
        copy.id = "copy"
        copy.source = "def double(x):\n    return 0"
        nb.cells.insert(nb.cells.index(original), copy)

    hand_in("ines", edit)
    result = grade(course)["ines"]
    assert result.score == 3
    assert "double is there 2 times; the last one counts" in result.findings


@pytest.mark.parametrize("damage, reason", [
    (lambda nb: '{"cells": [', "damaged: it is no notebook"),
    (lambda nb: "", "is empty"),
    (lambda nb: b"\xff\xfe\x00", "no UTF-8 text"),
    (lambda nb: '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}', "no code cell left"),
    (lambda nb: '[1, 2]', "damaged"),
])
def test_a_damaged_notebook_fails_alone(course, hand_in, damage, reason):
    hand_in("ada")
    before = hand_in("mo", damage).read_bytes()
    results = grade(course)
    assert results["ada"].score == 3
    assert results["mo"].status == "failed" and reason in results["mo"].reason
    assert course.notebook("submitted", UNIT, "mo").read_bytes() == before


def test_damaged_cell_metadata_is_mended(course, hand_in):
    def edit(nb):
        cell(nb, "test_double").metadata.nbgrader = {"grade": True, "points": "many"}
        cell(nb, "test_add_base").metadata.nbgrader = {"grade_id": "test_add_base", "points": None, "grade": "yes"}

    hand_in("nils", edit)
    assert grade(course)["nils"].score == 3


def test_a_notebook_under_another_name_is_pointed_out(course, hand_in):
    path = hand_in("olga")
    path.rename(path.with_name("01_sums (1).ipynb"))
    result = grade(course)["olga"]
    assert result.reason == "01_sums.ipynb is missing; the folder has 01_sums (1).ipynb: rename the right one"


def test_what_is_graded_is_graded_again_only_by_force(course, hand_in):
    hand_in("ada")
    assert grade(course)["ada"].status == "graded"
    assert grade(course)["ada"].status == "already graded"
    assert grade(course, force=True)["ada"].status == "graded"


def test_only_the_wanted_students_are_graded(course, hand_in):
    hand_in("ada")
    hand_in("bob")
    assert set(grade(course, students=["bob"])) == {"bob"}


def test_unknown_units_and_students_get_a_suggestion(course, hand_in):
    hand_in("ada")
    with pytest.raises(CourseError, match=r"there is no unit 1_sum. Did you mean 01_sums\?"):
        course.unit("1_sum")
    with pytest.raises(CourseError, match=r"adda has not submitted 01_sums. Did you mean ada\?"):
        grade(course, students=["adda"])


def test_a_unit_that_was_never_released_is_refused(course, hand_in):
    hand_in("ada")
    (course.root / "gradebook.db").unlink()
    with pytest.raises(CourseError, match="01_sums has not been released"):
        grade(course)


def test_grades_survive_a_later_damaged_submission(course, hand_in):
    path = hand_in("ada")
    grade(course)
    path.write_text("{")
    assert grade(course, force=True)["ada"].status == "failed"
    with course.gradebook() as gradebook:
        assert gradebook.find_submission(UNIT, "ada").score == 3
