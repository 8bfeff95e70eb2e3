"""Recurrent layers: sequences (N, T, D) in, states (N, T, H) out."""

import numpy as np

from dl_helpers.numpy.gru import gru_backward, gru_forward
from dl_helpers.numpy.lstm import lstm_backward, lstm_forward, lstm_gates
from dl_helpers.numpy.nn.layer import Layer, uniform
from dl_helpers.numpy.rnn import rnn_backward, rnn_forward

__all__ = ["GRU", "LSTM", "RNN"]


class _Recurrent(Layer):
    """What the three have in common.

    forward(x, *states): the states (N, H) before the first step, 0 by default. state: those after the last step, a tuple to
    hand to the next forward call, so that a long text is read in pieces. dstate: the gradients of the first states.
    """

    learned = ("wx", "wh", "b")
    states = 1

    def __init__(self, forward, backward, inputs, hidden, gates, rng, dtype, **options):
        super().__init__(forward, backward, **options)
        self.hidden, self.state, self.dstate = hidden, None, None
        self.wx = uniform(rng, hidden, inputs, gates * hidden, dtype=dtype)
        self.wh = uniform(rng, hidden, hidden, gates * hidden, dtype=dtype)
        self.b = uniform(rng, hidden, gates * hidden, dtype=dtype)

    def forward(self, x, *states):
        states = states or [np.zeros((len(x), self.hidden), x.dtype) for _ in range(self.states)]
        out, self.cache = self.functions[0](x, *states, *self.parameters(), **self.options)
        self.state = self.last(out)
        return out

    def last(self, out):
        """The states after the last step."""
        return (out[:, -1],)

    def backward(self, dout):
        dx, *grads = self.functions[1](dout, self.remembered())
        self.dstate = tuple(grads[:self.states])
        return self.keep(dx, *grads[self.states:])


class RNN(_Recurrent):
    """h_t = f(x_t wx + h_{t-1} wh + b), f = tanh or relu."""

    def __init__(self, inputs, hidden, rng, activation="tanh", dtype=np.float32):
        super().__init__(rnn_forward, rnn_backward, inputs, hidden, 1, rng, dtype, activation=activation)


class LSTM(_Recurrent):
    """Long short-term memory. Its states are h and the cell c; its forget gate starts open (bias 1)."""

    states = 2

    def __init__(self, inputs, hidden, rng, dtype=np.float32):
        super().__init__(lstm_forward, lstm_backward, inputs, hidden, 4, rng, dtype)
        self.b[hidden:2 * hidden] = 1

    def last(self, out):
        return out[:, -1], lstm_gates(self.cache)["c"][:, -1]


class GRU(_Recurrent):
    """Gated recurrent unit, with a bias on either side of its reset gate."""

    learned = ("wx", "wh", "b", "bh")

    def __init__(self, inputs, hidden, rng, dtype=np.float32):
        super().__init__(gru_forward, gru_backward, inputs, hidden, 3, rng, dtype)
        self.bh = uniform(rng, hidden, 3 * hidden, dtype=dtype)
