"""The reference of the gradient tests: central differences of Σ dout ∘ out, in float64, every entry."""

import numpy as np

from dl_helpers.registry.op import as_tuple


def central_difference(op, inputs, wrt, dout, h=1e-6):
    """d(Σ dout ∘ out) / d inputs[wrt] by central differences, of the shape of inputs[wrt]."""
    forward, x = op.forward(), inputs[wrt]
    grad = np.empty_like(x)
    for index in np.ndindex(x.shape):
        values = []
        for step in (h, -h):
            moved = x.copy()
            moved[index] += step
            out = forward(**inputs | {wrt: moved})[0]
            values.append(sum(np.sum(d * o) for d, o in zip(as_tuple(dout), as_tuple(out), strict=True)))
        grad[index] = (values[0] - values[1]) / (2 * h)
    return grad
