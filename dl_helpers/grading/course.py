"""A course folder: its nbgrader configuration, units, students and gradebook."""

import difflib
import logging
import os
import warnings
from functools import cached_property
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.apps import NbGrader
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Application

from dl_helpers.grading.errors import CourseError

CONFIG = "nbgrader_config.py"

# nbgrader 0.9 relies on the implicit cascades of SQLAlchemy 1; with 2 they are warned about, and do no harm here.
warnings.filterwarnings("ignore", message=r"Object of type .* not in session", module=r"nbgrader\.")


class Course:
    """The course in a folder with nbgrader_config.py. overrides: traitlets configuration that goes before the file's."""

    def __init__(self, root, overrides=None):
        self.root = Path(root).resolve()
        if not (self.root / CONFIG).exists():
            raise CourseError(f"{self.root} is no course: it has no {CONFIG}")
        app = NbGrader(log_level=logging.ERROR)
        app.load_cwd_config = False
        app.load_config_file()  # what the machine and the user have configured; this course's file goes before it
        Application.load_config_file(app, CONFIG.removesuffix(".py"), path=str(self.root))
        self.config = app.config
        if overrides:
            self.config.merge(overrides)
        self.directory = CourseDirectory(config=self.config)

    @classmethod
    def here(cls):
        """The course of the working directory: that folder or the nearest one above it."""
        for folder in (Path.cwd(), *Path.cwd().parents):
            if (folder / CONFIG).exists():
                return cls(folder)
        raise CourseError(f"there is no course in {Path.cwd()}: change to the folder that has {CONFIG}")

    @cached_property
    def api(self):
        """nbgrader's own programming interface, on this course. It wants the exchange to be there."""
        exchange = Path(self.config.Exchange.root)
        if exchange.parent == self.root and not exchange.exists():
            exchange.mkdir()
            exchange.chmod(0o777)
        return NbGraderAPI(self.directory, config=self.config)

    def gradebook(self):
        """nbgrader's gradebook, to be used in a with statement."""
        return Gradebook(self.directory.db_url, self.directory.course_id)

    def folder(self, step, unit, student="."):
        """The folder of a unit at a step of nbgrader's way: source, release, solution, submitted, autograded, feedback."""
        return self.root / self.directory.format_path(getattr(self.directory, f"{step}_directory"), student, unit)

    def notebook(self, step, unit, student="."):
        """The notebook of a unit at a step."""
        return self.folder(step, unit, student) / f"{unit}.ipynb"

    def require_writable(self):
        """Refuse to begin work whose results could not be kept."""
        if not os.access(self.root, os.W_OK):
            raise CourseError(f"{self.root} is read-only (Permission denied): chmod u+w {self.root}")

    def units(self):
        """The names of all units that have an exercise, in teaching order."""
        source = self.folder("source", "x").parent
        return sorted(p.parent.name for p in source.glob("*/*.ipynb") if p.stem == p.parent.name)

    def unit(self, name):
        """The unit of that name; a unique beginning ("02") will do."""
        units = self.units()
        matches = [unit for unit in units if unit == name] or [unit for unit in units if unit.startswith(f"{name}_")]
        if len(matches) == 1:
            return matches[0]
        raise CourseError(f"there is no unit {name}. {_suggest(name, units, 'Units')}")

    def submitted_students(self, unit):
        """The students with a submission of a unit."""
        pattern = self.folder("submitted", unit, "*").relative_to(self.root)
        return sorted(path.parent.name for path in self.root.glob(str(pattern)) if path.is_dir())

    def students(self, unit, wanted=()):
        """The wanted students (default: all) with a submission of a unit; each must have one."""
        submitted = self.submitted_students(unit)
        if not submitted:
            raise CourseError(f"nobody has submitted {unit}: there is no folder submitted/STUDENT/{unit}")
        for student in wanted:
            if student not in submitted:
                raise CourseError(f"{student} has not submitted {unit}. {_suggest(student, submitted, 'Submissions')}")
        return sorted(set(wanted)) or submitted


def _suggest(name, known, what):
    if not known:
        return f"{what}: none."
    close = difflib.get_close_matches(name, known, n=1)
    listed = ", ".join(known[:10]) + (", ..." if len(known) > 10 else "")
    return f"Did you mean {close[0]}?" if close else f"{what}: {listed}."
