"""Wrong and right variants of a reference, made from one-line patches of its source."""

import ast
import inspect
import re
import textwrap

__all__ = ["PatchError", "definitions", "patched", "source_of"]

_PREFIX = re.compile(r"^(\w+): (?=\S)")


class PatchError(ValueError):
    """A patch that does not fit its reference."""


def source_of(reference):
    """The source of a reference: text as it is, functions and classes by inspection; several are put below one another."""
    if isinstance(reference, str):
        return textwrap.dedent(reference)
    if isinstance(reference, (tuple, list)):
        return "\n\n".join(source_of(part) for part in reference)
    return textwrap.dedent(inspect.getsource(reference))


def definitions(source, namespace, label="reference"):
    """Execute source in a copy of a namespace and return that copy."""
    names = dict(namespace)
    exec(compile(source, f"<{label}>", "exec"), names)
    return names


def patched(source, patch, outputs=None):
    """The source with a patch applied. A patch is

    a whole "def ..." or "class ..."   which replaces those of the same names (imports and helpers may stand beside them),
    "old -> new"                       text that occurs exactly once,
    "return EXPRESSION"                the last return statement,
    "name = EXPRESSION"                the statement that assigns to name; or, where a result of that name is computed in the
                                       return statement itself, that entry of it,

    after "function: " where it could be meant in several functions.

    outputs: name of a function -> the names of its results. Raises PatchError when the patch does not fit or changes nothing.
    """
    patch = textwrap.dedent(patch).strip()
    new = _applied(source, patch, outputs or {})
    if ast.dump(ast.parse(new)) == ast.dump(ast.parse(source)):
        raise PatchError(f"the patch {patch!r} changes nothing")
    return new


def _applied(source, patch, outputs):
    if re.search(r"^(def|class) ", patch, re.MULTILINE):
        return _with_definitions(source, patch)
    prefix = _PREFIX.match(patch)
    function, body = (prefix[1], patch[prefix.end():]) if prefix else (None, patch)
    old, arrow, new = body.partition(" -> ")
    if arrow:
        return _with_text(source, function, old.strip(), new.strip())
    return _with_statement(source, function, body, outputs)


def _with_definitions(source, patch):
    new = ast.parse(patch)
    names = {node.name for node in new.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    kept = [node for node in ast.parse(source).body if getattr(node, "name", None) not in names]
    return ast.unparse(ast.Module(kept + new.body, []))


def _with_text(source, function, old, new):
    whole = _segment(source, function)
    if whole.count(old) != 1:
        raise PatchError(f"{old!r} occurs {whole.count(old)} times in the reference, must be once")
    return source.replace(whole, whole.replace(old, new))


def _segment(source, function):
    if function is None:
        return source
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == function:
            return ast.get_source_segment(source, node)
    raise PatchError(f"the reference has no function {function}")


def _with_statement(source, function, body, outputs):
    statement = ast.parse(body).body
    tree = ast.parse(source)
    scopes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and function in (None, node.name)]
    if isinstance(statement[0], ast.Return):
        found = [(scope, node) for scope in scopes for node in ast.walk(scope) if isinstance(node, ast.Return)]
        if not found or (function is None and len(scopes) > 1):
            raise PatchError(f"say which function {body!r} belongs to: 'function: {body}'")
        return _replaced(tree, found[-1][1], statement)
    target = _target(statement[0])
    if target is None:
        raise PatchError(f"{body!r} is neither an assignment nor a return; 'old -> new' replaces text")
    found = [node for scope in scopes for node in ast.walk(scope) if _target(node) == target]
    if len(found) == 1:
        return _replaced(tree, found[0], statement)
    if not found:
        for scope in scopes:
            if target in outputs.get(scope.name, ()):
                return _with_returned(tree, scope, outputs[scope.name].index(target), statement[0].value)
    raise PatchError(f"{len(found)} statements of the reference assign to {target}, must be one: {body!r}")


def _target(node):
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0])
    if isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        return ast.unparse(node.target)
    return None


def _with_returned(tree, scope, index, value):
    """Patch one entry of the last `return a, b, c` of a function."""
    last = [node for node in ast.walk(scope) if isinstance(node, ast.Return)][-1]
    if isinstance(last.value, ast.Tuple):
        last.value.elts[index] = value
    else:
        last.value = value
    return ast.unparse(ast.fix_missing_locations(tree))


def _replaced(tree, old, new):
    class Replace(ast.NodeTransformer):
        def visit(self, node):
            return new if node is old else self.generic_visit(node)

    return ast.unparse(ast.fix_missing_locations(Replace().visit(tree)))
