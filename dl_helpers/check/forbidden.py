"""Names that a task forbids, found in the syntax tree of the student's code and while it runs.

Four nets, because each has its holes: the source is read (also of the student's functions that it calls); objects that the code
holds under another name are looked at; while it runs, every call of a Python function or builtin is watched; and C functions,
whose calls cannot be seen, are replaced by ones that tell.
"""

import ast
import dis
import inspect
import sys
import textwrap
import threading
import types
from contextlib import ExitStack, contextmanager
from functools import partial

__all__ = ["Watch", "names_used", "watch_with", "watching"]


class Watch:
    """What was found: a sentence, or an empty one."""

    found = ""


LOOPS = "it loops (for, while or a comprehension), which this task forbids"
_watcher = None


def watch_with(watcher):
    """Let somebody else watch: watcher(forbids, subjects) is a context manager that gives a Watch.

    For a grader whose subjects stand for functions in another process: there is nothing to be seen here. None: as usual.
    """
    global _watcher
    _watcher = watcher


@contextmanager
def watching(forbids, subjects):
    """Look for forbidden names in the subjects' source, then watch the calls made in the with block."""
    watch = Watch()
    if not forbids:
        yield watch
        return
    if _watcher is not None:
        with _watcher(forbids, subjects) as watch:
            yield watch
        return
    watch.found = _in_sources(forbids, subjects)
    if watch.found:
        yield watch
        return
    with ExitStack() as stack:
        for name in forbids:
            stack.enter_context(_trap(name, watch))
        stack.enter_context(_profiled(forbids, watch))
        yield watch


# While it runs


def _resolve(name):
    """The module that holds a forbidden name and the object, or None while the module is not loaded."""
    module, _, attribute = name.rpartition(".")
    owner = sys.modules.get(module)
    value = getattr(owner, attribute, None) if owner is not None else None
    return None if value is None or isinstance(value, types.ModuleType) else (owner, attribute, value)


@contextmanager
def _profiled(forbids, watch):
    """Watch every call; a call of a forbidden function, or into a forbidden module, is found."""
    targets, waiting, seen = {}, [], {}

    def look_up():
        """Take in the forbidden functions of the modules that are loaded now."""
        waiting[:] = [name for name in forbids if name.rpartition(".")[0] and name.rpartition(".")[0] not in sys.modules]
        for name in forbids:
            found = _resolve(name)
            if found:
                value = inspect.unwrap(found[2])
                targets[id(found[2])] = targets[id(getattr(value, "__code__", value))] = name

    def profile(frame, event, argument):
        if watch.found or event not in ("call", "c_call"):
            return
        called = frame.f_code if event == "call" else argument
        if id(called) not in seen:
            if any(name.rpartition(".")[0] in sys.modules for name in waiting):
                look_up()                                                   # imported just now
            module = frame.f_globals.get("__name__") if event == "call" else getattr(argument, "__module__", None)
            # the object is kept beside its name, so that its id is not given to another
            seen[id(called)] = called, targets.get(id(called)) or _under(module, forbids)
        if seen[id(called)][1]:
            watch.found = f"it calls {seen[id(called)][1]} while it runs"

    look_up()
    before = sys.getprofile()
    threading.setprofile(profile)
    sys.setprofile(profile)
    try:
        yield
        if sys.getprofile() is not profile:
            watch.found = watch.found or "it switches off the watch for forbidden names (sys.setprofile)"
    finally:
        sys.setprofile(before)
        threading.setprofile(before)


@contextmanager
def _trap(name, watch):
    """Replace a forbidden function that is written in C, for the time of the with block, by one that tells."""
    found = _resolve(name)
    if found is None or not callable(found[2]) or hasattr(inspect.unwrap(found[2]), "__code__") or isinstance(found[2], type):
        yield
        return
    owner, attribute, value = found

    def telling(*arguments, **options):
        watch.found = watch.found or f"it calls {name} while it runs"
        return value(*arguments, **options)

    setattr(owner, attribute, telling)
    try:
        yield
    finally:
        setattr(owner, attribute, value)


