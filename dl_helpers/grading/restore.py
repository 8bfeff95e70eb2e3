"""Put right what students do to the cells that nbgrader needs, before nbgrader grades them.

nbgrader restores the text and the points of cells that are still there. It does not bring back deleted test cells,
stops at damaged cell metadata, and cannot know a cell whose name was changed. RestoreCells does, and notes each
repair in the notebook's metadata, where the report finds it.
"""

from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

FINDINGS = "dl_course"  # the key of the repairs in the notebook's metadata


class RestoreCells(NbGraderPreprocessor):
    """Make a submitted notebook have every graded and locked cell of the assignment, with its own name and points."""

    def preprocess(self, nb, resources):
        assignment, notebook = resources["nbgrader"]["assignment"], resources["nbgrader"]["notebook"]
        course = self.parent.parent.coursedir
        source, release = (
            _read(Path(course.format_path(directory, ".", assignment)) / f"{notebook}.ipynb")
            for directory in (course.source_directory, course.release_directory)
        )
        findings = restore(nb, source, release)
        nb.metadata[FINDINGS] = {"findings": findings}
        for finding in findings:
            self.log.warning("%s", finding)
        return nb, resources


def restore(nb, source, release=None):
    """Repair a submitted notebook in place, and return what was found as sentences.

    nb: the submission; source: the notebook of exercises/; release: what students received, to see changed tests.
    """
    expected = {cell.metadata.nbgrader.grade_id: cell for cell in source.cells if "nbgrader" in cell.metadata}
    released = {c.metadata.nbgrader.grade_id: c.source for c in (release or source).cells if "nbgrader" in c.metadata}
    findings = []
    _drop_damaged_metadata(nb, findings)
    _recognize_renamed(nb, expected, findings)
    for cell in nb.cells:
        if "nbgrader" in cell.metadata:
            name = cell.metadata.nbgrader.grade_id
            _restore_metadata(cell, name, expected[name], findings)
            if expected[name].metadata.nbgrader.get("locked") and cell.source != released[name]:
                findings.append(f"the text of {name} was changed; it is put back")
    _keep_last_of_duplicates(nb, findings)
    _insert_missing(nb, expected, findings)
    return findings


def _drop_damaged_metadata(nb, findings):
    for cell in nb.cells:
        if "nbgrader" not in cell.metadata:
            continue
        meta = cell.metadata.nbgrader
        if not isinstance(meta, dict) or not isinstance(meta.get("grade_id"), str):
            del cell.metadata["nbgrader"]
            if meta:
                findings.append("a cell had damaged nbgrader metadata; it counts as the student's own cell")


def _recognize_renamed(nb, expected, findings):
    """A cell whose name was changed or lost is recognised by its notebook-wide id, if nobody else has the name."""
    by_cell_id = {cell.id: name for name, cell in expected.items() if "id" in cell}
    taken = {cell.metadata.nbgrader.grade_id for cell in nb.cells if "nbgrader" in cell.metadata}
    for cell in nb.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in expected:
            continue
        true_name = by_cell_id.get(cell.get("id"))
        if true_name and true_name not in taken:
            cell.metadata["nbgrader"] = NotebookNode(grade_id=true_name)
            taken.add(true_name)
            given = f"was renamed to {name}" if name else "had lost its name"
            findings.append(f"{true_name} {given}; it has its name again")
        elif name:
            del cell.metadata["nbgrader"]
            findings.append(f"there is no cell {name} in this assignment; it counts as the student's own cell")


def _restore_metadata(cell, name, original, findings):
    given, true = cell.metadata.nbgrader, original.metadata.nbgrader
    for key, what in (("points", "points"), ("grade", "graded"), ("solution", "answer"), ("locked", "locked")):
        if key in given and given[key] != true.get(key):
            findings.append(f"{name}: {what} was changed from {true.get(key)} to {given[key]}; it is put back")
    if cell.cell_type != original.cell_type:
        findings.append(f"{name} was changed from {original.cell_type} to {cell.cell_type}; it is put back")
        _set_cell_type(cell, original.cell_type)
    cell.metadata["nbgrader"] = NotebookNode(true)


def _set_cell_type(cell, cell_type):
    cell.cell_type = cell_type
    if cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    else:
        for key in ("outputs", "execution_count"):
            cell.pop(key, None)


def _keep_last_of_duplicates(nb, findings):
    """Of cells with one name the last keeps it, as the last definition counts in Python; the others are plain cells."""
    cells = [cell for cell in nb.cells if "nbgrader" in cell.metadata]
    names = [cell.metadata.nbgrader.grade_id for cell in cells]
    for i, (cell, name) in enumerate(zip(cells, names)):
        if name in names[i + 1:]:
            del cell.metadata["nbgrader"]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            findings.append(f"{name} is there {names.count(name)} times; the last one counts")


def _insert_missing(nb, expected, findings):
    """Bring back deleted cells that are graded or locked.

    A missing answer is left missing: the student may have written it in a cell of their own, which its stub would
    overwrite. A test comes back as late as possible, just before the next cell of the assignment, so that whatever
    the student wrote in its place runs before it; a given cell comes back as early as possible.
    """
    names = list(expected)
    for i, (name, original) in enumerate(expected.items()):
        position = {c.metadata.nbgrader.grade_id: k for k, c in enumerate(nb.cells) if "nbgrader" in c.metadata}
        meta = original.metadata.nbgrader
        if name in position or not (meta.get("grade") or meta.get("locked") or meta.get("task")):
            continue
        before = [position[n] + 1 for n in names[:i] if n in position]
        after = [position[n] for n in names[i + 1:] if n in position]
        late, early = (after[0] if after else len(nb.cells)), (before[-1] if before else 0)
        nb.cells.insert(late if meta.get("grade") else early, _copy(original, nb))
        findings.append(f"{name} was deleted; it is put back")


def _copy(original, nb):
    """The deleted cell again; an answer to be graded by hand comes back empty."""
    cell = NotebookNode(nbformat.from_dict(original))
    if original.metadata.nbgrader.get("solution"):
        cell.source = "(This cell was deleted in the submission.)"
    if (nb.nbformat, nb.nbformat_minor) < (4, 5):
        cell.pop("id", None)
    elif cell.id in {c.get("id") for c in nb.cells}:
        cell.id = f"{cell.id}-restored"[:64]
    return cell


def _read(path):
    return nbformat.read(path, as_version=4) if path.exists() else None
