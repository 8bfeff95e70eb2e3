"""What is in a submission folder, and what keeps it from being graded."""

import nbformat


def problem(course, unit, student):
    """The reason why a submission cannot be graded, in one line, or None."""
    path = course.notebook("submitted", unit, student)
    if not path.exists():
        others = sorted(p.name for p in path.parent.glob("*.ipynb"))
        found = f"; the folder has {', '.join(others)}: rename the right one" if others else ""
        return f"{path.name} is missing{found}"
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        return f"{path.name} is damaged: byte {error.start} is no UTF-8 text"
    except OSError as error:
        return f"{path.name} cannot be read: {error.strerror}"
    if not text.strip():
        return f"{path.name} is empty"
    try:
        nb = nbformat.reads(text, as_version=4)
    except nbformat.reader.NotJSONError:
        return f"{path.name} is damaged: it is no notebook, or only a part of one was saved"
    except (nbformat.ValidationError, ValueError, AttributeError, KeyError, TypeError) as error:
        return f"{path.name} is damaged: {str(error).splitlines()[0]}"
    if not any(cell.cell_type == "code" for cell in nb.cells):
        return f"{path.name} has no code cell left"
    return None
