"""Run a student's functions on the cases of a sheet and compare: what differs, in which case. `explain` finds the words."""

import copy
from dataclasses import dataclass, field

import numpy as np

from dl_helpers.check.compare import Difference, compare
from dl_helpers.check.explain import explanation
from dl_helpers.check.failure import CheckFailed, Message
from dl_helpers.check.forbidden import LOOPS, watching
from dl_helpers.check.plain import NotPlain, leaf
from dl_helpers.check.scores import score, shortfall
from dl_helpers.check.script import Script
from dl_helpers.check.sheets import Raised, fingerprint, same_print

__all__ = ["judge"]


@dataclass
class Outcome:
    """What the student's functions did in one case.

    results: by name, those before an error too; names: all that the calls made, with the inputs; error: what was raised;
    behaviour: what they did beside returning a result, as a sentence; differences: result -> Difference.
    """

    case: object
    results: dict = field(default_factory=dict)
    names: dict = field(default_factory=dict)
    error: BaseException | None = None
    behaviour: str = ""
    differences: dict = field(default_factory=dict)

    @property
    def failed(self):
        return bool(self.error or self.behaviour or self.differences)


def judge(sheet, subjects):
    """Raise CheckFailed with a diagnosis unless the subjects do what the sheet expects in every case.

    subjects: the student's functions or classes, in the order of sheet.functions.
    """
    functions = _named(sheet, subjects)
    with watching(sheet.forbids, subjects) as watch:
        outcomes = []
        for case in sheet.cases:
            if watch.found:
                break
            outcomes.append(_run(sheet, functions, case))
    if watch.found:
        why = ("This task is about whole arrays: which operation does the same for all entries at once?"
               if watch.found == LOOPS else
               "This task is about writing it yourself: that name is closed here, under another name too.")
        raise CheckFailed(Message(f"✗ {sheet.name}: {watch.found}", [why]))
    outcomes = [_compared(sheet, outcome) for outcome in outcomes]
    if not any(o.failed for o in outcomes):
        outcomes += _in_turn(sheet, functions, outcomes)
    elif not any(o.behaviour for o in outcomes):
        _same_twice(sheet, functions, next(o for o in outcomes if o.failed))
    if any(o.failed for o in outcomes):
        raise explanation(sheet, outcomes)


def _named(sheet, subjects):
    if len(subjects) != len(sheet.functions):
        wanted = ", ".join(sheet.functions)
        raise CheckFailed(f'✗ {sheet.name}: this cell must read check.task("{sheet.name}", {wanted})')
    for name, subject in zip(sheet.functions, subjects):
        if not callable(subject):
            raise CheckFailed(Message(f"✗ {sheet.name}: {name} is {_a(subject)}, not a function", [
                f"Was the name given to something else? Run the cell with `def {name}(...)` again."]))
    return dict(zip(sheet.functions, subjects))


def _a(value):
    if value is None:
        return "None"
    known = {"int": "a number", "float": "a number", "ndarray": "an array"}
    return known.get(type(value).__name__, f"a {type(value).__name__}")


# One case


def _run(sheet, functions, case):
    return _run_together(sheet, functions, [case])[0]


def _run_together(sheet, functions, cases):
    """Run cases on fresh copies of their inputs, call by call in turn; the global random state is put back afterwards."""
    inputs = [copy.deepcopy(case.inputs) for case in cases]
    state = np.random.get_state()  # noqa: NPY002
    outcomes = [Outcome(case) for case in cases]
    runs = [Script(sheet.calls).steps({**functions, **i}) for i in inputs]
    try:
        for _ in range(len(Script(sheet.calls))):
            for outcome, run in zip(outcomes, runs):
                if outcome.error is None:
                    _step(outcome, run)
    finally:
        np.random.set_state(state)  # noqa: NPY002
    for outcome, given in zip(outcomes, inputs):
        outcome.results = {name: _kept(outcome.names[name]) for name in sheet.returns if name in outcome.names}
        if outcome.error is None:
            outcome.behaviour = _modified(outcome.case.inputs, given)
    return outcomes


