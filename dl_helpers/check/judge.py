"""Run a student's functions on the cases of a sheet, and say what is wrong: what, where, and why."""

import copy
import traceback
from dataclasses import dataclass

import numpy as np

from dl_helpers.check.compare import Difference, compare
from dl_helpers.check.failure import CheckFailed, Message
from dl_helpers.check.forbidden import watching
from dl_helpers.check.plain import NotPlain, describe, leaf
from dl_helpers.check.scores import SCORES, score
from dl_helpers.check.script import Script, ScriptError
from dl_helpers.check.sheets import Raised, fingerprint, same_print
from dl_helpers.check.structure import diagnose_form

__all__ = ["judge"]

NOT_WRITTEN = "not written yet: replace `raise NotImplementedError()` by your code"


@dataclass
class Outcome:
    """What the student's functions did in one case: results by name, or the error; then what differs."""

    case: object
    results: dict | None = None
    names: dict | None = None
    error: BaseException | None = None
    differences: dict = None
    behaviour: str = ""


def judge(sheet, subjects):
    """Raise CheckFailed with a diagnosis unless the subjects do what the sheet expects in every case.

    subjects: the student's functions or classes, in the order of sheet.functions.
    """
    functions = _named(sheet, subjects)
    outcomes = []
    with watching(sheet.forbids, subjects) as watch:
        for case in sheet.cases:
            outcomes.append(_run(sheet, functions, case))
            if watch.found:
                break
    if watch.found:
        raise CheckFailed(Message(f"✗ {sheet.name}: {watch.found}", [
            "This task is about writing it yourself, so that name may not be used here, not even through another name."]))
    for outcome in outcomes:
        _compare(sheet, outcome)
    failed = [o for o in outcomes if o.error or o.differences or o.behaviour]
    if not failed:
        failed = _repeated(sheet, functions, outcomes)
    if failed:
        raise _explanation(sheet, outcomes, failed)


def _named(sheet, subjects):
    if len(subjects) != len(sheet.functions):
        wanted = ", ".join(sheet.functions)
        raise CheckFailed(f'✗ {sheet.name}: this cell must read check.task("{sheet.name}", {wanted})')
    for name, subject in zip(sheet.functions, subjects):
        if not callable(subject):
            raise CheckFailed(f"✗ {sheet.name}: {name} is {_a(subject)}, not a function. "
                              f"Was the name given to something else? Run the cell with `def {name}(...)` again.")
    return dict(zip(sheet.functions, subjects))


def _run(sheet, functions, case):
    """One case on fresh copies of its inputs, with numpy's global random state put back afterwards."""
    inputs = copy.deepcopy(case.inputs)
    state = np.random.get_state()  # noqa: NPY002
    try:
        with np.errstate(all="ignore"):
            names = Script(sheet.calls).run({**functions, **inputs})
        results = {name: _kept(names[name]) for name in sheet.returns}
    except Exception as error:
        return Outcome(case, error=error)
    except SystemExit as error:
        return Outcome(case, error=error)
    finally:
        np.random.set_state(state)  # noqa: NPY002
    return Outcome(case, results, names, behaviour=_modified(case.inputs, inputs))


def _kept(value):
    """A copy where that is possible: a later call may change what this one returned."""
    try:
        return copy.deepcopy(value)
    except Exception:
        return value


def _modified(before, after):
    for name, value in before.items():
        if isinstance(value, np.ndarray) and not np.array_equal(value, after[name], equal_nan=value.dtype.kind == "f"):
            return (f"it changes its input {name}: an operation such as `{name} -= ...` or `{name}[...] = ...` works on the "
                    f"caller's own array. Compute a new array instead")
    return ""


def _compare(sheet, outcome):
    """Fill in what differs from the expected results, by name."""
    outcome.differences = {}
    expected = outcome.case.expected
    if isinstance(expected, Raised):
        if outcome.error is None:
            sentence = f"it returned a result, but these inputs must be refused: raise {expected.kind}(...) with a message"
            outcome.differences = {"": Difference("not raised", sentence)}
        elif type(outcome.error).__name__ == expected.kind:
            outcome.error = None
        return
    if outcome.error is not None:
        return
    for name in sheet.returns:
        if name in sheet.scores:
            difference = _scored(name, sheet.scores[name], outcome.results[name], outcome.names)
        else:
            difference = compare(outcome.results[name], _array(expected[name]), sheet.tolerance, name)
        if difference:
            outcome.differences[name] = difference


