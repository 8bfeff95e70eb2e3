"""What all optimizers have in common."""

import numpy as np


class Optimizer:
    """Updates a list of parameter arrays in place, given a list of gradients of the same shapes.

    A subclass says how one parameter moves in `update(index, param, grad)`. What it must remember of one parameter it
    keeps in `self.state[index]`, a dict for each parameter: two parameters never share their state.
    Raises TypeError when a parameter is no floating-point array, ValueError when a gradient does not fit.
    """

    def __init__(self, params):
        self.params = list(params)
        for i, p in enumerate(self.params):
            if not isinstance(p, np.ndarray) or p.dtype.kind != "f":
                given = f"an array of {p.dtype}" if isinstance(p, np.ndarray) else f"a {type(p).__name__}"
                expected = "expected an array of floats, which can be updated in place"
                raise TypeError(f"{type(self).__name__}: params[{i}] is {given}; {expected}")
        self.state = [{} for _ in self.params]

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

    def advance(self, objective):
        """Move every parameter once, asking an Objective for whatever this optimizer needs: here, the gradient."""
        gradient = objective.gradient(*self.params)
        self.step([gradient] if isinstance(gradient, np.ndarray) else gradient)

    def update(self, index, param, grad):
        raise NotImplementedError(f"{type(self).__name__} must say how a parameter moves: update(index, param, grad)")

    def count(self, index):
        """The number t of the step that parameter `index` takes now: 1, 2, 3, ..."""
        t = self.state[index]["t"] = self.state[index].get("t", 0) + 1
        return t

    def memory(self, index, name, fill=0.0):
        """The array that is remembered for parameter `index` under this name; at first, every entry is `fill`."""
        if name not in self.state[index]:
            self.state[index][name] = np.full_like(self.params[index], fill)
        return self.state[index][name]


class StepFunction(Optimizer):
    """Your own rule for a step, as a function.

    w ← step(w, ∇L(w))

    params: list of arrays; step: function (param, grad) -> the new value of param, of its shape.
    """

    def __init__(self, params, step):
        super().__init__(params)
        self.rule = step

    def update(self, index, param, grad):
        moved = self.rule(param.copy(), grad)
        if np.shape(moved) != param.shape:
            given = "None; did you forget to return it?" if moved is None else f"an array of shape {np.shape(moved)}"
            expected = f"step must return the new params[{index}] of shape {param.shape}"
            raise ValueError(f"StepFunction: {expected}; it returned {given}")
        param[...] = moved