def _under(module, forbids):
    """The forbidden module that a module belongs to."""
    return next((n for n in forbids if isinstance(module, str) and (module == n or module.startswith(n + "."))), "")


# In the source


def _in_sources(forbids, subjects):
    seen, queue = set(), list(subjects)
    while queue:
        function = queue.pop()
        if isinstance(function, partial):
            queue += [function.func, *function.args, *function.keywords.values()]
            continue
        hit = _forbidden_object(function, forbids)
        if hit:
            return f"it uses {hit} under another name, which this task forbids"
        if id(function) in seen or not isinstance(function, (types.FunctionType, types.MethodType, type)):
            continue
        seen.add(id(function))
        function = getattr(function, "__func__", function)
        if _of_a_library(function):
            continue
        scope = _scope(function)
        if "loops" in forbids and isinstance(function, types.FunctionType) and _loops(function.__code__):
            return LOOPS
        for name in _names_of(function, scope):
            if _under(name, forbids):
                return f"it uses {name}, which this task forbids"
        queue += _held(function, scope)
    return ""


def _of_a_library(function):
    if isinstance(function, type):
        return function.__module__ == "builtins" or function.__module__.partition(".")[0] in ("numpy", "torch", "dl_helpers")
    return "site-packages" in function.__code__.co_filename


def _names_of(function, scope):
    """The dotted names in a function or class: from its source, or where that is not its own alone (a lambda), its bytecode."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError, ValueError):
        tree = ast.parse("")
    if tree.body and isinstance(tree.body[0], (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return names_used(tree, scope)
    return _names_in_code(function.__code__, scope) if isinstance(function, types.FunctionType) else set()


def names_used(tree, scope):
    """The full dotted names in a syntax tree, with import aliases resolved: np.linalg.lstsq -> numpy.linalg.lstsq."""
    aliases, used = _aliases(scope), set()
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
        head, dot, rest = _dotted(node).partition(".")
        if head in aliases:
            used.add(aliases[head] + dot + rest)
    return used


def _dotted(node):
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


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


def _loops(code):
    """Whether code goes back anywhere: for, while, or a comprehension."""
    return any("JUMP_BACKWARD" in step.opname for step in dis.get_instructions(code)) or any(
        _loops(constant) for constant in code.co_consts if isinstance(constant, types.CodeType))


def _aliases(scope):
    return {name: value.__name__ for name, value in list(scope.items()) if isinstance(value, types.ModuleType)}


# What the code holds


def _scope(function):
    if isinstance(function, type):
        return vars(sys.modules.get(function.__module__, types.ModuleType("")))
    return function.__globals__


def _held(function, scope):
    """The objects that a function reaches by name, closure or default, and the methods of a class."""
    if isinstance(function, type):
        return [v.__func__ if isinstance(v, (staticmethod, classmethod)) else v for v in vars(function).values() if callable(v)
                or isinstance(v, (staticmethod, classmethod))]
    held = [scope[name] for name in _code_names(function.__code__) if name in scope]
    held += [cell.cell_contents for cell in function.__closure__ or () if _filled(cell)]
    held += [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    return [v for v in held if callable(v) or isinstance(v, types.ModuleType)]


def _code_names(code):
    return set(code.co_names).union(*(_code_names(c) for c in code.co_consts if isinstance(c, types.CodeType)))


def _filled(cell):
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True


def _forbidden_object(value, forbids):
    """The forbidden name of an object that is one, or belongs to a forbidden module."""
    try:
        if isinstance(value, types.ModuleType):
            return _under(value.__name__, forbids)
        for name in forbids:
            found = _resolve(name)
            if found and found[2] is value:
                return name
        return _under(getattr(value, "__module__", None), forbids) if callable(value) else ""
    except Exception:
        return ""
