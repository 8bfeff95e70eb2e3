"""The sheet of a task: cases with inputs, expected results and the fingerprints of known wrong results.

A sheet is what a check needs. It is computed from a task file where there is one (grading, proof), and read from
checks.json on the student's machine, where no reference and no formula is.
"""

import copy
import hashlib
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from dl_helpers.check.patches import definitions, patched
from dl_helpers.check.plain import NotPlain, decode, encode, leaf, round_relative
from dl_helpers.check.script import Script

__all__ = ["Case", "Raised", "Returned", "Sheet", "fingerprint", "outcome", "sheet_from_json", "sheet_of", "sheet_to_json"]

LARGEST = 10_000_000        # entries; more are not looked at
FLOAT32_DIGITS, FLOAT64_DIGITS, FINGERPRINT_DIGITS = 7, 10, 6


@dataclass(frozen=True)
class Raised:
    """An exception where a result could be: the name of its type, and the end of its text."""

    kind: str
    text: str = field(default="", compare=False)


@dataclass(frozen=True)
class Returned:
    """Anything but the exception that is expected. (What comes out of a singular matrix differs between machines.)"""


@dataclass
class Case:
    """Inputs; expected: name of a result -> value, or Raised.

    wrong: for each misconception name of a result -> fingerprint, for those that differ from what is expected; or Raised; or
    Returned, where an exception is expected; or None, where it says nothing about this case.
    """

    inputs: dict
    expected: object
    wrong: list = field(default_factory=list)


@dataclass
class Sheet:
    """All that the check of one task needs to know."""

    name: str
    points: int
    functions: tuple
    calls: str
    returns: tuple
    tolerance: float
    scores: dict
    forbids: tuple
    cases: list
    make_sentences: object = ()

    @cached_property
    def sentences(self):
        """The sentence of each misconception. (Where they come from a task file, the fingerprints are made on first use.)"""
        return self.make_sentences(self) if callable(self.make_sentences) else list(self.make_sentences)


def calls_of(task, functions, inputs):
    """The calls of a task: its own, or `returns = function(inputs in their order)`."""
    return task.calls or f"{', '.join(task.returns)} = {functions[0]}({', '.join(inputs)})"


def outcome(calls, functions, inputs, returns):
    """Run the calls on copies of the inputs: name -> result, or Raised. Used for references and misconceptions only."""
    try:
        with np.errstate(all="ignore"):
            names = Script(calls).run({**functions, **copy.deepcopy(inputs)})
    except Exception as error:
        return Raised(type(error).__name__, ending(error))
    return {name: names[name] for name in returns}


def ending(error, letters=60):
    """The last letters of an error's text, where its numbers are, as far as it can be read."""
    try:
        return str(error)[-letters:]
    except Exception:
        return ""


def fingerprint(value):
    """A few numbers of a result: shape; first and last entry, a weighted sum, the largest size. None for what is no array.

    For a dict, list or tuple: those of its parts behind one another.
    """
    if isinstance(value, (dict, list, tuple)):
        parts = [value[k] for k in sorted(value, key=str)] if isinstance(value, dict) else value
        parts = list(map(fingerprint, parts))
        return None if None in parts else [[shape for shape, _ in parts], [n for _, numbers in parts for n in numbers]]
    try:
        array = leaf(value, expect_array=True)
    except NotPlain:
        return None
    if array.size > LARGEST:
        return None
    flat = array.astype(float).ravel()
    if flat.size == 0:
        return [list(array.shape), []]
    with np.errstate(all="ignore"):
        numbers = np.array([flat[0], flat[-1], flat @ np.cos(np.arange(1, flat.size + 1)), np.abs(flat).max()])
    return [list(array.shape), round_relative(numbers, FINGERPRINT_DIGITS).tolist()]


