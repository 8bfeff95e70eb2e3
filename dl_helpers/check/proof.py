"""Proof that the tests of a unit tell right from wrong: every misconception is
rejected with its own sentence, every alternative accepted."""

from dataclasses import dataclass, field

from dl_helpers.check.course import load_unit
from dl_helpers.check.failure import CheckFailed
from dl_helpers.check.judge import judge
from dl_helpers.check.notebook import _grade_answer
from dl_helpers.check.patches import definitions, patched
from dl_helpers.check.sheets import sheet_from_json, sheet_to_json
from dl_helpers.check.tasks import Quiz

__all__ = ["TaskProof", "prove", "prove_task", "variant"]


@dataclass
class TaskProof:
    """What the proof of one task found. Each list holds sentences; all of them empty means proved."""

    task: str
    reference: list = field(default_factory=list)
    misconceptions: int = 0
    survivors: list = field(default_factory=list)         # misconceptions that pass a test
    misnamed: list = field(default_factory=list)          # misconceptions whose own sentence is not shown
    alternatives: int = 0
    refused: list = field(default_factory=list)           # alternatives that a test refuses

    @property
    def proved(self):
        return not (self.reference or self.survivors or self.misnamed or self.refused)


def prove(folder, seed="proof"):
    """Prove every task of the unit in a folder; returns a list of TaskProof."""
    unit = load_unit(folder)
    return [prove_task(unit, name, seed) for name in unit.tasks]


def variant(unit, name, patch):
    """The functions of a task's reference with a patch applied (None: as it is), in the order of the test cell."""
    task = unit.tasks[name]
    source = unit.reference(name)
    if patch is not None:
        source = patched(source, patch, task.returns)
    names = definitions(source, unit.namespace, f"variant of {name}")
    return [names[f] for f in task.functions or (name,)]


def verdict(sheet, subjects):
    """The CheckFailed of a check, or None when it passes."""
    try:
        judge(sheet, subjects)
    except CheckFailed as failed:
        return failed
    return None


def prove_task(unit, name, seed="proof"):
    """Run the reference, the misconceptions and the alternatives of a task through its visible and its hidden test."""
    task = unit.tasks[name]
    if isinstance(task, Quiz):
        return _prove_quiz(name, task)
    # The visible sheet goes through JSON, because that is what the student's machine has.
    sheets = {"visible": sheet_from_json(name, sheet_to_json(unit.visible(name))), "hidden": unit.hidden(name, seed)}
    found = TaskProof(name, misconceptions=len(task.misconceptions), alternatives=len(task.alternatives))
    for kind, sheet in sheets.items():
        failed = verdict(sheet, variant(unit, name, None))
        if failed:
            found.reference.append(f"{kind}: {failed}")
        for wrong in task.misconceptions:
            failed = verdict(sheet, variant(unit, name, wrong.patch))
            if failed is None:
                found.survivors.append(f"{kind}: {wrong.patch}")
            elif wrong.sentence not in str(failed):
                found.misnamed.append(f"{kind}: {wrong.patch}\n{failed}")
        for patch in task.alternatives:
            failed = verdict(sheet, variant(unit, name, patch))
            if failed:
                found.refused.append(f"{kind}: {patch}\n{failed}")
    return found


def _prove_quiz(name, quiz):
    found = TaskProof(name, misconceptions=len(quiz.wrong))
    try:
        _grade_answer(name, quiz, quiz.answer)
    except CheckFailed as failed:
        found.reference.append(str(failed))
    for answer, sentence in quiz.wrong.items():
        try:
            _grade_answer(name, quiz, answer)
            found.survivors.append(repr(answer))
        except CheckFailed as failed:
            if sentence not in str(failed):
                found.misnamed.append(f"{answer!r}: {failed}")
    return found
