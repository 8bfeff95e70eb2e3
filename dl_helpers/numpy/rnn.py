"""The plain recurrent network: one step, and a whole sequence of them with the same weights at every step.

Sequences are (N, T, D): N sequences of T steps of D numbers. The state h has H numbers.
Parameters: D·H + H·H + H, whatever the length of the sequence.
"""

import numpy as np

from dl_helpers.arguments import option, shapes

__all__ = ["rnn_backward", "rnn_forward", "rnn_step_backward", "rnn_step_forward"]

# name: (the function into a given array, its slope from its own result)
_ACTIVATIONS = {
    "tanh": (lambda a, out: np.tanh(a, out=out), lambda h: 1 - h * h),
    "relu": (lambda a, out: np.maximum(a, 0, out=out), lambda h: (h > 0).astype(h.dtype)),
}


def rnn_step_forward(x, h0, wx, wh, b, activation="tanh"):
    """One step of a recurrent network.

    h = f(x wx + h0 wh + b)

    x: (N, D) input; h0: (N, H) state before; wx: (D, H); wh: (H, H); b: (H,); activation f: "tanh" or "relu".
    Returns the new state h (N, H) and the cache.
    Raises ValueError when shapes disagree or the activation is unknown.
    Source: Elman, Finding structure in time, 1990.
    """
    shapes("rnn_step_forward: x (N, D), h0 (N, H), wx (D, H), wh (H, H), b (H)", x, h0, wx, wh, b)
    function, _ = _ACTIVATIONS[option("rnn_step_forward", "activation", activation, _ACTIVATIONS)]
    a = x @ wx + h0 @ wh + b
    h = function(a, out=a)
    return h, (x, h0, wx, wh, h, activation)


def rnn_step_backward(dout, cache):
    """With da = dout · f'(a): dx = da wxᵀ, dh0 = da whᵀ, dwx = xᵀ da, dwh = h0ᵀ da, db = Σ_rows da.

    dout: (N, H). Returns gradients of the shapes of x (N, D), h0 (N, H), wx (D, H), wh (H, H) and b (H,).
    """
    x, h0, wx, wh, h, activation = cache
    shapes("rnn_step_backward: h (N, H), dout (N, H)", h, dout)
    _, slope = _ACTIVATIONS[activation]
    da = dout * slope(h)
    return da @ wx.T, da @ wh.T, x.T @ da, h0.T @ da, da.sum(axis=0)


def rnn_forward(x, h0, wx, wh, b, activation="tanh"):
    """A recurrent network over a sequence: the same step, with the same weights, at every time.

    h_t = f(x_t wx + h_{t-1} wh + b),   out = (h_1, ..., h_T)

    x: (N, T, D); h0: (N, H) the state before the first step; wx: (D, H); wh: (H, H); b: (H,);
    activation f: "tanh" or "relu". Returns all states, out (N, T, H), and the cache.
    Raises ValueError when shapes disagree or the activation is unknown.
    """
    n, t, d, h = shapes("rnn_forward: x (N, T, D), h0 (N, H), wx (D, H), wh (H, H), b (H)", x, h0, wx, wh, b)
    function, _ = _ACTIVATIONS[option("rnn_forward", "activation", activation, _ACTIVATIONS)]
    inputs, states = inputs_beside_states(x, h0)
    w = np.concatenate([wx, wh, b[None]])
    a = np.empty((n, h), x.dtype)
    for now, state in zip(inputs[:-1], states[1:]):
        function(np.matmul(now, w, out=a), out=state)
    return states[1:].transpose(1, 0, 2), (inputs, wx, wh, activation)


def rnn_backward(dout, cache):
    """Backpropagation through time.

    dh_t = dout_t + da_{t+1} whᵀ,   da_t = dh_t · f'(a_t)
    dx_t = da_t wxᵀ,  dh0 = da_1 whᵀ,  dwx = Σ_t x_tᵀ da_t,  dwh = Σ_t h_{t-1}ᵀ da_t,  db = Σ_t Σ_rows da_t

    dout: (N, T, H). Returns gradients of the shapes of x (N, T, D), h0 (N, H), wx (D, H), wh (H, H) and b (H,).
    A state is used twice, as output and by the next step: its two gradients add.
    """
    inputs, wx, wh, activation = cache
    d = len(wx)
    _, slope = _ACTIVATIONS[activation]
    da = slope(inputs[1:, :, d:-1])
    shapes("rnn_backward: a (T, N, H), dout (N, T, H)", da, dout)
    dh, wh_t = np.zeros(da.shape[1:], da.dtype), np.ascontiguousarray(wh.T)
    for da_now, dout_now in zip(da[::-1], dout.transpose(1, 0, 2)[::-1]):
        dh += dout_now
        da_now *= dh
        np.matmul(da_now, wh_t, out=dh)
    return input_gradient(da, wx), dh, *weight_gradients(da, inputs, d)


def rnn_forward_naive(x, h0, wx, wh, b, activation="tanh"):
    """rnn_forward as it is said: h_t = f(x_t wx + h_{t-1} wh + b), step by step, for x (N, T, D); out (N, T, H)."""
    out, caches, h = np.empty(x.shape[:2] + h0.shape[1:], x.dtype), [], h0
    for t in range(x.shape[1]):
        h, cache = rnn_step_forward(x[:, t], h, wx, wh, b, activation)
        out[:, t] = h
        caches.append(cache)
    return out, caches


# What the plain network and the LSTM share. A step multiplies x_t by wx, h_{t-1} by wh and adds b. With (x_t, h_{t-1}, 1)
# side by side in one row that is one product with (wx, wh, b) stacked, and the gradients of all three are one product too.


def inputs_beside_states(x, h0):
    """An array of (x_t, h_{t-1}, 1) for every step, (T + 1, N, D + H + 1), and a view of its states (T + 1, N, H).

    Time comes first, so that a step is one contiguous block. Row 0 of the states is h0; the steps fill in the others.
    """
    n, t, d = x.shape
    inputs = np.empty((t + 1, n, d + h0.shape[1] + 1), x.dtype)
    inputs[:-1, :, :d] = x.transpose(1, 0, 2)
    inputs[-1, :, :d] = 0                               # there is no input after the last state
    inputs[:, :, -1] = 1
    states = inputs[:, :, d:-1]
    states[0] = h0
    return inputs, states


def input_gradient(da, wx):
    """dx = da wxᵀ of all steps at once: (T, N, M) and (D, M) -> (N, T, D)."""
    t, n, m = da.shape
    return (da.reshape(t * n, m) @ wx.T).reshape(t, n, len(wx)).transpose(1, 0, 2)


def weight_gradients(da, inputs, d):
    """dwx, dwh, db: the gradients of all steps add, and the sum over steps and rows is one product."""
    t, n, m = da.shape
    dw = inputs[:-1].reshape(t * n, inputs.shape[2]).T @ da.reshape(t * n, m)
    return dw[:d], dw[d:-1], dw[-1]
