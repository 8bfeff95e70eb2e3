"""release/ and solutions/ are what the sources say, and hold nothing that students must not see."""

import filecmp
import shutil
from pathlib import Path

import nbformat
import pytest

from dl_helpers.grading.course import Course
from dl_helpers.grading.errors import CourseError
from dl_helpers.grading.release import is_current, release
from tests.grading.conftest import UNIT

ROOT = Path(__file__).parents[2]
UNITS = Course(ROOT).units()


@pytest.fixture(scope="session")
def regenerated(tmp_path_factory):
    root = tmp_path_factory.mktemp("regenerated")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    shutil.copytree(ROOT / "exercises", root / "exercises")
    course = Course(root)
    for unit in UNITS:
        release(course, unit)
    return root


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("folder", ["release", "solutions"])
def test_committed_files_are_what_the_sources_give(regenerated, folder, unit):
    comparison = filecmp.dircmp(ROOT / folder / unit, regenerated / folder / unit, ignore=[".ipynb_checkpoints"])
    assert comparison.left_only == comparison.right_only == [], "run: make release"
    _, different, errors = filecmp.cmpfiles(comparison.left, comparison.right, comparison.common_files, shallow=False)
    assert different == errors == [], "run: make release"


def test_no_release_or_solution_without_a_source():
    for folder in ("release", "solutions"):
        assert sorted(p.name for p in (ROOT / folder).iterdir()) == UNITS


@pytest.mark.parametrize("unit", UNITS)
def test_nothing_secret_reaches_students(unit):
    secrets = ("BEGIN SOLUTION", "BEGIN HIDDEN TESTS", "MARK SCHEME", "check.hidden", "misconception", "Wrong(")
    for path in (ROOT / "release" / unit).rglob("*"):
        assert path.name not in ("tasks.py", "tasks.pyc")
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not [secret for secret in secrets if secret in text], path
    assert not (ROOT / "solutions" / unit / "tasks.py").exists()
    assert "check.hidden" not in (ROOT / "solutions" / unit / f"{unit}.ipynb").read_text()


def test_a_source_that_changed_is_released_again(course):
    assert is_current(course, UNIT)
    path = course.notebook("source", UNIT)
    nb = nbformat.read(path, as_version=4)
    nb.cells[0].source = "# Other sums"
    nbformat.write(nb, path)
    assert not is_current(course, UNIT)
    release(course, UNIT)
    assert is_current(course, UNIT)
    assert nbformat.read(course.notebook("release", UNIT), as_version=4).cells[0].source == "# Other sums"


def test_a_damaged_source_is_refused_in_one_line(course):
    course.notebook("source", UNIT).write_text("{")
    with pytest.raises(CourseError, match=r"01_sums.ipynb is no readable notebook") as error:
        release(course, UNIT)
    assert "\n" not in str(error.value)


def test_what_nbgrader_refuses_is_said_in_one_line(course):
    path = course.notebook("source", UNIT)
    path.write_text(path.read_text().replace("### END SOLUTION", ""))
    with pytest.raises(CourseError, match=r"01_sums cannot be released: .*solution") as error:
        release(course, UNIT)
    assert "\n" not in str(error.value)