def sheet_of(name, task, source, namespace, cases, shaken=0):
    """The sheet of a task.

    source: of its reference; namespace: what that is executed in; cases: list of inputs; shaken: how often each misconception
    is run again on inputs that differ in the last bits, to leave out what rounding decides (for fingerprints that travel).
    """
    reference = definitions(source, namespace, f"reference of {name}")
    functions = task.functions or (name,)
    subjects = {f: reference[f] for f in functions}
    calls = calls_of(task, functions, cases[0])
    made = [Case(inputs, outcome(calls, subjects, inputs, task.returns)) for inputs in cases]
    for case in made:
        _check_reference(name, case, task)

    def sentences(sheet):
        for wrong in task.misconceptions:
            names = definitions(patched(source, wrong.patch, Script(calls).outputs()), namespace, f"misconception of {name}")
            for case in sheet.cases:
                case.wrong.append(_fingerprints(sheet, case, wrong, {f: names[f] for f in functions}, shaken))
        return [wrong.sentence for wrong in task.misconceptions]

    return Sheet(name, task.points, functions, calls, tuple(task.returns), task.tolerance, task.scores, tuple(task.forbids),
                 made, sentences)


def _check_reference(name, case, task):
    if isinstance(case.expected, Raised):
        if case.expected.kind != "ValueError":
            raise ValueError(f"task {name}: its own reference raises {case.expected.kind} for {case.inputs}")
        return
    for result in task.returns:
        rounded(case.expected[result])


def _fingerprints(sheet, case, wrong, functions, shaken):
    """What a misconception gives in one case: name of a result -> fingerprint, where it differs from what is right.

    None in place of a fingerprint: rounding decides what it is (the smallest of errors that are all zero, say).
    """
    if wrong.when and not eval(wrong.when, {"np": np, **case.inputs}):
        return None
    result = outcome(sheet.calls, functions, case.inputs, sheet.returns)
    if isinstance(case.expected, Raised):
        return {} if result == case.expected else Returned()
    if isinstance(result, Raised):
        return result
    prints = {name: fingerprint(result[name]) for name in sheet.returns}
    for i in range(shaken):
        again = outcome(sheet.calls, functions, _shaken(case.inputs, i + 1), sheet.returns)
        for name in sheet.returns:
            if isinstance(again, Raised) or not same_print(prints[name], fingerprint(again[name])):
                prints[name] = None
    return {n: p for n, p in prints.items()
            if n in sheet.scores or p is None or not same_print(p, fingerprint(case.expected[n]))}


def same_print(a, b, rtol=1e-4, of_largest=1e-2):
    """Whether two fingerprints are those of one result, up to rtol of a number and rtol · of_largest of the largest one."""
    if a is None or b is None or a[0] != b[0]:
        return a is b is None
    scale = max([1e-12, *(abs(x) for x in a[1] + b[1] if np.isfinite(x))])
    return np.allclose(a[1], b[1], rtol=rtol, atol=rtol * of_largest * scale, equal_nan=True)


def _shaken(value, i):
    """Inputs that differ from the given ones in the last bits, as if another machine had computed with them.

    Equal numbers stay equal: ties are no accident.
    """
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        bits = np.round(4 * np.sin(1e3 * i * value + i))
        return (value * (1 + np.finfo(value.dtype).eps * bits)).astype(value.dtype)
    if isinstance(value, (list, tuple)):
        return type(value)(_shaken(v, i) for v in value)
    if isinstance(value, dict):
        return {k: _shaken(v, i) for k, v in value.items()}
    return value


# Inputs


def visible_cases(name, task):
    """The fixed inputs of the visible test: what the task says, else three draws; float32 twins behind them."""
    given = task.visible() if callable(task.visible) else task.visible
    cases = given or [short(task.inputs(generator(name, "visible", i))) for i in range(3)]
    return cases + _float32_twin(task, cases)


def hidden_cases(name, task, seed, n=6):
    """Fresh inputs of the hidden test, its edges, and a float32 twin."""
    cases = [task.inputs(generator(name, seed, i)) for i in range(n)]
    return [*cases, *task.edges] + _float32_twin(task, cases)


