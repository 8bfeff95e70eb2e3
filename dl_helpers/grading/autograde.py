"""Grade a class: every submission on its own, so that one that cannot be graded costs nobody else anything."""

from dataclasses import dataclass, field

import nbformat
from nbgrader.api import MissingEntry

from dl_helpers.grading.errors import CourseError
from dl_helpers.grading.nbgrader_log import last_error
from dl_helpers.grading.restore import FINDINGS
from dl_helpers.grading.submission import problem


@dataclass
class Graded:
    """What became of one submission.

    status: "graded", "already graded" or "failed"; score and max_score: points, None where there is no grade;
    reason: why it failed; findings: what was put right in the notebook; by_hand: whether answers wait for a person.
    """

    student: str
    status: str
    score: float | None = None
    max_score: float | None = None
    reason: str = ""
    findings: list[str] = field(default_factory=list)
    by_hand: bool = False


def autograde(course, unit, students=(), force=False):
    """Grade the submissions of a unit, one after the other; yields a Graded for each.

    students: whom to grade, default everybody who has submitted; force: also what has been graded already.
    Raises CourseError when the unit has not been released or a student has not submitted.
    """
    course.require_writable()
    with course.gradebook() as gradebook:
        if unit not in {assignment.name for assignment in gradebook.assignments}:
            raise CourseError(f"{unit} has not been released, so the gradebook does not know it: dl-course release {unit}")
    for student in course.students(unit, students):
        yield _autograde_one(course, unit, student, force)


def _autograde_one(course, unit, student, force):
    reason = problem(course, unit, student)
    if reason:
        return Graded(student, "failed", reason=reason)
    done = course.notebook("autograded", unit, student)
    before = done.stat().st_mtime_ns if done.exists() else None
    result = course.api.autograde(unit, student, force=force)
    if "KeyboardInterrupt" in result.get("error", ""):
        raise KeyboardInterrupt
    if not result["success"]:
        return Graded(student, "failed", reason=last_error(result))
    unchanged = done.exists() and done.stat().st_mtime_ns == before
    return recorded(course, unit, student, status="already graded" if unchanged else "graded")


def recorded(course, unit, student, status="graded"):
    """The grade of a submission as it stands in the gradebook, as a Graded; status "failed" where there is none."""
    path = course.notebook("autograded", unit, student)
    if not path.exists():
        return Graded(student, "failed", reason=problem(course, unit, student) or f"not graded: dl-course autograde {unit}")
    with course.gradebook() as gradebook:
        try:
            submission = gradebook.find_submission(unit, student)
        except MissingEntry:
            return Graded(student, "failed", reason="the gradebook has no grade")
        findings = nbformat.read(path, as_version=4).metadata.get(FINDINGS, {}).get("findings", [])
        return Graded(student, status, submission.score, submission.max_score, findings=list(findings),
                      by_hand=submission.needs_manual_grade)
