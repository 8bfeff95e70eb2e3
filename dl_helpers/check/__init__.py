"""What test cells call.

    check.unit("02_linear_regression")       first cell
    check.task("predict", predict)           visible test: fixed cases, with a diagnosis
    check.hidden("predict", predict)         hidden test: fresh inputs, where the course is graded
    check.summary()                          last cell

and, for any notebook, `close`, `shape`, `raises`, `trained`, `gradient`, `backward`, `backward_of`. A failed check is a
CheckFailed, an AssertionError whose text explains. docs/authoring.md says how to write a task.
"""

from dl_helpers.check.assertions import close, raises, shape, trained
from dl_helpers.check.course import build_checks, checks_text
from dl_helpers.check.failure import CheckFailed
from dl_helpers.check.formula import Formula
from dl_helpers.check.gradients import backward, backward_of, gradient
from dl_helpers.check.notebook import hidden, summary, task, unit
from dl_helpers.check.tasks import Quiz, Score, Task, Wrong

__all__ = [
    "CheckFailed", "Formula", "Quiz", "Score", "Task", "Wrong", "backward", "backward_of", "build_checks", "checks_text",
    "close", "gradient", "hidden", "raises", "shape", "summary", "task", "trained", "unit",
]
