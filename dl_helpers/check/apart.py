"""The hidden test of a task, drawn in a process of its own.

The task file with its references, wrong answers and sentences is loaded in a fresh Python that runs no student's code. What
comes back into the notebook's process is data: the inputs, the expected results and the fingerprints of one task. They come
only when its test cell runs, so that nothing of a later task is there to be read before.
"""

import json
import subprocess
import sys
from dataclasses import asdict

from dl_helpers.check.course import CourseError, load_unit
from dl_helpers.check.sheets import sheet_from_json, sheet_to_json
from dl_helpers.check.tasks import Quiz

__all__ = ["draw", "drawn_text"]


def draw(folder, name, seed):
    """The Sheet of a task's hidden test, or its Quiz. folder: of the unit; seed: a text. Raises CourseError."""
    # -P: the student's files in the working directory must not stand in for modules
    command = [sys.executable, "-P", "-m", "dl_helpers.check", str(folder), name, seed]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if run.returncode:
        said = run.stderr.strip().splitlines()
        raise CourseError(said[-1] if said else "the hidden test could not be drawn")
    drawn = json.loads(run.stdout)
    if "quiz" in drawn:
        return Quiz(**drawn["quiz"] | {"wrong": dict(drawn["quiz"]["wrong"])})
    return sheet_from_json(name, drawn["sheet"])


def drawn_text(folder, name, seed):
    """What the process prints: the sheet or the question as JSON."""
    unit = load_unit(folder)
    task = unit.tasks[name]
    if isinstance(task, Quiz):
        return json.dumps({"quiz": asdict(task) | {"wrong": list(task.wrong.items())}})   # JSON has no numbers for keys
    return json.dumps({"sheet": sheet_to_json(unit.hidden(name, seed))})
