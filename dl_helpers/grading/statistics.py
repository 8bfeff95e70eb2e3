"""The numbers of a report: who has how many points, and which task cost the class how much."""

from dataclasses import dataclass

import nbformat
import numpy as np

from dl_helpers.grading.autograde import Graded, recorded


@dataclass
class TaskScores:
    """How a class did in one graded cell. scores: points of each student, None where a person has yet to grade."""

    name: str
    max_score: float
    scores: list[float | None]

    @property
    def graded(self):
        return [s for s in self.scores if s is not None]

    @property
    def waiting(self):
        """How many answers a person has yet to grade."""
        return len(self.scores) - len(self.graded)

    @property
    def mean_lost(self):
        return self.max_score - float(np.mean(self.graded)) if self.graded else 0.0

    @property
    def full(self):
        """The share of students with full points, 0 to 1."""
        return float(np.mean([s >= self.max_score for s in self.graded])) if self.graded else 0.0


@dataclass
class UnitReport:
    """All that a report of one unit shows."""

    unit: str
    students: list[Graded]
    tasks: list[TaskScores]

    @property
    def graded(self):
        return [s for s in self.students if s.score is not None]

    @property
    def max_score(self):
        return sum(task.max_score for task in self.tasks)


def unit_report(course, unit):
    """Collect the grades of a unit from the gradebook, its tasks in the order of the notebook."""
    students = [recorded(course, unit, student) for student in course.students(unit)]
    by_student = {s.student: _scores(course, unit, s.student) for s in students if s.score is not None}
    tasks = [
        TaskScores(name, points, [scores.get(name) for scores in by_student.values()])
        for name, points in _graded_cells(course, unit)
    ]
    return UnitReport(unit, students, tasks)


def _graded_cells(course, unit):
    source = nbformat.read(course.notebook("source", unit), as_version=4)
    metas = [cell.metadata.nbgrader for cell in source.cells if "nbgrader" in cell.metadata]
    return [(meta.grade_id, float(meta.points)) for meta in metas if meta.get("grade")]


def _scores(course, unit, student):
    with course.gradebook() as gradebook:
        submission = gradebook.find_submission_notebook(unit, unit, student)
        return {grade.name: None if grade.needs_manual_grade else grade.score for grade in submission.grades}
