"""Mutants: small changes to a right solution, each of which a test must notice.

    operator   + for -, * for /, @ for *, ...       comparison   < for <=, ...          constant    n + 1, n - 1; True for False
    sign       -x for x                             axis         another or none        dropped     a term, a statement, .T
    call       mean for sum, ones for zeros, ...    swapped      two arguments          off by one  range(n - 1)
"""

from dataclasses import dataclass
from itertools import pairwise

import libcst as cst

__all__ = ["Mutant", "mutants"]


@dataclass(frozen=True)
class Mutant:
    """A changed solution. line: the changed line of its source, without indentation; it names the mutant in `equivalent`."""

    line: str
    source: str


def mutants(source):
    """All mutants of the functions in source, each changed in one place."""
    tree = cst.parse_module(source)
    places = _Places()
    tree.visit(places)
    made, seen = [], {source}
    for node, new in places.changes:
        changed = tree.deep_replace(node, new).code
        if changed not in seen:
            seen.add(changed)
            made.append(Mutant(_changed_line(source, changed), changed))
    return made


def _changed_line(before, after):
    """The first line of `after` that differs; for a line that is gone, "without: line"."""
    old, new = before.splitlines(), after.splitlines()
    i = next((i for i, (a, b) in enumerate(zip(old, new)) if a != b), min(len(old), len(new)))
    return f"without: {old[i].strip()}" if len(new) < len(old) else new[i].strip()


_OPERATORS = {
    cst.Add: [cst.Subtract], cst.Subtract: [cst.Add], cst.Multiply: [cst.Divide], cst.Divide: [cst.Multiply],
    cst.MatrixMultiply: [cst.Multiply], cst.Power: [cst.Multiply], cst.FloorDivide: [cst.Divide], cst.Modulo: [cst.FloorDivide],
}
_ASSIGNING = {
    cst.AddAssign: cst.SubtractAssign, cst.SubtractAssign: cst.AddAssign, cst.MultiplyAssign: cst.DivideAssign,
    cst.DivideAssign: cst.MultiplyAssign,
}
_COMPARISONS = {
    cst.LessThan: [cst.LessThanEqual, cst.GreaterThanEqual], cst.LessThanEqual: [cst.LessThan, cst.GreaterThan],
    cst.GreaterThan: [cst.GreaterThanEqual, cst.LessThanEqual], cst.GreaterThanEqual: [cst.GreaterThan, cst.LessThan],
    cst.Equal: [cst.NotEqual], cst.NotEqual: [cst.Equal],
}
_NAMES = {
    "sum": ["mean"], "mean": ["sum"], "max": ["min"], "min": ["max"], "argmax": ["argmin"], "argmin": ["argmax"],
    "zeros": ["ones"], "ones": ["zeros"], "zeros_like": ["ones_like"], "ones_like": ["zeros_like"], "maximum": ["minimum"],
    "minimum": ["maximum"], "exp": ["log"], "log": ["exp"], "sin": ["cos"], "cos": ["sin"], "sqrt": ["square"], "any": ["all"],
    "all": ["any"], "True": ["False"], "False": ["True"], "std": ["var"], "var": ["std"],
}
_COMMUTATIVE = (cst.Add, cst.Multiply)
_MESSAGES = ("ValueError", "TypeError", "print")      # what is said in a message is no matter of right and wrong


