"""What an exercise notebook calls, where the files are and where they are not."""

import json
import os
import sys

import pytest

from dl_helpers import check
from dl_helpers.check.course import load_unit
from dl_helpers.check.proof import variant
from tests.exercises.units import EXERCISES, FOLDERS

UNIT = "02_linear_regression"
FOLDER = EXERCISES / UNIT


@pytest.fixture
def student(tmp_path, monkeypatch):
    """A student's folder with the released files, and nothing of the course around it."""
    monkeypatch.delenv("DL_COURSE_ROOT", raising=False)
    (tmp_path / "checks.json").write_bytes((FOLDER / "checks.json").read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def right(name):
    return variant(load_unit(FOLDER), name, None)


def failing(call, *arguments):
    with pytest.raises(check.CheckFailed) as failed:
        call(*arguments)
    return str(failed.value)


def test_points_are_counted(student, capsys):
    check.unit(UNIT)
    assert "12 tasks, 25 points" in capsys.readouterr().out
    check.task("predict", *right("predict"))
    assert capsys.readouterr().out == "✓ predict  1 point   (1 of 25 in this notebook)\n"
    check.task("mse_loss", *right("mse_loss"))
    check.task("mse_loss", *right("mse_loss"))
    assert "✓ mse_loss  3 points   (4 of 25 in this notebook)" in capsys.readouterr().out
    failing(check.task, "mse_loss", *right("l1_loss"))
    check.task("quiz_constant", lambda: "a")
    assert "• quiz_constant: your answer 'a' is recorded  1 point, graded after you hand in" in capsys.readouterr().out
    check.summary()
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["1", "of", "25", "points", "so", "far."] in lines
    assert ["predict", "1", "of", "1", "✓"] in lines and ["mse_loss", "0", "of", "3", "✗"] in lines
    assert ["quiz_constant", "?", "of", "1", "•"] in lines and ["ridge", "0", "of", "3", "not", "run", "yet"] in lines


@pytest.mark.parametrize("answer, words", [
    (None, "no answer yet"), (..., "no answer yet"), ("e", 'expected one of the letters "a", "b", "c", "d"'),
    (3, "expected one of the letters"),
    (lambda: 1 / 0, "it raised ZeroDivisionError"),
])
def test_answers_of_the_wrong_form(student, answer, words):
    check.unit(UNIT)
    assert words in failing(check.task, "quiz_constant", answer)


@pytest.mark.parametrize("answer, words", [("b", "is the text"), ([1], "is a list"), (float("nan"), "one finite number")])
def test_numbers_of_the_wrong_form(student, answer, words):
    check.unit(UNIT)
    assert words in failing(check.task, "quiz_bounce", answer)


def test_a_quiz_is_graded_with_its_sentence(student, monkeypatch):
    check.unit(UNIT)
    monkeypatch.setenv("DL_COURSE_ROOT", str(EXERCISES.parent))
    check.hidden("quiz_stable", lambda: 0.2222)
    check.hidden("quiz_constant", "B")
    assert "seven is odd" in failing(check.hidden, "quiz_bounce", lambda: 5)


def test_hidden_tests_need_the_course_and_say_so(student):
    check.unit(UNIT)
    assert "Set DL_COURSE_ROOT to the course's folder" in failing(check.hidden, "predict", *right("predict"))


def test_hidden_tests_find_the_course_above_the_notebook(tmp_path, monkeypatch):
    monkeypatch.delenv("DL_COURSE_ROOT", raising=False)
    (tmp_path / "exercises").symlink_to(EXERCISES)
    place = tmp_path / "autograded" / "ada" / UNIT
    place.mkdir(parents=True)
    monkeypatch.chdir(place)
    before = set(sys.modules)
    check.unit(UNIT)
    check.hidden("predict", *right("predict"))
    assert not [name for name in set(sys.modules) - before if "tasks" in name and not name.startswith("dl_helpers")]
    monkeypatch.setenv("DL_COURSE_SEED", "another")
    check.hidden("predict", *right("predict"))


def test_the_order_of_calls_and_names_are_checked(student):
    check.unit(UNIT)
    assert "has no task of this name; it has predict" in failing(check.task, "predikt", print)
    assert 'must read check.task("mse_loss", mse_loss_forward, mse_loss_backward)' in failing(check.task, "mse_loss", print)


def test_a_missing_or_damaged_file_is_said(student):
    (student / "checks.json").write_text('{"unit": "02_linear_regression", "tasks"')
    assert "is damaged" in failing(check.unit, UNIT)
    (student / "checks.json").write_text(json.dumps({"unit": UNIT, "tasks": {"predict": {}}}))
    assert "is damaged" in failing(check.unit, UNIT)
    (student / "checks.json").unlink()
    assert "there is no checks.json for 02_linear_regression" in failing(check.unit, UNIT)


def test_the_release_above_is_found(student, monkeypatch):
    (student / "release" / UNIT).mkdir(parents=True)
    (student / "checks.json").rename(student / "release" / UNIT / "checks.json")
    (student / "work").mkdir()
    monkeypatch.chdir(student / "work")
    check.unit(UNIT)


def test_checking_does_not_import_torch_or_scikit_learn(student):
    import subprocess

    code = (f"from dl_helpers import check; check.unit({UNIT!r})\n"
            "try: check.task('predict', lambda x, t: x)\nexcept check.CheckFailed: pass\n"
            "import sys; assert not {'torch', 'sklearn', 'matplotlib', 'libcst'} & set(sys.modules), sorted(sys.modules)")
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | {"PYTHONPATH": str(EXERCISES.parent)},
                   stdout=subprocess.DEVNULL)


def test_there_is_a_unit():
    assert FOLDER in FOLDERS
