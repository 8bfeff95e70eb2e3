"""What all layers have in common: arrays that learn, a forward pass that remembers, a backward pass that uses it."""

import numpy as np

__all__ = ["Layer"]


class Layer:
    """A pair of functions with the arrays that belong to it.

    out = layer.forward(x)          calls forward(x, *parameters, **options) and keeps the cache
    dx = layer.backward(dout)       calls backward(dout, cache) and keeps the gradients

    learned: names of the parameters, in the order of the functions; the gradient of self.w is then self.dw. kept: names of
    arrays that are part of the state and not learned. A backward pass replaces the gradients of the one before (torch adds).
    training: True while learning; train() and eval() switch.
    """

    learned, kept = (), ()

    def __init__(self, forward=None, backward=None, **options):
        self.functions, self.options = (forward, backward), options
        self.cache, self.training = None, True

    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        """out = f(x, parameters)."""
        out, self.cache = self.functions[0](x, *self.parameters(), **self.options)
        return out

    def backward(self, dout):
        """dx from dout; the gradients of the parameters are kept."""
        grads = self.functions[1](dout, self.remembered())
        return self.keep(*grads) if isinstance(grads, tuple) else grads

    def backward_parameters(self, dout):
        """The gradients of the parameters alone: nobody asks the first layer of a model for dx, and it may be costly."""
        self.backward(dout)

    def remembered(self):
        """The cache of the last forward pass. Raises RuntimeError where there was none."""
        if self.cache is None:
            raise RuntimeError(f"{type(self).__name__}: there was no forward pass whose cache it could use")
        return self.cache

    def keep(self, dx, *grads):
        """Keep the gradients of the parameters, in their order, and hand dx on."""
        for name, grad in zip(self.learned, grads, strict=True):
            setattr(self, f"d{name}", grad)
        return dx

    def parameters(self):
        """The arrays that learn, themselves and not copies: an optimizer moves them in place."""
        return [getattr(self, name) for name in self.learned]

    def gradients(self):
        """The gradients of the last backward pass, one for each parameter."""
        return [getattr(self, f"d{name}") for name in self.learned]

    def state_dict(self):
        """All arrays of the state by name, as copies: what np.savez(path, **layer.state_dict()) would write."""
        return {name: array.copy() for name, array in self._state().items()}

    def load_state_dict(self, state):
        """Take over the arrays of a state_dict. Raises ValueError when names or shapes differ."""
        own = self._state()
        if set(own) != set(state):
            raise ValueError(f"{type(self).__name__}.load_state_dict: expected the arrays {sorted(own)}, got {sorted(state)}")
        for name, array in own.items():
            if array.shape != np.shape(state[name]):
                raise ValueError(f"{type(self).__name__}.load_state_dict: {name} has the shape {array.shape} here, "
                                 f"but {np.shape(state[name])} in the state")
            array[...] = state[name]

    def _state(self):
        return {name: getattr(self, name) for name in (*self.learned, *self.kept)}

    def train(self, training=True):
        """Switch to training; returns the layer."""
        self.training = training
        return self

    def eval(self):
        """Switch to use, where dropout does nothing and batch norm uses its running statistics; returns the layer."""
        return self.train(False)


def uniform(rng, fan_in, *shape, dtype):
    """Numbers in ±1/√fan_in, where torch's layers start. fan_in: how many inputs one output sums."""
    bound = 1 / np.sqrt(fan_in)
    return rng.uniform(-bound, bound, shape).astype(dtype)
