"""The calls that a task makes: a few assignments, interpreted one call at a time.

    loss, cache = mse_loss_forward(pred, target)
    dpred = mse_loss_backward(dout, cache)

or, for a class,

    mover = Momentum(params, lr)
    mover.step(grads)
    moved = mover.params

It is data, not code: only names, calls, attributes, items and constants are understood. So the same task can be run on
functions here, or on functions that live in another process.
"""

import ast
from functools import cache

__all__ = ["Script", "ScriptError"]


class ScriptError(ValueError):
    """The student's result cannot be used by the next call; the text is for the learner."""


@cache
def _parse(text):
    return ast.parse(text).body


class Script:
    """The calls of a task, given as text."""

    def __init__(self, text):
        self.text = text
        for statement in _parse(text):
            if not isinstance(statement, (ast.Assign, ast.Expr)):
                raise ValueError(f"Script: only assignments and calls, not {ast.unparse(statement)!r}")

    def __len__(self):
        return len(_parse(self.text))

    def run(self, names):
        """Execute all; names: dict of inputs and functions. Returns the dict with what was assigned."""
        for done in self.steps(names):
            names = done
        return names

    def steps(self, names):
        """Execute one statement at a time and yield the names so far."""
        names = dict(names)
        for statement in _parse(self.text):
            value = _value(statement.value, names)
            if isinstance(statement, ast.Assign):
                _assign(statement.targets[0], value, names, ast.unparse(statement.value))
            yield names

    def statement_of(self, name):
        """The number of the statement that assigns to a name."""
        for i, statement in enumerate(_parse(self.text)):
            targets = statement.targets if isinstance(statement, ast.Assign) else []
            if name in {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}:
                return i
        raise ValueError(f"Script: no statement assigns to {name}")

    def outputs(self):
        """name of a function -> the names that its result is assigned to, in its first call."""
        found = {}
        for statement in _parse(self.text):
            if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
                target, function = statement.targets[0], statement.value.func
                names = [ast.unparse(e) for e in target.elts] if isinstance(target, ast.Tuple) else [ast.unparse(target)]
                found.setdefault(ast.unparse(function).rpartition(".")[2], names)
        return found

    def functions(self, number):
        """The names that a statement calls or reads from."""
        return {n.id for n in ast.walk(_parse(self.text)[number].value) if isinstance(n, ast.Name)}

    @property
    def lines(self):
        return [ast.unparse(statement) for statement in _parse(self.text)]


def _value(node, names):
    match node:
        case ast.Constant(value):
            return value
        case ast.Name(id):
            return names[id]
        case ast.Attribute(owner, attribute):
            return getattr(_value(owner, names), attribute)
        case ast.Subscript(owner, index):
            return _value(owner, names)[_value(index, names)]
        case ast.Call(function, arguments, keywords):
            call = _value(function, names)
            return call(*(_value(a, names) for a in arguments), **{k.arg: _value(k.value, names) for k in keywords})
        case ast.Tuple(items):
            return tuple(_value(item, names) for item in items)
        case ast.List(items):
            return [_value(item, names) for item in items]
        case ast.UnaryOp(ast.USub(), operand):
            return -_value(operand, names)
    raise ValueError(f"Script: {ast.unparse(node)!r} is more than a script can do")


def _assign(target, value, names, call):
    if isinstance(target, ast.Name):
        names[target.id] = value
        return
    wanted = [ast.unparse(element) for element in target.elts]
    try:
        parts = list(value) if isinstance(value, (tuple, list)) else None
    except Exception:
        parts = None
    if parts is None or len(parts) != len(wanted):
        function = call.partition("(")[0]
        got = "None" if value is None else f"a {type(value).__name__}" + (f" of {len(parts)}" if parts is not None else "")
        raise ScriptError(f"{function} returned {got}; expected {len(wanted)} values: return {', '.join(wanted)}")
    for element, part in zip(target.elts, parts):
        _assign(element, part, names, call)
