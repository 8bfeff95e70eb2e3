"""Gradient checks: a gradient against differences of the function itself.

Three ways to measure a slope:
    central differences   (f(x + h) - f(x - h)) / 2h        2 calls for each entry of x; some 10 digits
    complex step          Im f(x + ih) / h                  1 call for each entry; all digits, where f can take complex numbers
    random directions     the slope along v is ∇f · v       a few calls, whatever the size of x

A wrong gradient g passes along a random v only if (g - ∇f) · v = 0, which has probability zero for a normal v.
"""

import warnings
from dataclasses import dataclass

import numpy as np

from dl_helpers.check.compare import compare
from dl_helpers.check.explain import difference_table
from dl_helpers.check.failure import CheckFailed, Message
from dl_helpers.check.plain import NotPlain, leaf
from dl_helpers.check.structure import diagnose_form

__all__ = [
    "Slope", "backward", "backward_of", "central_difference", "complex_step", "gradient", "right_along_directions", "slope",
]

DIRECTIONS = 3
FULL_UP_TO = 32         # entries; larger gradients are checked along random directions first


@dataclass(frozen=True)
class Slope:
    """The slope of a function along a direction: from the left and from the right, which differ at a kink; and its error."""

    left: float
    right: float
    error: float

    @property
    def middle(self):
        return (self.left + self.right) / 2

    def admits(self, value, rtol):
        """Whether a number may be this slope. At a kink every number between left and right may."""
        slack = rtol * max(abs(self.left), abs(self.right)) + self.error
        return min(self.left, self.right) - slack <= value <= max(self.left, self.right) + slack


def slope(f, x, v):
    """The slope of f at x along v, by central differences that step around kinks.

    f: array -> number; x: array; v: array of the same shape. Five calls, more near a kink: where the slopes on the two sides
    differ by more than curvature explains, the step is shortened until the kink lies outside. What remains is a kink at x.
    """
    scale = max(1.0, float(np.abs(x).max(initial=0))) / max(float(np.abs(v).max(initial=0)), 1e-300)
    middle = _number(f(x))
    noise = _noise(f, x, middle)
    h = scale * max(6e-6, noise ** (1 / 3))
    best = None
    for _ in range(4):
        right = (_number(f(x + h * v)) - middle) / h
        left = (middle - _number(f(x - h * v))) / h
        half = _number(f(x + h / 2 * v)), _number(f(x - h / 2 * v))
        mean, finer = (left + right) / 2, (half[0] - half[1]) / h
        rounding = noise * max(abs(middle), abs(half[0])) / h
        error = abs(mean - finer) + 4 * rounding
        bend = abs(right - left)
        fine_bend = abs((half[0] - middle) - (middle - half[1])) / (h / 2)
        smooth = fine_bend <= 0.75 * bend + 8 * rounding + 1e-9 * abs(mean)      # curvature: half the step, half the bend
        if smooth and (best is None or error <= best.error):
            best = Slope(mean, mean, error)
        if smooth and error <= 1e-6 * max(abs(mean), 1e-9) + 8 * rounding:
            return best
        if not smooth and best is None:
            kink = Slope(left, right, 8 * rounding)
        h /= 10
    return best or kink


def _noise(f, x, value):
    """The relative rounding error of f: float32's where f computes in float32 inside, whatever it is given."""
    dtype = getattr(f(x), "dtype", None)
    return 1.2e-7 if str(dtype).endswith("float32") else 2.2e-16


def _number(value):
    return float(value.detach() if hasattr(value, "detach") else value)


def central_difference(f, x):
    """∂f/∂x for each entry of x by central differences, of the shape of x, in float64; kinks are stepped around."""
    return np.vectorize(lambda s: s.middle, otypes=[float])(_slopes(f, x)) if np.size(x) else np.zeros(np.shape(x))


def _slopes(f, x):
    x = np.array(x, dtype=float)
    slopes = np.empty(x.shape, dtype=object)
    for index in np.ndindex(x.shape):
        v = np.zeros_like(x)
        v[index] = 1
        slopes[index] = slope(f, x, v)
    return slopes


def complex_step(f, x, h=1e-30):
    """∂f/∂x for each entry of x as Im f(x + ih) / h, to the last digit; None where f does not allow it.

    f must be made of operations that go on in the complex plane (no abs, max, comparison, conjugate). Whether it is, is tested
    against a central difference along one direction.
    """
    x = np.array(x, dtype=float)
    grad = np.empty_like(x)
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            for index in np.ndindex(x.shape):
                z = x.astype(complex)
                z[index] += 1j * h
                grad[index] = np.imag(complex(f(z))) / h
        v = np.random.default_rng(0).normal(size=x.shape)
        return grad if slope(f, x, v).admits(float(np.sum(grad * v)), 1e-5) else None
    except Exception:
        return None


def gradient(f, df, x, what="the gradient", rtol=None, rng=None):
    """Check that df(x) is the gradient of f at x. Raises CheckFailed.

    f: array -> number; df: array -> array of the shape of x; x: array of floats; what: the name in the message;
    rtol: relative tolerance, by default 1e-5, or 1e-3 where x is float32.
    Large gradients are measured along random directions; only if those disagree is the wrong entry looked for.
    """
    x = np.asarray(x)
    try:
        analytic = leaf(df(x.copy()), expect_array=x.ndim > 0)
    except NotPlain as problem:
        raise CheckFailed(f"✗ {what} {problem}") from None
    _check_gradient(f, analytic, x, what, rtol or _tolerance(x), rng or np.random.default_rng(0), {"x": x})


def _tolerance(x):
    return 1e-3 if x.dtype == np.float32 else 1e-5