def _array(value):
    return leaf(value, expect_array=np.ndim(value) > 0)


def _scored(name, bound, actual, names):
    try:
        target = leaf(names[bound.target], expect_array=True)
    except NotPlain as problem:
        return Difference("type", f"{bound.target} {problem}")
    difference = compare(actual, target, rtol=np.inf, name=name, dtype=False)
    if difference:
        return difference
    value = score(bound.measure, leaf(actual, expect_array=True), target)
    if value <= bound.at_most:
        return None
    sentence = (f"the {SCORES[bound.measure][0]} of {name} and {bound.target} is {value:.4g}; "
                f"at most {bound.at_most:.4g} is asked for")
    return Difference("score", sentence, actual, target)


def _repeated(sheet, functions, outcomes):
    """The first case once more, after the others and with another global random state: the result must be the same."""
    state = np.random.get_state()  # noqa: NPY002
    np.random.seed(12345)  # noqa: NPY002
    try:
        again = _run(sheet, functions, outcomes[0].case)
    finally:
        np.random.set_state(state)  # noqa: NPY002
    _compare(sheet, again)
    if not again.error and not again.differences:
        return []
    again.behaviour = ("the first call was right, but the same call after others is not: the result depends on something that "
                       "is kept between calls (a global variable, a mutable default argument) or on global random numbers")
    again.differences, again.error = {}, None
    return [again]


# The explanation


def _explanation(sheet, outcomes, failed):
    if all(isinstance(o.error, NotImplementedError) for o in failed):
        return CheckFailed(Message(f"✗ {sheet.name}: {NOT_WRITTEN}"))
    wrong = _recognised(sheet, outcomes)
    shown = next((o for o in failed if o.differences), failed[0])
    if isinstance(failed[0].error, ScriptError) or not any(o.differences for o in failed):
        shown = failed[0]
    lines, table = [], []
    if shown.error is not None:
        lines += _error_lines(shown.error)
    elif shown.behaviour and not shown.differences:
        lines.append(shown.behaviour[0].upper() + shown.behaviour[1:] + ".")
    for name, difference in list(shown.differences.items())[:3]:
        lines += _difference_lines(name, difference, shown.case.inputs)
        table = table or _table(difference)
    known = [sheet.sentences[i] for i in wrong]
    lines[1:1] = known
    foot = [_inputs_line(sheet, shown.case, len(failed), len(outcomes))]
    return CheckFailed(Message(_headline(sheet, outcomes), lines, table, foot), known)


def _headline(sheet, outcomes):
    """"✗ affine_backward: dx ✓   dw ✓   db ✗": a result has its ✓ when it is right wherever there was one."""
    if len(sheet.returns) == 1 or not any(o.results for o in outcomes):
        return f"✗ {sheet.name}"
    bad = {name for o in outcomes for name in o.differences}
    return f"✗ {sheet.name}: " + "   ".join(f"{name} {'✗' if name in bad else '✓'}" for name in sheet.returns)


def _difference_lines(name, difference, inputs):
    form = diagnose_form(name, difference, inputs)
    lines = [_sentence(form)] if form else []
    if difference.kind == "value" or not form:
        lines.append(difference.sentence if form else _sentence(difference.sentence))
    return lines


def _sentence(text):
    return text if text.endswith((".", "!", "?")) else text + "."


def _table(difference, rows=4):
    if difference.kind not in ("value", "nan") or np.ndim(difference.expected) == 0:
        return []
    where = np.argwhere(difference.wrong)
    if len(where) < 2:
        return []
    table = [("entry", "yours", "expected")]
    for index in where[:rows]:
        i = tuple(index)
        table.append((f"[{', '.join(map(str, index))}]", f"{difference.actual[i]:.6g}", f"{difference.expected[i]:.6g}"))
    if len(where) > rows:
        table.append(("...", f"{len(where)} wrong", f"of {difference.wrong.size}"))
    return table


