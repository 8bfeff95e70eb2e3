"""The sources of the exercises: the notebook, its task file and checks.json belong together."""

from dl_helpers.check import build_checks, checks_text
from dl_helpers.check.course import load_unit
from dl_helpers.check.tasks import Quiz
from tests.exercises.units import every_unit, marks, source_notebook


@every_unit
def test_checks_json_is_made_from_the_task_file(folder):
    made = checks_text(build_checks(folder))
    assert (folder / "checks.json").read_text(encoding="utf-8") == made, "run dl-course release to write checks.json again"


@every_unit
def test_every_task_has_its_test_cell_with_its_points(folder):
    unit, cells = load_unit(folder), source_notebook(folder).cells
    tests = {c.source: marks(c) for c in cells if c.cell_type == "code" and marks(c).get("grade")}
    assert len(tests) == len(unit.tasks)
    for name, task in unit.tasks.items():
        functions = (name,) if isinstance(task, Quiz) else task.functions or (name,)
        call = f'("{name}", {", ".join(functions)})'
        source = f"check.task{call}\n### BEGIN HIDDEN TESTS\ncheck.hidden{call}\n### END HIDDEN TESTS"
        assert source in tests, f"no cell reads\n{source}"
        assert tests[source]["points"] == task.points and tests[source]["locked"]


@every_unit
def test_the_notebook_is_clean(folder):
    notebook = source_notebook(folder)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5) and notebook.metadata.kernelspec.name == "python3"
    ids = [c.id for c in notebook.cells]
    assert len(ids) == len(set(ids)) and all(i.replace("-", "").isalnum() and not i.isdigit() for i in ids)
    grade_ids = [marks(c)["grade_id"] for c in notebook.cells if marks(c)]
    assert len(grade_ids) == len(set(grade_ids))
    for cell in notebook.cells:
        assert marks(cell).get("schema_version", 3) == 3
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None


@every_unit
def test_nothing_of_the_task_file_is_in_checks_json(folder):
    unit, text = load_unit(folder), (folder / "checks.json").read_text(encoding="utf-8")
    for name, task in unit.tasks.items():
        if not isinstance(task, Quiz):
            patches = [w.patch for w in task.misconceptions] + [p for p in task.alternatives if isinstance(p, str)]
            for line in {line.strip() for p in patches for line in p.splitlines()} - {""}:
                assert line not in text, f"{name}: {line}"
