"""The vocabulary of a task file: Task, Quiz and Wrong. docs/authoring.md shows how to write one."""

from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["Quiz", "Score", "Task", "Wrong"]


@dataclass(frozen=True)
class Wrong:
    """A misconception: a patch that makes the reference wrong as students do, and the sentence that explains it.

    patch: see `patched` in dl_helpers/check/patches.py: "dw = x @ dout.T", "return x @ w", "2 / n -> 1 / n", or a whole def.
    when:  an expression over the inputs that says for which of them it is wrong ("w.shape[0] == w.shape[1]"); by default all.
    """

    patch: str
    sentence: str
    when: str = ""


@dataclass(frozen=True)
class Score:
    """How a result that has no single right value is judged: a measure of it must not exceed a bound.

    measure: a name in dl_helpers/check/scores.py ("rmse"); target: the name of an input or of another result to compare with;
    at_most: the bound; hint: a sentence for a result that misses it and matches no misconception.
    """

    measure: str
    target: str
    at_most: float
    hint: str = ""


@dataclass(frozen=True)
class Task:
    """One graded task.

    points:    of its test cell.
    inputs:    rng -> dict of fresh inputs: arrays, numbers, lists and dicts of them, Formula. Vary the shapes.
    returns:   the names of the results that are compared.
    functions: the student's functions (or classes), in the order in which the test cell hands them over; by default one,
               with the task's own name.
    calls:     what is called, as a Script; by default `returns = function(inputs in their order)`.
    reference: the functions that are right, as source or as functions; by default those of the notebook's solution.
    visible:   inputs of the visible test, a list of dicts or a function that makes it; by default three draws of `inputs`.
    edges:     a list of dicts: inputs that every hidden test contains beside its fresh ones.
    tolerance: relative tolerance in float64; 1e-6 by default. float32 results are given float32's.
    scores:    for results without a single right value: name of a result -> Score.
    float32:   whether float32 inputs are tried too, which must give float32 results.
    misconceptions, alternatives: wrong and right patches of the reference; the suite proves that the task tells them apart.
    forbids:   names that would make the task pointless: "torch", "dl_helpers.numpy", "numpy.linalg.lstsq".
    equivalent: mutants of the reference that are no mistakes: "new line" -> the reason.
    """

    points: int
    inputs: Callable
    returns: tuple[str, ...] = ("out",)
    functions: tuple = ()
    calls: str = ""
    reference: object = None
    visible: list | Callable = field(default_factory=list)
    edges: list = field(default_factory=list)
    tolerance: float = 1e-6
    scores: dict = field(default_factory=dict)
    float32: bool = True
    misconceptions: list = field(default_factory=list)
    alternatives: list = field(default_factory=list)
    forbids: tuple = ()
    equivalent: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Quiz:
    """A question with one right answer, which never leaves the task file: the visible test looks at the form only.

    answer:    a letter among `choices` ("b"), or a number.
    choices:   the letters; empty for a number.
    tolerance: relative tolerance of a number.
    wrong:     wrong answer -> the sentence that explains it, shown in the feedback.
    """

    points: int
    answer: object
    choices: str = ""
    tolerance: float = 1e-2
    wrong: dict = field(default_factory=dict)