def _error_lines(error):
    if isinstance(error, ScriptError):
        return [str(error) + "."]
    if isinstance(error, NotImplementedError):
        return [NOT_WRITTEN + "."]
    if isinstance(error, RecursionError):
        return ["It calls itself without end (RecursionError)."]
    text = " ".join(_text(error).split())
    lines = [f"It raised {type(error).__name__}: {text[:300]}"]
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if f.line and not {"dl_helpers", "site-packages"} & set(f.filename.replace("\\", "/").split("/"))]
    if own:
        lines.append(f"in the line  {own[-1].line}")
    return lines


def _text(error):
    try:
        return str(error)
    except Exception:
        return "(an error whose message cannot be read)"


def _inputs_line(sheet, case, failed, total):
    inputs = ", ".join(f"{name} {describe(value)}" for name, value in case.inputs.items())
    calls = sheet.calls.replace("\n", "; ")
    often = f"  ({failed} of {total} cases fail)" if total > 1 else ""
    return f"called as {calls} with {inputs}{often}"


def _recognised(sheet, outcomes):
    """The misconceptions whose fingerprints match: indices into sheet.sentences.

    First one that explains everything, by its numbers; then one for each wrong result; at last one that explains everything
    when numbers are left out where a refusal is expected (what comes out of a singular matrix differs between machines).
    """
    everything = range(len(sheet.sentences))
    for i in everything:
        if _matches_whole(sheet, outcomes, i, numbers=True):
            return [i]
    found, explained = [], set()
    wrong_names = {name for o in outcomes for name in o.differences}
    for i in everything:
        names = {name for name in wrong_names if _matches(sheet, outcomes, i, name)}
        if names - explained:
            found.append(i)
            explained |= names
    return found or [i for i in everything if _matches_whole(sheet, outcomes, i, numbers=False)][:1]


def _matches_whole(sheet, outcomes, i, numbers):
    """All results of all cases are as the misconception has them, and some of them tell it from everything else."""
    evidence, right = False, any(not o.error and not o.differences for o in outcomes)
    for o in outcomes:
        wrong = o.case.wrong[i]
        if wrong is None or (not wrong and not o.error and not _values(o)):
            continue
        if isinstance(wrong, Raised):
            if o.error is None or type(o.error).__name__ != wrong.kind:
                return False
            evidence = evidence or right
        elif o.results is None or o.behaviour or not wrong:
            return False
        elif isinstance(o.case.expected, Raised) and not numbers:
            evidence = evidence or right
        else:
            if any(not _alike(sheet, name, o, wrong[name]) for name in wrong) or _values(o) - set(wrong) - {""}:
                return False
            evidence = True
    return evidence


def _matches(sheet, outcomes, i, name):
    """One result of all cases is as the misconception has it."""
    evidence = False
    for o in outcomes:
        wrong = o.case.wrong[i]
        if wrong is None or o.results is None:
            continue
        if isinstance(wrong, Raised):
            return False
        if name in wrong:
            if not _alike(sheet, name, o, wrong[name]):
                return False
            evidence = True
        elif name in _values(o):
            return False
    return evidence


def _values(outcome):
    """The names of results whose numbers differ; a dtype alone is no sign of a wrong formula."""
    return {name for name, difference in outcome.differences.items() if difference.kind != "dtype"}


def _alike(sheet, name, outcome, wrong):
    rtol = 2e-2 if name in sheet.scores else 2e-3 if _is_float32(outcome.case) else 1e-4
    return same_print(fingerprint(outcome.results[name]), wrong, rtol)


def _is_float32(case):
    return any(isinstance(v, np.ndarray) and v.dtype == np.float32 for v in case.inputs.values())


def _a(value):
    if value is None:
        return "None"
    try:
        leaf(value, expect_array=False)
    except NotPlain:
        return f"a {type(value).__name__}"
    return "a number" if np.ndim(value) == 0 else "an array"
