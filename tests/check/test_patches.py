"""Patches and mutants of a reference."""

import pytest

from dl_helpers.check.mutants import mutants
from dl_helpers.check.patches import PatchError, definitions, patched

OUTPUTS = dict(forward=["out", "cache"], backward=["dx", "dw"])
SOURCE = '''
def forward(x, w):
    out = x @ w
    return out, (x, w)

def backward(dout, cache):
    x, w = cache
    total = 0
    count += 1
    return dout @ w.T, x.T @ dout
'''


@pytest.mark.parametrize("patch, words", [
    ("out = x * w", "out = x * w\n"), ("x, w = cache[::-1]", "x, w = cache[::-1]"), ("count += 2", "count += 2"),
    ("backward: return dout, x", "return (dout, x)"), ("dw = dout.T @ x", "return (dout @ w.T, dout.T @ x)"),
    ("dx = dout", "return (dout, x.T @ dout)"), ("w.T -> w", "return dout @ w, x.T @ dout"),
    ("forward: x @ w -> x", "out = x\n"),
    ("def backward(dout, cache):\n    return helper(dout), 2\ndef helper(x):\n    return x", "def helper"),
])
def test_a_patch_changes_what_it_says(patch, words):
    new = patched(SOURCE, patch, OUTPUTS)
    assert words in new
    definitions(new, {})


@pytest.mark.parametrize("patch", ["out = x @ w", "nothing = 1", "total = 0", "return x", "x -> y", "forwards: x -> y",
                                   "print(x)", "q q"])
def test_a_patch_that_does_not_fit_is_refused(patch):
    with pytest.raises((PatchError, SyntaxError)):
        patched(SOURCE, patch, OUTPUTS)


def test_mutants_are_of_every_kind():
    source = '''
def f(x, n):
    """Text is left alone - 1."""
    if x.ndim < 2:
        raise ValueError("too few axes: " + str(x.ndim))
    total = -x.sum(axis=0) / n
    for i in range(n):
        total += g(x, n)
        total[0] = 1
    return np.abs(total) + x.T
'''
    made = mutants(source)
    lines = {m.line for m in made}
    for line in ("if x.ndim <= 2:", "if x.ndim >= 2:", "if False:", "if x.ndim < 3:", "total = x.sum(axis=0) / n",
                 "total = -x.sum() / n",
                 "total = -x.sum(axis=1) / n", "total = -x.mean(axis=0) / n", "total = (-x.sum(axis=0) * n)",
                 "for i in range(n - 1):",
                 "total += g(n, x)", "total -= g(x, n)", "total[0] = 2", "total[1] = 1", "pass", "return total + x.T",
                 "return np.abs(total) + x",
                 "return (np.abs(total) - x.T)", "return x.T", "return np.abs(total)"):
        assert line in lines, line
    assert not [m for m in made if "too many" in m.source or "Text is left" not in m.source]
    assert len({m.source for m in made}) == len(made)
    for mutant in made:
        compile(mutant.source, "mutant", "exec")
