"""The example of docs/authoring.md is a unit that proves itself."""

import re
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from dl_helpers.check import build_checks, checks_text
from dl_helpers.check.proof import prove, table

PAGE = Path(__file__).parents[2] / "docs" / "authoring.md"


def test_the_example_is_complete_and_proved(tmp_path, monkeypatch, capsys):
    setup, solution, test, tasks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[:4]
    folder = tmp_path / "exercises" / "00_example"
    folder.mkdir(parents=True)
    marks = {"grade": True, "solution": False, "points": 3}
    cells = [new_code_cell(setup), new_code_cell(solution), new_code_cell(test, metadata={"nbgrader": marks})]
    nbformat.write(new_notebook(cells=cells), folder / "00_example.ipynb")
    (folder / "tasks.py").write_text(tasks, encoding="utf-8")
    (folder / "checks.json").write_text(checks_text(build_checks(folder)), encoding="utf-8")

    proofs = prove(folder)
    assert not [text for proof in proofs for text in proof.problems]
    assert proofs[0].mutants > 15 and table(proofs).row_count == 1

    monkeypatch.chdir(folder)
    monkeypatch.setenv("DL_COURSE_ROOT", str(tmp_path))
    exec("\n".join([setup, solution, test]), {})
    assert "✓ affine  3 points   (3 of 3 in this notebook)" in capsys.readouterr().out
