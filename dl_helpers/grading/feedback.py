"""HTML feedback: one page a student, made by nbgrader from the graded notebook."""

from dl_helpers.grading.errors import CourseError
from dl_helpers.grading.nbgrader_log import last_error


def graded_students(course, unit):
    """The students whose submission of a unit has been graded."""
    students = [s for s in course.students(unit) if course.notebook("autograded", unit, s).exists()]
    if not students:
        raise CourseError(f"no submission of {unit} has been graded: dl-course autograde {unit}")
    return students


def feedback(course, unit):
    """Write the feedback page of every graded submission; yields (student, path of the page, reason of a failure)."""
    for student in graded_students(course, unit):
        page = course.folder("feedback", unit, student) / f"{unit}.html"
        result = course.api.generate_feedback(unit, student, force=True)
        yield student, page, "" if result["success"] else last_error(result)
