"""From what differs to what a learner reads: facts about the form, the misconception, the numbers, the call."""

import traceback

import numpy as np

from dl_helpers.check.compare import sentence
from dl_helpers.check.failure import CheckFailed, Message
from dl_helpers.check.patterns import only_right_where
from dl_helpers.check.plain import describe
from dl_helpers.check.recognise import recognised
from dl_helpers.check.script import Script, ScriptError
from dl_helpers.check.structure import diagnose_form

__all__ = ["difference_table", "explanation"]

NOT_WRITTEN = "not written yet: put your code in place of `raise NotImplementedError()`"


def explanation(sheet, outcomes):
    """The CheckFailed for outcomes of which some failed. Whatever a student's objects do, there is one."""
    try:
        return _explanation(sheet, outcomes)
    except Exception as problem:
        return CheckFailed(Message(f"✗ {sheet.name}", [
            "The result is wrong, and it is of a kind that could not be taken apart to say why "
            f"({type(problem).__name__}). Return arrays and numbers."]))


def _explanation(sheet, outcomes):
    failed = [o for o in outcomes if o.failed]
    if all(isinstance(o.error, NotImplementedError) and not o.results for o in failed):
        return CheckFailed(Message(f"✗ {sheet.name}: {NOT_WRITTEN}"))
    known = recognised(sheet, outcomes)
    order = Script(sheet.calls)
    wrong = [name for name in ("", *sheet.returns) if any(name in o.differences for o in failed)]
    first = min((order.statement_of(n) if n else 0 for n in wrong), default=0)
    told = [n for n in wrong if not n or order.statement_of(n) == first]
    if "" not in known:        # further on only what has an explanation of its own
        told += [n for n in wrong if n not in told and n in known and known[n] not in {known.get(t) for t in told}]
    shown = next((o for o in failed if set(told) & set(o.differences)), failed[0])

    lines, table = [o.behaviour for o in failed if o.behaviour][:1], []
    for name in told:
        facts, numbers = _about(sheet, outcomes, name)
        reason = known.get(name, known.get("") if name == told[0] else None)
        lines += facts + ([sheet.sentences[reason]] if reason is not None else _hint(sheet, name)) + numbers
        table = table or difference_table(next(o.differences[name] for o in failed if name in o.differences))
    if not told and shown.error is not None:
        lines += _error_lines(shown.error)
        lines += [sheet.sentences[known[""]]] if "" in known else []
    elif any(o.error for o in failed) and "" not in known:
        lines.append(f"Further on: {_error_lines(next(o.error for o in failed if o.error))[0]}")
    rest = [n for n in wrong if n not in told]
    if rest and "" not in known:
        them = " and ".join(rest)
        lines.append(f"{them} {'are' if len(rest) > 1 else 'is'} wrong too. Mend {' and '.join(told)} first: that may be all.")
    sentences = tuple(dict.fromkeys(sheet.sentences[i] for i in known.values()))
    message = Message(_headline(sheet, outcomes), lines, table, _call(sheet, shown, len(failed), len(outcomes)),
                      data={"task": sheet.name, "passed": False, "misconceptions": list(sentences)})
    return CheckFailed(message, sentences)


def _headline(sheet, outcomes):
    """"✗ affine_backward: dx ✓   dw ✓   db ✗": a result has its ✓ when it is right in every case."""
    if len(sheet.returns) == 1 or any(o.behaviour for o in outcomes) or not any(o.results for o in outcomes):
        return f"✗ {sheet.name}"
    marks = []
    for name in sheet.returns:
        if any(name in o.differences for o in outcomes):
            marks.append(f"{name} ✗")
        elif any(o.error and name not in o.results for o in outcomes):
            marks.append(f"{name} –")
        else:
            marks.append(f"{name} ✓")
    return f"✗ {sheet.name}: " + "   ".join(marks)


def _about(sheet, outcomes, name):
    """Sentences about one wrong result before the explanation, and the line of numbers after it."""
    wrong = [(o.differences[name], o.case.inputs) for o in outcomes if name in o.differences]
    difference = wrong[0][0]
    facts = []
    form = diagnose_form(difference.name or name, [pair for pair in wrong if pair[0].name == difference.name])
    if form:
        facts.append(form)
    elif difference.kind != "value":
        facts.append(difference.sentence)
    right = [o.case.inputs for o in outcomes if not o.error and o.results and name not in o.differences]
    pattern = only_right_where(right, [inputs for _, inputs in wrong]) if difference.kind != "dtype" else ""
    if pattern:
        facts.append(f"{name} is right {pattern}.")
    return facts, [difference.sentence] if difference.kind == "value" else []


def _hint(sheet, name):
    """What the task file says about a result that misses its bound."""
    return [sheet.scores[name].hint] if name in sheet.scores and sheet.scores[name].hint else []


def difference_table(difference, rows=4, expected="expected"):
    """The first entries that differ, as rows of text."""
    if difference.kind not in ("value", "nan") or np.ndim(difference.expected) == 0:
        return []
    where = np.argwhere(difference.wrong)
    if len(where) < 2:
        return []
    table = [("entry", "yours", expected)]
    for index in where[:rows]:
        i = tuple(index)
        table.append((f"[{', '.join(map(str, index))}]", f"{difference.actual[i]:.6g}", f"{difference.expected[i]:.6g}"))
    if len(where) > rows:
        table.append(("...", f"{len(where)} of {difference.wrong.size}", "differ"))
    return table


def _error_lines(error):
    if isinstance(error, ScriptError):
        return [sentence(str(error))]
    if isinstance(error, NotImplementedError):
        return [f"{_function_of(error)} is {NOT_WRITTEN}."]
    if isinstance(error, RecursionError):
        return ["It calls itself without end (RecursionError)."]
    if isinstance(error, SystemExit):
        return ["It calls exit(): a function ends with return."]
    text = " ".join(_text(error).split())
    lines = [f"It raised {type(error).__name__}" + (f": {text[:300]}" if text else "")]
    own = _own_frames(error)
    if own:
        lines.append(f"in the line   {own[-1].line[:100]}")
    return lines


def _own_frames(error):
    """The frames of the traceback that are neither in the checker nor in a library."""
    ours = {"dl_helpers", "site-packages", "dist-packages"}
    frames = traceback.extract_tb(error.__traceback__)
    return [f for f in frames if f.line and not ours & set(f.filename.replace("\\", "/").split("/"))]


def _function_of(error):
    own = [f for f in traceback.extract_tb(error.__traceback__) if "/dl_helpers/" not in f.filename.replace("\\", "/")]
    return own[-1].name if own else "The function"


def _text(error):
    try:
        return str(error)
    except Exception:
        return "(an error whose message cannot be read)"


def _call(sheet, outcome, failed, total):
    """The calls that were made and their inputs, one a line."""
    script = Script(sheet.calls)
    used = set().union(*(script.functions(i) for i in range(len(script))))
    calls = [f"in   {line}" if i == 0 else f"     {line}" for i, line in enumerate(script.lines)]
    inputs = [f"{name} = {describe(value)}" for name, value in outcome.case.inputs.items() if name in used]
    lines = [*calls, *(f"with {line}" if i == 0 else f"     {line}" for i, line in enumerate(inputs))]
    if total > 1 and (outcome.differences or outcome.error):
        lines.append(f"({failed} of {total} cases fail)")
    return lines