def _step(outcome, run):
    try:
        with np.errstate(all="ignore"):
            outcome.names = next(run)
    except (Exception, SystemExit, GeneratorExit) as error:
        outcome.error = error


def _kept(value):
    """A copy where that is possible: a later call may change what this one returned."""
    try:
        return copy.deepcopy(value)
    except Exception:
        return value


def _modified(before, after):
    for name, value in before.items():
        if not _same(value, after[name]):
            return (f"It changes its input {name}: an operation such as `{name} -= ...` or `{name}[...] = ...` works on the "
                    "caller's own data. Compute something new instead.")
    return ""


def _same(a, b):
    if hasattr(a, "detach"):
        a, b = leaf(a, True), leaf(b, True)
    if isinstance(a, np.ndarray):
        return a.shape == b.shape and a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(_same(a[k], b[k]) for k in a)
    return callable(a) or a == b


def _compared(sheet, outcome):
    """Fill in the differences from what is expected. An expected exception is no error."""
    expected = outcome.case.expected
    if isinstance(expected, Raised):
        if outcome.error is None:
            sentence = f"These inputs must be refused, but a result was returned: raise {expected.kind}(...) with a message."
            outcome.differences = {"": Difference("not raised", sentence)}
        elif type(outcome.error).__name__ == expected.kind:
            outcome.error, outcome.results = None, {}
    else:
        for name in outcome.results:
            if name in sheet.scores:
                difference = _scored(name, sheet.scores[name], outcome)
            else:
                difference = compare(outcome.results[name], expected[name], sheet.tolerance, name)
            if difference:
                outcome.differences[name] = difference
    return outcome


def _scored(name, bound, outcome):
    try:
        target = leaf(outcome.names[bound.target], expect_array=True)
    except NotPlain as problem:
        return Difference("type", f"{bound.target} {problem}")
    difference = compare(outcome.results[name], target, rtol=np.inf, name=name, dtype=False)      # the form only
    if difference:
        return difference
    actual = leaf(outcome.results[name], expect_array=True)
    value = score(bound.measure, actual, target)
    return None if value <= bound.at_most else Difference("score", shortfall(name, bound, value), actual, target)


# Calls that must not depend on each other


def _in_turn(sheet, functions, outcomes):
    """The first case once more, in turn with the second: right functions give the same as before.

    A cache that is kept in a global variable does not survive that.
    """
    cases = [o.case for o in outcomes[:2]]
    for outcome in _elsewhere(lambda: _run_together(sheet, functions, cases)):
        if _compared(sheet, outcome).failed:
            outcome.differences, outcome.error = {}, None
            outcome.behaviour = (
                "Each call alone was right, but the same calls in turn with others are not. The result depends on something "
                "that is kept between calls: a global variable, a mutable default argument, or global random numbers. "
                "Everything that a function needs must come in through its arguments.")
            return [outcome]
    return []


def _same_twice(sheet, functions, outcome):
    """Whether the same inputs give the same wrong result again; if not, that is what is said about it."""
    if outcome.error:
        return
    again = _elsewhere(lambda: _run(sheet, functions, outcome.case))
    for name, value in outcome.results.items():
        if name in outcome.differences and name in again.results and _changed(value, again.results[name]):
            outcome.behaviour = (f"Called twice with the same inputs, it returns another {name} the second time: it depends on "
                                 "random numbers, or on something kept from an earlier call.")
            return


def _changed(a, b):
    return not same_print(fingerprint(a), fingerprint(b))


def _elsewhere(call):
    """A call under another global random state, which is put back."""
    state = np.random.get_state()  # noqa: NPY002
    np.random.seed(12345)  # noqa: NPY002
    try:
        return call()
    finally:
        np.random.set_state(state)  # noqa: NPY002
