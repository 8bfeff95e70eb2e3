"""What all optimizers have in common."""

import numpy as np


class Optimizer:
    """Updates a list of parameter arrays in place, given a list of gradients of the same shapes.

    A subclass says how one parameter moves in `update(index, param, grad)`, and may keep state by index.
    Raises TypeError when a parameter is no floating-point array, ValueError when a gradient does not fit.
    """

    def __init__(self, params):
        self.params = list(params)
        for i, p in enumerate(self.params):
            if not isinstance(p, np.ndarray) or p.dtype.kind != "f":
                given = f"an array of {p.dtype}" if isinstance(p, np.ndarray) else f"a {type(p).__name__}"
                expected = "expected an array of floats, which can be updated in place"
                raise TypeError(f"{type(self).__name__}: params[{i}] is {given}; {expected}")

    def step(self, grads):
        """Move every parameter once. grads: one array for each parameter, of its shape."""
        grads, name = list(grads), f"{type(self).__name__}.step"
        if len(grads) != len(self.params):
            raise ValueError(f"{name}: {len(grads)} gradients for {len(self.params)} parameters")
        for i, (p, g) in enumerate(zip(self.params, grads)):
            if np.shape(g) != p.shape:
                raise ValueError(f"{name}: grads[{i}].shape = {np.shape(g)}, but params[{i}].shape = {p.shape}")
        for i, (p, g) in enumerate(zip(self.params, grads)):
            self.update(i, p, g)

    def update(self, index, param, grad):
        raise NotImplementedError(f"{type(self).__name__} must say how a parameter moves: update(index, param, grad)")
