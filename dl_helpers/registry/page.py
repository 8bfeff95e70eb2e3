"""The API page of the operations, written from the registry: `python -m dl_helpers.registry.page [docs/api.md]`."""

import ast
import inspect
import re
import sys
from functools import cache
from importlib import import_module
from itertools import groupby
from pathlib import Path

import dl_helpers.numpy
from dl_helpers.registry import REGISTRY

__all__ = ["page", "torch_equivalent"]

_HEAD = """\
# The operations

Every operation is a pair of functions, in `dl_helpers.numpy` by hand and in `dl_helpers.torch` on tensors, with the same names,
arguments and results:

    out, cache = NAME_forward(*arrays, **options)
    gradients  = NAME_backward(dout, cache)

Each variant listed is checked against central differences, against the other backend and against torch's own autograd.
In the torch expressions, `F` is `torch.nn.functional`. This page is written by `python -m dl_helpers.registry.page`.
"""


def page(registry=REGISTRY):
    """The page as Markdown. registry: list of Op; the lines of one operation, its variants, need not be neighbours."""
    lines_of = {}
    for op in registry:
        lines_of.setdefault(op.name, []).append(op)
    families = groupby(sorted(lines_of, key=lambda name: (_module(name), name)), key=_module)
    families = [(import_module(module), list(names)) for module, names in families]
    parts = [_HEAD, _contents(families)]
    for module, names in families:
        parts.append(f"## {module.__name__}\n\n{_prose(inspect.getdoc(module).splitlines()[0])}\n")
        parts += [_operation(name, lines_of[name]) for name in names]
    return "\n".join(parts)


def torch_equivalent(function):
    """What an Op gives as torch's way: the expression of its lambda, or the torch functions that its own functions call.

    Returns "" where neither can be told.
    """
    if (getattr(function, "__module__", None) or "torch").partition(".")[0] == "torch":
        return f"{function.__module__ or 'torch'}.{function.__name__}"
    tree = _definition(function)
    if isinstance(tree, ast.Lambda) and not _own_functions(function, tree):
        return ast.unparse(tree.body)
    return ", ".join(sorted(_torch_calls(function, seen=set())))


def _torch_calls(function, seen):
    """The names of the torch functions that a function calls, by itself or through others of its module."""
    seen.add(function)
    tree = _definition(function)
    if tree is None:
        return set()
    names = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    found = {name for name in names if re.fullmatch(r"(F|nn|torch)(\.\w+)+", name)}
    for other in _own_functions(function, tree) - seen:
        found |= _torch_calls(other, seen)
    return found


def _own_functions(function, tree):
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    near = (function.__globals__.get(name) for name in names)
    return {f for f in near if inspect.isfunction(f) and f.__module__.startswith("dl_helpers.registry")}


def _contents(families):
    rows = [f"| [{module.__name__}](#{module.__name__.replace('.', '')}) | {', '.join(f'[`{n}`](#{n})' for n in names)} |"
            for module, names in families]
    return "\n".join(["| module | operations |", "| --- | --- |", *rows, ""])


def _operation(name, lines):
    forward, backward = (getattr(dl_helpers.numpy, f"{name}_{half}") for half in ("forward", "backward"))
    summary, formula, rest = _sections(inspect.getdoc(forward))
    out = [f"### {name}", "", _prose(summary), ""]
    out += ["```python", *(f"{f.__name__}{inspect.signature(f)}" for f in (forward, backward)), "```", ""]
    if formula:
        out += ["```text", formula, "```", ""]
    out += [f"- {_prose(item)}" for item in rest]
    out += [f"- Backward: {_prose(' '.join(inspect.getdoc(backward).split()))}"]
    equivalents = dict.fromkeys(torch_equivalent(op.torch) for op in lines if op.torch)
    out += [f"- In torch: `{text}`" for text in equivalents if text]
    out += ["- Tested: " + "; ".join(_variant(op) for op in lines), ""]
    return "\n".join(out)


def _variant(op):
    options = ", ".join(f"`{k}={v!r}`" for k, v in op.options.items())
    return _prose(op.variant or "as it is") + (f" with {options}" if options else "")


def _sections(text):
    """A docstring as its first line, its formula (the paragraphs after it, up to the arguments) and the items of the rest."""
    summary, *paragraphs = re.split(r"\n\s*\n", text)
    formulas = []
    while paragraphs and not _speaks_of_arguments(paragraphs[0]) and re.search(r"[=←≤]", paragraphs[0]):
        formulas.append(inspect.cleandoc(paragraphs.pop(0)))
    rest = re.sub(r"\n(?=Returns|Raises|Source:)", "\n\n", "\n\n".join(paragraphs))
    return " ".join(summary.split()), "\n\n".join(formulas), [" ".join(p.split()) for p in rest.split("\n\n") if p.strip()]


def _speaks_of_arguments(paragraph):
    return re.match(r"[\w, ]+: |Returns|Raises|Source", paragraph) is not None


def _prose(text):
    """Text that Markdown shows as it stands; what is between backticks stays code."""
    pieces = re.split(r"(`[^`]*`)", text)
    return "".join(p if p.startswith("`") else re.sub(r"([\\*_<|\[\]])", r"\\\1", p) for p in pieces)


def _module(name):
    return getattr(dl_helpers.numpy, f"{name}_forward").__module__


@cache
def _tree(file):
    return ast.parse(Path(file).read_text(encoding="utf-8"))


def _definition(function):
    """The syntax tree of a function or lambda. Several may begin on one line, so the place of its code decides."""
    code = getattr(function, "__code__", None)
    if code is None:
        return None
    places = [(line, column) for line, _, column, _ in code.co_positions() if line and column]      # (0 stands before the body)
    nodes = [n for n in ast.walk(_tree(code.co_filename)) if isinstance(n, (ast.Lambda, ast.FunctionDef))]

    def holds(node):
        return all((node.lineno, node.col_offset) <= p <= (node.end_lineno, node.end_col_offset) for p in places)

    return max(filter(holds, nodes), key=lambda n: (n.lineno, n.col_offset), default=None)        # the innermost one


def main():
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/api.md")
    path.write_text(page(), encoding="utf-8")
    print(f"{path}: {len({op.name for op in REGISTRY})} operations")


if __name__ == "__main__":
    main()