def _check_gradient(f, analytic, x, what, rtol, rng, inputs):
    if analytic.shape != x.shape or not np.isfinite(analytic).all():
        raise _wrong_gradient(compare(analytic, np.zeros(x.shape), rtol, what, dtype=False), analytic, f, x, what, inputs)
    x = x.astype(float)
    if x.size > FULL_UP_TO and right_along_directions(f, analytic, x, rtol, rng):
        return
    exact = complex_step(f, x) if x.size <= FULL_UP_TO else None
    if exact is not None and np.allclose(analytic, exact, rtol=rtol, atol=rtol * np.abs(exact).max(initial=0)):
        return
    slopes = _slopes(f, x)
    size = max((abs(s.middle) for s in slopes.flat), default=0.0)
    wrong = [not s.admits(float(g), rtol) and abs(g - s.middle) > rtol * size + s.error
             for s, g in zip(slopes.flat, analytic.flat)]
    if any(wrong):
        numeric = np.array([s.middle if w else g for s, g, w in zip(slopes.flat, analytic.flat, wrong)]).reshape(x.shape)
        raise _wrong_gradient(compare(analytic, numeric, rtol, what, dtype=False), analytic, f, x, what, inputs)


def right_along_directions(f, analytic, x, rtol, rng, directions=DIRECTIONS):
    """Whether a gradient agrees with the slopes of f along random directions."""
    for _ in range(directions):
        v = rng.normal(size=x.shape)
        along = float(np.sum(analytic * v))
        size = float(np.sqrt(np.sum(np.square(analytic, dtype=float))))
        measured = slope(f, x, v)
        if not measured.admits(along, rtol) and abs(along - measured.middle) > rtol * size + measured.error:
            return False
    return True


def _wrong_gradient(difference, analytic, f, x, what, inputs):
    lines = [diagnose_form(what, [(difference, inputs)])] if difference.kind in ("shape", "value") else []
    if difference.kind == "shape" and x.size <= 4 * FULL_UP_TO:
        numeric = compare(analytic, central_difference(f, x), 1e-4, what, dtype=False)
        lines = [diagnose_form(what, [(numeric, inputs)])]
    numbers = difference.sentence
    if difference.kind == "value":
        numbers = numbers.replace("expected", "numerical gradient")
    return CheckFailed(Message(f"✗ {what} is not the slope of the function", [line for line in lines if line] + [numbers],
                               difference_table(difference, expected="numerical")))


# Pairs of forward and backward functions


def backward(forward, backward, rng=None, wrt=None, rtol=None, **inputs):
    """Check a backward pass against its own forward pass, with a random dout. Raises CheckFailed.

    forward: (**inputs) -> (out, cache); backward: (dout, cache) -> the gradients of the arrays of floats among the inputs, in
    their order (a single one bare); wrt: the names of those, where not all have a gradient.
    """
    rng = rng or np.random.default_rng(0)
    name = getattr(backward, "__name__", "backward")
    wrt = wrt or [k for k, v in inputs.items() if isinstance(v, np.ndarray) and v.dtype.kind == "f"]
    given = {k: v.copy() if isinstance(v, np.ndarray) else v for k, v in inputs.items()}
    out, cache = forward(**given)
    dout = np.asarray(rng.normal(size=np.shape(out)), dtype=np.asarray(out).dtype)[()]
    gradients = backward(dout, cache)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    if len(gradients) != len(wrt):
        wanted = ", ".join("d" + k for k in wrt)
        raise CheckFailed(f"✗ {name} returned {len(gradients)} gradients; expected {len(wrt)}: {wanted}")
    marks, first = [], None
    for key, analytic in zip(wrt, gradients):
        def loss(value, key=key):
            return np.sum(dout * np.asarray(forward(**given | {key: value})[0]))

        try:
            _check_gradient(loss, leaf(analytic, expect_array=inputs[key].ndim > 0), inputs[key], f"d{key}",
                            rtol or _tolerance(inputs[key]), rng, inputs)
            marks.append(f"d{key} ✓")
        except NotPlain as problem:
            marks.append(f"d{key} ✗")
            first = first or Message("", [f"d{key} {problem}"])
        except CheckFailed as failed:
            marks.append(f"d{key} ✗")
            first = first or failed.message
    if first:
        raise CheckFailed(Message(f"✗ {name}: " + "   ".join(marks), first.lines, first.table))


def backward_of(forward, engine="torch"):
    """The backward pass of a forward pass, by automatic differentiation: a function (dout, *arrays) -> tuple of gradients.

    forward: written with operators and functions that the engine can follow, (*arrays) -> out or (out, cache);
    engine: "torch" (its autograd) or "autodiff" (the engine of this course). Arrays go in, arrays come out.
    """
    if engine == "torch":
        return _torch_backward(forward)
    if engine == "autodiff":
        return _autodiff_backward(forward)
    raise ValueError(f"backward_of: engine is {engine!r}; expected one of 'torch', 'autodiff'")


def _out(result):
    return result[0] if isinstance(result, tuple) else result


def _torch_backward(forward):
    import torch

    def backward(dout, *arrays):
        tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
        out = _out(forward(*tensors))
        grads = torch.autograd.grad(out, tensors, torch.as_tensor(dout, dtype=out.dtype).expand(out.shape), allow_unused=True)
        return tuple(np.zeros_like(a) if g is None else g.numpy() for a, g in zip(arrays, grads))

    return backward


def _autodiff_backward(forward):
    from dl_helpers.autodiff import Variable

    def backward(dout, *arrays):
        variables = [Variable(a) for a in arrays]
        out = _out(forward(*variables))
        out.backward(np.broadcast_to(np.asarray(dout, dtype=float), out.value.shape))
        return tuple(np.zeros_like(a) if v.grad is None else v.grad for a, v in zip(arrays, variables))

    return backward
