"""Grades as CSV, as an export plug-in of nbgrader (`nbgrader export --exporter dl_helpers.grading.export.GradesCsv`)."""

import csv
from pathlib import Path

from nbgrader.api import MissingEntry
from nbgrader.plugins import ExportPlugin

from dl_helpers.grading.errors import CourseError

COLUMNS = ("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
           "late_submission_penalty", "score", "max_score")


class GradesCsv(ExportPlugin):
    """nbgrader's columns, a row for each student and assignment; quoted properly, so that names may hold commas."""

    def export(self, gradebook):
        """Write the gradebook to the file `to`, whole or not at all."""
        path = Path(self.to or "grades.csv")
        part = path.with_name(path.name + ".part")
        with part.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(rows(gradebook, self.assignment, self.student))
        part.replace(path)


def rows(gradebook, assignments=(), students=()):
    """One dict for each assignment and student (default: all); who has not submitted has 0 points."""
    for assignment in gradebook.assignments:
        for student in gradebook.students:
            if (assignments and assignment.name not in assignments) or (students and student.id not in students):
                continue
            row = dict(assignment=assignment.name, duedate=assignment.duedate, student_id=student.id,
                       last_name=student.last_name, first_name=student.first_name, email=student.email,
                       raw_score=0.0, late_submission_penalty=0.0, score=0.0, max_score=assignment.max_score)
            try:
                submission = gradebook.find_submission(assignment.name, student.id)
            except MissingEntry:
                pass
            else:
                penalty = submission.late_submission_penalty or 0.0
                row |= dict(timestamp=submission.timestamp, raw_score=submission.score,
                            late_submission_penalty=penalty, score=max(0.0, submission.score - penalty))
            yield row


def export(course, to="grades.csv"):
    """Write the grades of a course to a CSV file; returns (path, number of rows).

    A relative path starts at the course. Raises CourseError when the file cannot be written.
    """
    path = course.root / to
    plugin = GradesCsv(config=course.config, to=str(path))
    try:
        with course.gradebook() as gradebook:
            plugin.export(gradebook)
            return path, sum(1 for _ in rows(gradebook))
    except OSError as error:
        raise CourseError(f"cannot write {path}: {error.strerror}") from None
