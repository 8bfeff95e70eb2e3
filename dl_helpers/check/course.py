"""Where the parts of an exercise are, and how they are read: the task file, the notebook's solution, checks.json.

    exercises/UNIT/UNIT.ipynb     the source, with the solution
    exercises/UNIT/tasks.py       the task file: on the instructor's machine only
    exercises/UNIT/checks.json    made from it by `build_checks`; goes along to the students
"""

import ast
import importlib.util
import json
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dl_helpers.check.patches import definitions, source_of
from dl_helpers.check.script import Script
from dl_helpers.check.sheets import hidden_cases, sheet_from_json, sheet_of, sheet_to_json, visible_cases
from dl_helpers.check.tasks import Quiz, Task

__all__ = ["CourseError", "Unit", "build_checks", "checks_text", "find_checks", "find_unit_folder", "load_unit"]


class CourseError(RuntimeError):
    """A part of the exercise is missing or damaged; the text says what and what to do."""


@dataclass(frozen=True)
class Unit:
    """The task file of a unit with the solution of its notebook.

    tasks: name -> Task or Quiz, in their order in the file; source: the notebook's definitions; namespace: what they give.
    """

    name: str
    folder: Path
    tasks: dict
    source: str
    namespace: dict

    def reference(self, name):
        """The source of the functions that are right for a task."""
        task = self.tasks[name]
        if task.reference is not None:
            return source_of(task.reference)
        functions = task.functions or (name,)
        parts = [ast.get_source_segment(self.source, node) for node in ast.parse(self.source).body
                 if getattr(node, "name", None) in functions]
        if len(parts) != len(functions):
            raise CourseError(f"{self.name}: the notebook defines {len(parts)} of the functions {', '.join(functions)}, "
                              f"once each is needed (task {name})")
        return "\n\n\n".join(parts)

    def outputs(self, name):
        """name of each function of a task -> the names of its results."""
        task = self.tasks[name]
        return Script(task.calls).outputs() if task.calls else {(task.functions or (name,))[0]: list(task.returns)}

    def visible(self, name):
        """The sheet of the visible test."""
        task = self.tasks[name]
        return sheet_of(name, task, self.reference(name), self.namespace, visible_cases(name, task), shaken=6)

    def hidden(self, name, seed):
        """The sheet of the hidden test, for a seed."""
        task = self.tasks[name]
        return sheet_of(name, task, self.reference(name), self.namespace, hidden_cases(name, task, seed))


def load_unit(folder):
    """Read a unit's task file and notebook. The task file's module gets a name that nobody can guess, and is not kept."""
    folder = Path(folder).resolve()
    paths = folder / "tasks.py", folder / f"{folder.name}.ipynb"
    return _load(folder, *(p.stat().st_mtime_ns if p.exists() else None for p in paths))


@lru_cache(maxsize=32)
def _load(folder, tasks_time, notebook_time):
    if tasks_time is None:
        raise CourseError(f"{folder.name}: there is no task file {folder / 'tasks.py'}")
    spec = importlib.util.spec_from_file_location(f"_{secrets.token_hex(8)}", folder / "tasks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tasks = {name: value for name, value in vars(module).items() if isinstance(value, (Task, Quiz))}
    source = _notebook_source(folder / f"{folder.name}.ipynb") if notebook_time is not None else ""
    return Unit(folder.name, folder, tasks, source, definitions(source, {"__name__": "exercise"}, f"solution of {folder.name}"))


def _notebook_source(path):
    """Imports, functions, classes and CONSTANTS of the notebook's code cells, tests left out."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError) as error:
        raise CourseError(f"{path} is no notebook: {error}") from None
    parts = []
    for cell in cells:
        marks = cell.get("metadata", {}).get("nbgrader", {})
        if cell["cell_type"] != "code" or (marks.get("grade") and not marks.get("solution")):
            continue
        source = "".join(cell["source"])
        for node in ast.parse(source).body:
            wanted = isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef))
            constant = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).isupper()
            if wanted or constant:
                parts.append(ast.get_source_segment(source, node))
    return "\n\n".join(parts)


# checks.json


def build_checks(unit_folder):
    """What the visible tests of a unit need, as JSON data: points, fixed inputs, expected results, fingerprints, sentences.

    It is made from tasks.py and the notebook beside it, and holds no formula, no code and no answer of a quiz.
    """
    unit = load_unit(unit_folder)
    tasks = {}
    for name, task in unit.tasks.items():
        if isinstance(task, Quiz):
            tasks[name] = {"quiz": task.choices, "points": task.points}
        else:
            tasks[name] = sheet_to_json(unit.visible(name))
    return {"unit": unit.name, "tasks": tasks}


def checks_text(checks):
    """The text of checks.json: the same bytes on every machine, one case a line."""
    lines = ["{", f' "unit": {json.dumps(checks["unit"])},', ' "tasks": {']
    for i, (name, task) in enumerate(checks["tasks"].items()):
        lines.append(f"  {json.dumps(name)}: {{")
        entries = [f"   {json.dumps(k)}: {_rows(v)}" for k, v in task.items()]
        lines.append(",\n".join(entries))
        lines.append("  }" + "," * (i < len(checks["tasks"]) - 1))
    return "\n".join([*lines, " }", "}"]) + "\n"


def _rows(value):
    def dump(v):
        return json.dumps(v, ensure_ascii=False, allow_nan=False, separators=(",", ":"))

    if isinstance(value, list) and value and isinstance(value[0], (dict, str)) and len(dump(value)) > 100:
        return "[\n" + ",\n".join("    " + dump(v) for v in value) + "]"
    return dump(value)


def find_checks(unit):
    """The tasks of a unit as the student has them: name -> sheet, or the data of a quiz; and the file they are from.

    checks.json is looked for beside the notebook, then under release/UNIT and exercises/UNIT of the folders above.
    """
    here = Path.cwd()
    places = [here / "checks.json", *(up / part / unit / "checks.json" for up in (here, *here.parents)
                                      for part in ("release", "exercises"))]
    for path in places:
        if not path.is_file():
            continue
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data["unit"] != unit:
                continue
            tasks = {name: task if "quiz" in task else sheet_from_json(name, task) for name, task in data["tasks"].items()}
            return tasks, path
        except (OSError, ValueError, KeyError, TypeError) as error:
            problem = f"{path} is damaged ({type(error).__name__}: {error}); fetch the assignment {unit} again"
            raise CourseError(problem) from None
    raise CourseError(f"there is no checks.json for {unit} beside this notebook ({here}): it comes with the assignment. "
                      f"Keep the notebook in its folder, or fetch the assignment again")


def find_unit_folder(unit):
    """The folder exercises/UNIT with the task file: under DL_COURSE_ROOT, else under a folder above the working directory."""
    root = os.environ.get("DL_COURSE_ROOT")
    here = Path.cwd()
    for up in [Path(root)] if root else (here, *here.parents):
        folder = up / "exercises" / unit
        if (folder / "tasks.py").is_file():
            return folder
    where = f"DL_COURSE_ROOT = {root}" if root else f"{here} or a folder above it"
    raise CourseError(f"there is no exercises/{unit}/tasks.py in {where}: hidden tests run where the course is graded. "
                      f"Set DL_COURSE_ROOT to the course's folder")