class _Places(cst.CSTVisitor):
    """Collects the pairs (node, what to put in its place)."""

    def __init__(self):
        self.changes = []

    def change(self, node, *replacements):
        self.changes += [(node, new) for new in replacements]

    def visit_Call(self, node):
        if isinstance(node.func, cst.Name) and node.func.value in _MESSAGES:
            return False
        plain = [i for i, a in enumerate(node.args) if a.keyword is None and not a.star]
        for i, j in pairwise(plain):
            args = list(node.args)
            args[i], args[j] = args[i].with_changes(value=args[j].value), args[j].with_changes(value=args[i].value)
            self.change(node, node.with_changes(args=args))
        if isinstance(node.func, cst.Name) and node.func.value == "range" and len(node.args) == 1:
            less = cst.parse_expression(f"range({_code(node.args[0].value)} - 1)")
            self.change(node, less)
        for i, argument in enumerate(node.args):
            if argument.keyword is not None and argument.keyword.value in ("axis", "keepdims"):
                rest = [a.with_changes(comma=cst.MaybeSentinel.DEFAULT) for k, a in enumerate(node.args) if k != i]
                self.change(node, node.with_changes(args=rest))
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in ("abs", "sqrt", "square", "sign") and node.args:
            self.change(node, node.args[0].value)
        return True

    def visit_BinaryOperation(self, node):
        kind = type(node.operator)
        for other in _OPERATORS.get(kind, ()):
            self.change(node, _parenthesised(node.with_changes(operator=other(
                whitespace_before=cst.SimpleWhitespace(" "), whitespace_after=cst.SimpleWhitespace(" ")))))
        if kind in (cst.Add, cst.Subtract, cst.Multiply, cst.Divide, cst.MatrixMultiply, cst.Power):
            self.change(node, node.left)
            if kind in _COMMUTATIVE:
                self.change(node, node.right)
        if kind in (cst.Subtract, cst.Divide, cst.MatrixMultiply, cst.Power):
            swapped = node.with_changes(left=_in_parentheses(node.right), right=_in_parentheses(node.left))
            self.change(node, _parenthesised(swapped))

    def visit_UnaryOperation(self, node):
        if isinstance(node.operator, (cst.Minus, cst.Not)):
            self.change(node, node.expression)

    def visit_Comparison(self, node):
        for i, target in enumerate(node.comparisons):
            for other in _COMPARISONS.get(type(target.operator), ()):
                targets = list(node.comparisons)
                targets[i] = target.with_changes(operator=other())
                self.change(node, node.with_changes(comparisons=targets))

    def visit_Integer(self, node):
        n = int(node.value, 0)
        self.change(node, cst.Integer(str(n + 1)), *([cst.Integer(str(n - 1))] if n else [cst.parse_expression("(-1)")]))

    def visit_Float(self, node):
        self.change(node, cst.Float(repr(2 * float(node.value))))

    def visit_Attribute(self, node):
        if node.attr.value == "T":
            self.change(node, node.value)
        for other in _NAMES.get(node.attr.value, ()):
            self.change(node, node.with_changes(attr=cst.Name(other)))

    def visit_Name(self, node):
        if node.value in ("True", "False", "max", "min", "any", "all"):
            self.change(node, *(cst.Name(other) for other in _NAMES[node.value]))

    def visit_AugAssign(self, node):
        other = _ASSIGNING.get(type(node.operator))
        if other:
            self.change(node, node.with_changes(operator=other()))

    def visit_Return(self, node):
        if isinstance(node.value, cst.BaseExpression) and not isinstance(node.value, (cst.Tuple, cst.Name)):
            self.change(node, node.with_changes(value=cst.UnaryOperation(cst.Minus(), _in_parentheses(node.value)),
                                                whitespace_after_return=cst.SimpleWhitespace(" ")))

    def visit_Assign(self, node):
        if isinstance(node.targets[0].target, cst.Name) and isinstance(node.value, (cst.BinaryOperation, cst.Call)):
            self.change(node, node.with_changes(value=cst.UnaryOperation(cst.Minus(), _in_parentheses(node.value))))

    def visit_SimpleStatementLine(self, node):
        kinds = (cst.AugAssign, cst.Expr)
        for statement in node.body:
            item = isinstance(statement, cst.Assign) and isinstance(statement.targets[0].target, cst.Subscript)
            if (isinstance(statement, kinds) or item) and not _is_text(statement):
                self.change(node, node.with_changes(body=[cst.Pass()]))

    def visit_If(self, node):
        self.change(node, node.with_changes(test=cst.Name("False"), whitespace_before_test=cst.SimpleWhitespace(" ")))


def _is_text(statement):
    return isinstance(statement, cst.Expr) and isinstance(statement.value, (cst.SimpleString, cst.ConcatenatedString))


def _parenthesised(node):
    """In parentheses, where the original stood without them: another operator may bind differently."""
    return node if node.lpar else node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _in_parentheses(node):
    return node if not isinstance(node, (cst.BinaryOperation, cst.UnaryOperation, cst.Comparison)) else _parenthesised(node)


def _code(node):
    return cst.Module([]).code_for_node(node)
