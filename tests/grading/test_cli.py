"""The commands as a user types them: results on standard output, one line on an error."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dl_helpers.grading.doctor import examine
from dl_helpers.grading.errors import CourseError
from dl_helpers.grading.lab import begin, check_port, lab_command
from tests.grading.conftest import UNIT

ROOT = Path(__file__).parents[2]


# Root may write anywhere; without these capabilities the permission bits hold for root too.
AS_A_USER = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def dl_course(folder, *arguments):
    environment = os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "160"}
    code = "from dl_helpers.cli import main; main()"
    command = [*AS_A_USER, sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, timeout=300)


def test_grading_a_class_on_the_command_line(course, hand_in):
    hand_in("ada")
    hand_in("mo", lambda nb: "{")
    graded = dl_course(course.root, "autograde", UNIT)
    assert graded.returncode == 1
    assert "ada: 3 of 4 points (answers to grade by hand)" in graded.stdout
    assert "mo: not graded: 01_sums.ipynb is damaged" in graded.stdout
    assert graded.stderr == ""
    assert dl_course(course.root, "feedback", "01").stdout == f"ada: feedback/ada/{UNIT}/{UNIT}.html\n"
    report = dl_course(course.root, "report", "01")
    assert report.returncode == 0 and f"page: reports/{UNIT}.html" in report.stdout
    assert dl_course(course.root, "export", "--to", "out.csv").returncode == 0
    assert (course.root / "out.csv").exists()


@pytest.mark.parametrize("arguments, message", [
    (["autograde", "1_sum"], "dl-course autograde: there is no unit 1_sum. Did you mean 01_sums?\n"),
    (["report", "01"], "dl-course report: nobody has submitted 01_sums: there is no folder submitted/STUDENT/01_sums\n"),
    (["lab", "--port", "70000"], "dl-course lab: --port 70000 is no port; expected a number from 0 to 65535\n"),
])
def test_an_error_is_one_line(course, arguments, message):
    result = dl_course(course.root, *arguments)
    assert (result.returncode, result.stdout, result.stderr) == (1, "", message)


def test_outside_of_a_course(tmp_path):
    result = dl_course(tmp_path, "release")
    assert result.returncode == 1
    assert result.stderr == f"dl-course release: there is no course in {tmp_path}: " \
                            "change to the folder that has nbgrader_config.py\n"


def test_without_nbgrader_the_remedy_is_named(course, tmp_path):
    (tmp_path / "nbgrader.py").write_text("raise ModuleNotFoundError(\"No module named 'nbgrader'\", name='nbgrader')")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    command = [sys.executable, "-c", "from dl_helpers.cli import main; main()", "report", "01"]
    result = subprocess.run(command, cwd=course.root, capture_output=True, text=True, env=environment)
    remedy = "the instructor's tools need it: pip install 'dl-helpers[instructor]'"
    assert (result.returncode, result.stderr) == (1, f"dl-course report: nbgrader is not installed; {remedy}\n")


def test_a_read_only_folder_is_said_in_one_line(course, hand_in):
    hand_in("ada")
    course.root.chmod(0o555)
    try:
        exported, graded = (dl_course(course.root, *command) for command in (["export"], ["autograde", "01"]))
    finally:
        course.root.chmod(0o755)
    for result in (exported, graded):
        assert result.returncode == 1
        said = (result.stdout + result.stderr).splitlines()
        assert "Permission denied" in said[0] and not any("Traceback" in line for line in said), said


def test_a_port_that_is_taken_is_refused():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CourseError, match=f"port {port} cannot be used"):
            check_port(["--no-browser", "--port", str(port)])
        with pytest.raises(CourseError, match=f"port {port} cannot be used"):
            check_port([f"--port={port}"])
    check_port(["--no-browser"])


def test_a_students_copy_is_never_overwritten(course):
    folder, new = begin(course, UNIT)
    assert new
    (folder / f"{UNIT}.ipynb").write_text("my work")
    assert begin(course, UNIT) == (folder, False)
    assert (folder / f"{UNIT}.ipynb").read_text() == "my work"


def test_jupyterlab_gets_all_options(course):
    command = lab_command(course, ["--no-browser", "--port", "8899"])
    assert command[:3] == [sys.executable, "-m", "jupyterlab"] and command[-3:] == ["--no-browser", "--port", "8899"]


def test_the_doctor_finds_this_installation_healthy():
    findings = {finding.what: finding for finding in examine(ROOT)}
    assert {"Python", "torch", "nbgrader", "GPU", "formgrader", "kernel", "course", "release"} <= set(findings)
    assert [f.what for f in findings.values() if f.state == "missing"] == []


def test_the_doctor_names_what_mends_a_missing_package(monkeypatch):
    monkeypatch.setattr("importlib.metadata.requires", lambda name: ["surely-not-installed>=3"])
    finding = next(f for f in examine(ROOT) if f.what == "surely-not-installed")
    assert finding.state == "missing" and finding.mend.endswith("-m pip install 'surely-not-installed>=3'")
