"""The course as nbgrader sees it. `nbgrader`, the formgrader and `dl-course` all read this file."""

import os
from pathlib import Path

from dl_helpers.grading.exchange import configured_elsewhere
from dl_helpers.grading.programs import find_programs_beside_python

c = get_config()  # noqa: F821  (nbgrader provides it)
here = Path(__file__).resolve().parent
find_programs_beside_python()

c.CourseDirectory.course_id = "deep_learning"
c.CourseDirectory.root = str(here)
c.CourseDirectory.source_directory = "exercises"
c.CourseDirectory.release_directory = "release"
c.CourseDirectory.solution_directory = "solutions"

# SQLite beside this file; for PostgreSQL: DL_COURSE_DB_URL=postgresql+psycopg://user:password@host/gradebook
c.CourseDirectory.db_url = os.environ.get("DL_COURSE_DB_URL", f"sqlite:///{here / 'gradebook.db'}")

# tasks.py holds references, wrong answers and hidden inputs: it never leaves exercises/.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "tasks.py"]

# Submissions: what students deleted, duplicated or renamed is put right before nbgrader looks at it.
c.Autograde.sanitize_preprocessors = [
    "dl_helpers.grading.restore.RestoreCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# The answer key is committed, and handed out after the deadline: no outputs (they differ from run to run, nbgrader's
# own list makes them) and no hidden tests (it leaves them in).
c.GenerateSolution.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
]

# nbgrader gives a test cell 0 points when anything arrives on stderr: a NumPy warning in a right answer would cost all.
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = "(?s).*"

# A cell may take this many seconds; then it is interrupted, marked, and the next cell runs.
c.Execute.timeout = int(os.environ.get("DL_COURSE_CELL_TIMEOUT", "60"))
c.Execute.startup_timeout = 120
c.Execute.extra_arguments = ["--HistoryManager.hist_file=:memory:", "--log-level=40"]  # no warnings on our terminal

# Students fetch into work/. The exchange is a folder here, unless the machine's own nbgrader configuration names one.
c.Exchange.assignment_dir = "work"
if not configured_elsewhere("Exchange", "root", besides=here):
    c.Exchange.root = os.environ.get("DL_COURSE_EXCHANGE", str(here / "exchange"))
