"""What a notebook shows of a failed check: HTML once, one line of traceback, and the whole text for those who grade."""

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from tests.exercises.units import EXERCISES


def test_a_failed_check_in_a_notebook(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(EXERCISES.parent))
    source = "from dl_helpers import check\nimport numpy as np\ncheck.close(np.zeros(3), np.ones(3), what='dx')"
    notebook = new_notebook(cells=[new_code_cell(source)])
    NotebookClient(notebook, timeout=60, allow_errors=True).execute()
    shown, error = notebook.cells[0].outputs
    assert shown.output_type == "display_data" and "dx is 0 everywhere" in shown.data["text/plain"]
    assert "dx is 0 everywhere" in shown.data["text/html"] and "color:" not in shown.data["text/html"].replace("border", "")
    assert error.ename == "CheckFailed" and error.traceback == ["CheckFailed: ✗ dx is not as expected"]
    assert error.evalue.startswith("✗ dx is not as expected\n  dx is 0 everywhere")
    nbformat.validate(notebook)
