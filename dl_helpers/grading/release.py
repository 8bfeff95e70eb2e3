"""exercises/ -> release/ (what students receive) and solutions/ (the answer key), through nbgrader's own API."""

import nbformat
from nbgrader.converters import GenerateSolution

from dl_helpers.check.course import build_checks, checks_text
from dl_helpers.grading.errors import CourseError
from dl_helpers.grading.nbgrader_log import last_error, run


def release(course, unit):
    """Make the release and the answer key of one unit anew.

    The visible tests' data (checks.json) is computed from tasks.py first, so that it travels along.
    Raises CourseError when the source notebook is damaged or nbgrader refuses it.
    """
    course.require_writable()
    check_source(course.notebook("source", unit))
    folder = course.folder("source", unit)
    if (folder / "tasks.py").exists():
        write_if_changed(folder / "checks.json", checks_text(build_checks(folder)))
    result = course.api.generate_assignment(unit, force=True, create=True)
    if not result["success"]:
        raise CourseError(f"{unit} cannot be released: {last_error(result)}")
    course.directory.assignment_id = unit
    converter = GenerateSolution(coursedir=course.directory, config=course.config)
    converter.force = True
    result = run(converter)
    if not result["success"]:
        raise CourseError(f"the answer key of {unit} cannot be made: {last_error(result)}")


def is_current(course, unit):
    """Whether release/ and solutions/ are newer than the source and the gradebook knows the unit."""
    source = [p for p in course.folder("source", unit).rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    made = [course.notebook("release", unit), course.notebook("solution", unit)]
    if not all(p.exists() for p in made):
        return False
    with course.gradebook() as gradebook:
        known = unit in {assignment.name for assignment in gradebook.assignments}
    return known and max(p.stat().st_mtime for p in source) <= min(p.stat().st_mtime for p in made)


def check_source(path):
    """Refuse a source notebook that is missing or damaged, in one line."""
    try:
        nb = nbformat.read(path, as_version=4)
        nbformat.validate(nb)
    except FileNotFoundError:
        raise CourseError(f"{path} is missing") from None
    except (nbformat.ValidationError, nbformat.reader.NotJSONError, ValueError, AttributeError, KeyError) as error:
        raise CourseError(f"{path} is no readable notebook: {str(error).splitlines()[0]}") from None


def write_if_changed(path, text):
    """Write a text, and leave the file's time alone when nothing changed."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
