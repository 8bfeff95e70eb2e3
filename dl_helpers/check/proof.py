"""Proof that the tests of a unit tell right from wrong.

For every task, through its visible and its hidden test: the reference passes; each misconception is rejected and its own
sentence shown; each alternative is accepted; each mutant of the reference is rejected, but for those that the task file lists
as equivalent, with the reason.
"""

from dataclasses import dataclass, field

from dl_helpers.check.course import load_unit
from dl_helpers.check.failure import CheckFailed
from dl_helpers.check.judge import judge
from dl_helpers.check.mutants import mutants
from dl_helpers.check.notebook import grade_answer
from dl_helpers.check.patches import definitions, patched
from dl_helpers.check.sheets import sheet_from_json, sheet_to_json
from dl_helpers.check.tasks import Quiz
from dl_helpers.check.timed import each_in_time

__all__ = ["TaskProof", "prove", "prove_task", "table", "variant", "verdict"]

MUTANT_SECONDS = 3


@dataclass
class TaskProof:
    """What the proof of one task found. Lists hold what went wrong, as text; all of them empty means proved."""

    task: str
    misconceptions: int = 0
    alternatives: int = 0
    mutants: int = 0
    equivalent: int = 0
    reference: list = field(default_factory=list)      # why a test refuses the reference
    survivors: list = field(default_factory=list)      # misconceptions that a test accepts
    misnamed: list = field(default_factory=list)       # misconceptions whose own sentence is not shown
    refused: list = field(default_factory=list)        # alternatives that a test refuses
    living: list = field(default_factory=list)         # mutants that a test accepts and that are not listed as equivalent
    dead: list = field(default_factory=list)           # mutants listed as equivalent that no test accepts, or that do not exist

    @property
    def proved(self):
        return not self.problems

    @property
    def problems(self):
        """All that went wrong, one text each."""
        kinds = {"reference refused": self.reference, "misconception accepted": self.survivors,
                 "misconception not named": self.misnamed, "alternative refused": self.refused, "mutant accepted": self.living,
                 "listed as equivalent, but rejected": self.dead}
        return [f"{self.task}: {kind}: {text}" for kind, texts in kinds.items() for text in texts]


def prove(folder, seed="proof", progress=lambda name: None):
    """Prove every task of the unit in a folder; returns a list of TaskProof. progress is called with each task's name."""
    unit = load_unit(folder)
    proofs = []
    for name in unit.tasks:
        progress(name)
        proofs.append(prove_task(unit, name, seed))
    return proofs


def table(proofs):
    """The proofs as a rich Table: killed of total, accepted of total."""
    from rich.table import Table

    shown = Table("task", "reference", "misconceptions", "named", "alternatives", "mutants", "equivalent")
    for column in shown.columns[2:]:
        column.justify = "right"
    for p in proofs:
        def share(bad, total):
            return "–" if not total else f"[{'red' if bad else 'green'}]{total - bad} / {total}[/]"

        wrong = {text.partition("\n")[0].partition(": ")[2] for text in p.survivors}
        unnamed = {text.partition("\n")[0].partition(": ")[2] for text in p.misnamed}
        shown.add_row(
            p.task, "[red]✗[/]" if p.reference else "[green]✓[/]", share(len(wrong), p.misconceptions),
            share(len(wrong | unnamed), p.misconceptions),
            share(len({text.partition("\n")[0].partition(": ")[2] for text in p.refused}), p.alternatives),
            share(len(p.living), p.mutants), str(p.equivalent) if p.equivalent else "–")
    return shown


def variant(unit, name, patch):
    """The functions of a task's reference with a patch applied (None: as it is), in the order of the test cell."""
    source = unit.reference(name)
    return _functions(unit, name, source if patch is None else patched(source, patch, unit.outputs(name)))


def _functions(unit, name, source):
    names = definitions(source, unit.namespace, f"variant of {name}")
    return [names[f] for f in unit.tasks[name].functions or (name,)]


def verdict(sheet, subjects):
    """The CheckFailed of a check, or None when it passes."""
    try:
        judge(sheet, subjects)
    except CheckFailed as failed:
        return failed
    return None


def prove_task(unit, name, seed="proof"):
    """Run the reference, the misconceptions, the alternatives and the mutants of a task through its two tests."""
    task = unit.tasks[name]
    if isinstance(task, Quiz):
        return _prove_quiz(name, task)
    # The visible sheet goes through JSON, because that is what the student's machine has.
    sheets = {"visible": sheet_from_json(name, sheet_to_json(unit.visible(name))), "hidden": unit.hidden(name, seed)}
    found = TaskProof(name, len(task.misconceptions), len(task.alternatives))
    for kind, sheet in sheets.items():
        failed = verdict(sheet, variant(unit, name, None))
        if failed:
            found.reference.append(f"{kind} test\n{failed}")
        for wrong in task.misconceptions:
            failed = verdict(sheet, variant(unit, name, wrong.patch))
            if failed is None:
                found.survivors.append(f"{kind} test: {wrong.patch}")
            elif wrong.sentence not in str(failed):
                found.misnamed.append(f"{kind} test: {wrong.patch}\n{failed}")
        for patch in task.alternatives:
            failed = verdict(sheet, variant(unit, name, patch))
            if failed:
                found.refused.append(f"{kind} test: {patch}\n{failed}")
    _prove_mutants(unit, name, sheets, found)
    return found


def _prove_mutants(unit, name, sheets, found):
    listed = dict(unit.tasks[name].equivalent)
    made = mutants(unit.reference(name))

    def accepting(mutant):
        """The tests that accept a mutant."""
        try:
            subjects = _functions(unit, name, mutant.source)
        except Exception:                          # not even its definition can be executed
            return []
        return [kind for kind, sheet in sheets.items() if verdict(sheet, subjects) is None]

    for mutant, kinds in zip(made, each_in_time(accepting, made, MUTANT_SECONDS, late=[])):
        if mutant.line in listed:
            found.equivalent += 1
            if kinds:
                listed[mutant.line] = None
        else:
            found.mutants += 1
            if kinds:
                found.living.append(f"{' and '.join(kinds)} test: {mutant.line}")
    found.dead += [line for line, reason in listed.items() if reason is not None]


def _prove_quiz(name, quiz):
    found = TaskProof(name, misconceptions=len(quiz.wrong))
    try:
        grade_answer(name, quiz, quiz.answer)
    except CheckFailed as failed:
        found.reference.append(str(failed))
    for answer, sentence in quiz.wrong.items():
        try:
            grade_answer(name, quiz, answer)
            found.survivors.append(f"hidden test: {answer!r}")
        except CheckFailed as failed:
            if sentence not in str(failed):
                found.misnamed.append(f"hidden test: {answer!r}\n{failed}")
    return found
