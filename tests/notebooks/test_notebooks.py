"""Every lecture executes from top to bottom, without a network, and is committed as a student should find it."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
LECTURES = sorted((ROOT / "notebooks").glob("*.ipynb"))
COMMITTED = [*LECTURES, *sorted((ROOT / "exercises").glob("*/*.ipynb"))]


def name(path):
    return path.stem


@pytest.mark.parametrize("path", LECTURES, ids=name)
def test_a_lecture_executes(path):
    nb = nbformat.read(path, as_version=4)
    NotebookClient(nb, timeout=120, kernel_name="python3", resources={"metadata": {"path": path.parent}}).execute()
    pictures = [o for c in nb.cells if c.cell_type == "code" for o in c.outputs if "image/png" in o.get("data", {})]
    assert pictures, "a lecture without a picture"
    for picture in pictures:
        assert picture.metadata["image/png"]["alt"], "a picture without alternative text"


@pytest.mark.parametrize("path", COMMITTED, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_notebooks_are_committed_clean(path):
    nb = nbformat.read(path, as_version=4)
    nbformat.validate(nb)
    assert nb.metadata.kernelspec.name == "python3"
    for cell in nb.cells:
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None, f"{cell.id} has outputs"


@pytest.mark.parametrize("path", LECTURES, ids=name)
def test_links_lead_somewhere(path):
    for cell in nbformat.read(path, as_version=4).cells:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", cell.source if cell.cell_type == "markdown" else ""):
            # work/ is made by `make lab` from release/
            assert (path.parent / target.replace("../work/", "../release/")).exists(), target