def _float32_twin(task, cases):
    if not task.float32 or not _float32(cases[0], check=True):
        return []
    return [_float32(cases[0])]


def _float32(value, check=False):
    """A copy with every float64 array in float32; check: only whether there is one."""
    if isinstance(value, np.ndarray) and value.dtype == np.float64:
        return True if check else value.astype(np.float32)
    if isinstance(value, (list, tuple)):
        return any(_float32(v, True) for v in value) if check else type(value)(_float32(v) for v in value)
    if isinstance(value, dict):
        return any(_float32(v, True) for v in value.values()) if check else {k: _float32(v) for k, v in value.items()}
    return False if check else value


def short(value):
    """Inputs with four digits, which are short in a file and readable in a message."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return round_relative(value, 4)
    if isinstance(value, (list, tuple)):
        return type(value)(short(v) for v in value)
    if isinstance(value, dict):
        return {k: short(v) for k, v in value.items()}
    return float(f"{value:.4g}") if isinstance(value, float) else value


def generator(*words):
    """A random generator for a seed made of words and numbers, the same on every machine."""
    return np.random.default_rng(list(hashlib.sha256(repr(words).encode()).digest()))


# To and from checks.json


def sheet_to_json(sheet):
    """The sheet as JSON data, without anything that tells how it is done right."""
    sentences = sheet.sentences
    return {
        "points": sheet.points, "functions": list(sheet.functions), "calls": sheet.calls, "returns": list(sheet.returns),
        "tolerance": sheet.tolerance, "forbids": list(sheet.forbids),
        "scores": {name: [s.measure, s.target, s.at_most, s.hint] for name, s in sheet.scores.items()},
        "sentences": sentences,
        "cases": [{
            "inputs": {k: encode(v) for k, v in case.inputs.items()},
            "expected": _expected_to_json(sheet, case.expected),
            "wrong": [_wrong_to_json(w) for w in case.wrong],
        } for case in sheet.cases],
    }


def _expected_to_json(sheet, expected):
    return {"raises": expected.kind} if isinstance(expected, Raised) else _rounded(sheet, expected)


def _wrong_to_json(wrong):
    if isinstance(wrong, Returned):
        return "returns"
    if isinstance(wrong, Raised):
        return {"raises": wrong.kind, "text": wrong.text}
    return wrong and _prints_to_json(wrong)


def _wrong_from_json(wrong):
    if wrong == "returns":
        return Returned()
    if wrong and "raises" in wrong:
        return Raised(wrong["raises"], wrong["text"])
    return wrong and _prints_from_json(wrong)


def _prints_to_json(prints):
    return {k: p and [p[0], [x if np.isfinite(x) else str(x) for x in p[1]]] for k, p in prints.items()}


def _prints_from_json(prints):
    return {k: p and [p[0], [float(x) for x in p[1]]] for k, p in prints.items()}


def _rounded(sheet, results):
    return {name: None if name in sheet.scores else encode(rounded(value)) for name, value in results.items()}


def rounded(value):
    """A result, or a dict, list or tuple of results, as arrays without the digits that differ between machines."""
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(rounded, value))
    array = leaf(value, expect_array=True)
    return round_relative(array, FLOAT32_DIGITS if array.dtype == np.float32 else FLOAT64_DIGITS)


def sheet_from_json(name, data):
    """The sheet that `sheet_to_json` wrote."""
    from dl_helpers.check.tasks import Score

    def expected(value):
        return Raised(value["raises"]) if "raises" in value else {k: decode(v) for k, v in value.items()}

    cases = [Case({k: decode(v) for k, v in case["inputs"].items()}, expected(case["expected"]),
                  [_wrong_from_json(w) for w in case["wrong"]])
             for case in data["cases"]]
    scores = {k: Score(*v) for k, v in data["scores"].items()}
    return Sheet(name, data["points"], tuple(data["functions"]), data["calls"], tuple(data["returns"]), data["tolerance"],
                 scores, tuple(data["forbids"]), cases, data["sentences"])
