"""Names that a task forbids, found in the syntax tree of the student's code and while it runs.

Three nets, because each has its holes: the source is read (also of the functions that it calls), objects that the code holds
under another name are looked at, and while the student's functions run every call is watched.
"""

import ast
import dis
import inspect
import sys
import textwrap
import types
from contextlib import contextmanager

__all__ = ["names_used", "watching"]


class Watch:
    """What was found: a sentence, or an empty one."""

    found = ""


@contextmanager
def watching(forbids, subjects):
    """Look for forbidden names in the subjects' source, then watch the calls made in the with block."""
    watch = Watch()
    if not forbids:
        yield watch
        return
    watch.found = _in_sources(forbids, subjects)
    if watch.found:
        yield watch
        return
    targets = _targets(forbids)

    def profile(frame, event, argument):
        if watch.found:
            return
        if event == "call":
            code, module = frame.f_code, frame.f_globals.get("__name__", "")
            name = targets.get(id(code)) or _under(module, forbids)
        elif event == "c_call":
            name = targets.get(id(argument)) or _under(getattr(argument, "__module__", "") or "", forbids)
        else:
            return
        if name:
            watch.found = f"it calls {name} while it runs"

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        yield watch
    finally:
        sys.setprofile(before)


def _targets(forbids):
    """id of the code object or builtin -> its forbidden name, for those whose module is loaded."""
    targets = {}
    for name in forbids:
        module, _, attribute = name.rpartition(".")
        owner = sys.modules.get(module)
        value = getattr(owner, attribute, None) if owner else None
        if value is None or isinstance(value, types.ModuleType):
            continue
        targets[id(value)] = name
        value = inspect.unwrap(value)
        targets[id(getattr(value, "__code__", value))] = name
    return targets


def _under(module, forbids):
    """The forbidden module that a module belongs to."""
    for name in forbids:
        if module == name or module.startswith(name + "."):
            return name
    return ""


# Sources


def _in_sources(forbids, subjects):
    seen, queue = set(), list(subjects)
    while queue:
        function = queue.pop()
        if id(function) in seen or not isinstance(function, (types.FunctionType, type)):
            continue
        seen.add(id(function))
        scope = _scope(function)
        for name in _names_of(function, scope):
            hit = next((f for f in forbids if name == f or name.startswith(f + ".")), None)
            if hit:
                return f"it uses {name}, which this task forbids"
        for value in _held(function, scope):
            hit = _forbidden_object(value, forbids)
            if hit:
                return f"it uses {hit} under another name, which this task forbids"
            queue.append(value)
    return ""


def _names_of(function, scope):
    """The dotted names in a function or class: from its source, or where that is not its own alone (a lambda), its bytecode."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError, ValueError):
        tree = ast.parse("")
    if tree.body and isinstance(tree.body[0], (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return names_used(tree, scope)
    return _names_in_code(function.__code__, scope) if isinstance(function, types.FunctionType) else set()


def _names_in_code(code, scope):
    aliases, used, name = _aliases(scope), set(), ""
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME", "IMPORT_NAME"):
            name = aliases.get(step.argval, step.argval)
        elif name and step.opname in ("LOAD_ATTR", "LOAD_METHOD", "IMPORT_FROM"):
            name = f"{name}.{step.argval}"
        elif step.opname not in ("PRECALL", "CACHE", "PUSH_NULL"):
            name = ""
        used.add(name)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            used |= _names_in_code(constant, scope)
    return used - {""}


def _scope(function):
    if isinstance(function, type):
        return vars(sys.modules.get(function.__module__, types.ModuleType("")))
    return function.__globals__


def _held(function, scope):
    """The objects of the student's own code that a function reaches by name, closure or default."""
    if isinstance(function, type):
        return [v for v in vars(function).values() if isinstance(v, types.FunctionType)]
    held = [scope[name] for name in _code_names(function.__code__) if name in scope]
    held += [cell.cell_contents for cell in function.__closure__ or () if _filled(cell)]
    held += [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    return [v for v in held if not isinstance(v, types.FunctionType) or v.__module__ == function.__module__
            or not _library(v)]


def _library(value):
    return "site-packages" in (getattr(getattr(value, "__code__", None), "co_filename", "") or "")


def _code_names(code):
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _code_names(constant)
    return names


def _filled(cell):
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True


def _forbidden_object(value, forbids):
    if isinstance(value, types.ModuleType):
        return _under(value.__name__, forbids)
    if not callable(value) or isinstance(value, type):
        return ""
    for name in forbids:
        module, _, attribute = name.rpartition(".")
        owner = sys.modules.get(module)
        if owner is not None and getattr(owner, attribute, None) is value:
            return name
    return _under(getattr(value, "__module__", "") or "", forbids)


def _aliases(scope):
    return {name: value.__name__ for name, value in list(scope.items()) if isinstance(value, types.ModuleType)}


def names_used(tree, scope):
    """The full dotted names in a syntax tree, with import aliases resolved: np.linalg.lstsq -> numpy.linalg.lstsq."""
    aliases = _aliases(scope)
    used = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for a in node.names:
                aliases[a.asname or a.name.partition(".")[0]] = a.name if a.asname else a.name.partition(".")[0]
                used.add(a.name)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for a in node.names:
                aliases[a.asname or a.name] = f"{node.module}.{a.name}"
                used.add(f"{node.module}.{a.name}")
    for node in ast.walk(tree):
        name = _dotted(node)
        if name:
            head, dot, rest = name.partition(".")
            if head in aliases:
                used.add(aliases[head] + dot + rest)
    return used


def _dotted(node):
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value)
        return f"{owner}.{node.attr}" if owner else None
    return None
