"""Long short-term memory: a recurrent network whose cell state is carried along by addition.

The four gates stand side by side in the weights, in the order i, f, o, g (torch's own LSTM has i, f, g, o):
wx is (D, 4H), wh is (H, 4H), b is (4H,).
"""

import numpy as np

from dl_helpers.arguments import shapes
from dl_helpers.numpy.rnn import input_gradient, inputs_beside_states, weight_gradients

__all__ = ["lstm_backward", "lstm_forward", "lstm_gates", "lstm_step_backward", "lstm_step_forward"]


def lstm_step_forward(x, h0, c0, wx, wh, b):
    """One step of an LSTM.

    (i, f, o, g) = (σ, σ, σ, tanh)(x wx + h0 wh + b)
    c = f · c0 + i · g,   h = o · tanh(c)

    x: (N, D) input; h0, c0: (N, H) hidden and cell state before; wx: (D, 4H); wh: (H, 4H); b: (4H,).
    Returns out, the pair (h, c) of two (N, H) arrays, and the cache.
    Raises ValueError when shapes disagree.
    Source: Hochreiter and Schmidhuber, 1997; forget gate: Gers, Schmidhuber and Cummins, 2000.
    """
    n, d, h = shapes("lstm_step_forward: x (N, D), h0 (N, H), c0 (N, H), wx (D, 4H), wh (H, 4H), b (4H)",
                     x, h0, c0, wx, wh, b)
    gates = x @ wx + h0 @ wh + b
    gates[:, :3 * h] = (1 + np.tanh(gates[:, :3 * h] / 2)) / 2          # σ(a) = (1 + tanh(a/2)) / 2 cannot overflow
    gates[:, 3 * h:] = np.tanh(gates[:, 3 * h:])
    i, f, o, g = _split(gates)
    c = f * c0 + i * g
    tanh_c = np.tanh(c)
    return (o * tanh_c, c), (x, h0, c0, wx, wh, gates, tanh_c)


def lstm_step_backward(dout, cache):
    """With dout = (dh, dc), dc ← dc + dh · o (1 - tanh²c) and (i, f, o, g) = gates:

    da = (dc g · i(1-i), dc c0 · f(1-f), dh tanh(c) · o(1-o), dc i · (1-g²))
    dx = da wxᵀ,  dh0 = da whᵀ,  dc0 = dc · f,  dwx = xᵀ da,  dwh = h0ᵀ da,  db = Σ_rows da

    dout: a pair of (N, H) arrays. Returns gradients of the shapes of x (N, D), h0 (N, H), c0 (N, H), wx (D, 4H),
    wh (H, 4H) and b (4H,).
    """
    x, h0, c0, wx, wh, gates, tanh_c = cache
    dh, dc = dout
    shapes("lstm_step_backward: h (N, H), dh (N, H), dc (N, H)", tanh_c, dh, dc)
    i, f, o, g = _split(gates)
    dc = dc + dh * o * (1 - tanh_c * tanh_c)
    da = np.concatenate([dc * g * i * (1 - i), dc * c0 * f * (1 - f), dh * tanh_c * o * (1 - o), dc * i * (1 - g * g)], axis=1)
    return da @ wx.T, da @ wh.T, dc * f, x.T @ da, h0.T @ da, da.sum(axis=0)


def lstm_forward(x, h0, c0, wx, wh, b):
    """An LSTM over a sequence.

    (i, f, o, g)_t = (σ, σ, σ, tanh)(x_t wx + h_{t-1} wh + b)
    c_t = f_t · c_{t-1} + i_t · g_t,   h_t = o_t · tanh(c_t),   out = (h_1, ..., h_T)

    x: (N, T, D); h0, c0: (N, H) the states before the first step; wx: (D, 4H); wh: (H, 4H); b: (4H,), gates in the
    order i, f, o, g. Returns the hidden states, out (N, T, H), and the cache; lstm_gates(cache) shows gates and cells.
    Raises ValueError when shapes disagree.
    """
    n, t, d, h = shapes("lstm_forward: x (N, T, D), h0 (N, H), c0 (N, H), wx (D, 4H), wh (H, 4H), b (4H)",
                        x, h0, c0, wx, wh, b)
    inputs, states = inputs_beside_states(x, h0)
    half = _half(h, x.dtype)                # σ(a) = (1 + tanh(a/2)) / 2: one tanh, over all gates at once
    w = np.concatenate([wx, wh, b[None]]) * half
    half, other_half = (np.tile(a, (n, 1)) for a in (half, 1 - half))
    gates = np.empty((t, n, 4 * h), x.dtype)
    cells = np.empty((t + 1, n, h), x.dtype)
    cells[0] = c0
    tanh_cells, i_g = np.empty((t, n, h), x.dtype), np.empty((n, h), x.dtype)
    steps = zip(inputs, gates, *_split(gates), cells, cells[1:], tanh_cells, states[1:])
    for now, a, i, f, o, g, c_before, c, tanh_c, state in steps:
        np.tanh(np.matmul(now, w, out=a), out=a)
        a *= half
        a += other_half
        np.multiply(f, c_before, out=c)
        c += np.multiply(i, g, out=i_g)
        np.multiply(o, np.tanh(c, out=tanh_c), out=state)
    return states[1:].transpose(1, 0, 2), (inputs, wx, wh, gates, cells, tanh_cells)


def lstm_backward(dout, cache):
    """Backpropagation through time.

    dh_t = dout_t + da_{t+1} whᵀ,   dc_t = dc_{t+1} · f_{t+1} + dh_t · o_t (1 - tanh²c_t)
    da_t = (dc g · i(1-i), dc c_{t-1} · f(1-f), dh tanh(c) · o(1-o), dc i · (1-g²))_t
    dx_t = da_t wxᵀ,  dh0 = da_1 whᵀ,  dc0 = dc_1 · f_1,  dwx = Σ_t x_tᵀ da_t,  dwh = Σ_t h_{t-1}ᵀ da_t,  db = Σ_t Σ_rows da_t

    dout: (N, T, H). Returns gradients of the shapes of x (N, T, D), h0 (N, H), c0 (N, H), wx (D, 4H), wh (H, 4H), b (4H,).
    """
    inputs, wx, wh, gates, cells, tanh_cells = cache
    shapes("lstm_backward: h (T, N, H), dout (N, T, H)", tanh_cells, dout)
    i, f, o, g = _split(gates)
    t, n, h = tanh_cells.shape
    # da is dc or dh times factors that the forward pass has fixed: those are computed for all steps at once.
    # The slope is i(1-i) = 1/4 - (i - 1/2)² for a sigmoid, and 1 - g² for the tanh.
    half = _half(h, gates.dtype)
    da = gates - (1 - half)
    da *= da
    np.subtract(half * half, da, out=da)
    da_i, da_f, da_o, da_g = _split(da)
    da_i *= g
    da_f *= cells[:-1]
    da_g *= i
    h_to_o = da_o * tanh_cells
    h_to_c = tanh_cells * tanh_cells
    np.subtract(1, h_to_c, out=h_to_c)
    h_to_c *= o

    dh, dc = np.zeros((2, n, h), gates.dtype)
    through_tanh, wh_t, dc_per_gate = np.empty_like(dh), np.ascontiguousarray(wh.T), dc[:, None]
    per_step = (dout.transpose(1, 0, 2), h_to_c, h_to_o, f, da, da.reshape(t, n, 4, h), da_o)
    for dout_now, to_c, to_o, f_now, da_now, da_per_gate, do in zip(*(a[::-1] for a in per_step)):
        dh += dout_now
        dc += np.multiply(dh, to_c, out=through_tanh)
        da_per_gate *= dc_per_gate          # right for i, f and g; o takes its gradient from h
        np.multiply(dh, to_o, out=do)
        dc *= f_now
        np.matmul(da_now, wh_t, out=dh)
    return input_gradient(da, wx), dh, dc, *weight_gradients(da, inputs, len(wx))


def lstm_forward_naive(x, h0, c0, wx, wh, b):
    """lstm_forward as it is said: (h_t, c_t) = step(x_t, h_{t-1}, c_{t-1}) for x (N, T, D); out (N, T, H), and step caches."""
    out, caches, h, c = np.empty(x.shape[:2] + h0.shape[1:], x.dtype), [], h0, c0
    for t in range(x.shape[1]):
        (h, c), cache = lstm_step_forward(x[:, t], h, c, wx, wh, b)
        out[:, t] = h
        caches.append(cache)
    return out, caches


def lstm_gates(cache):
    """What went on inside lstm_forward: a dict of the gates i, f, o, g and the cell states c, each (N, T, H).

    The last cell state, with which a long text is continued, is lstm_gates(cache)["c"][:, -1].
    """
    gates, cells = cache[3], cache[4]
    named = dict(zip("ifog", _split(gates)), c=cells[1:])
    return {name: a.transpose(1, 0, 2) for name, a in named.items()}


def _half(h, dtype):
    """1/2 for the columns of the sigmoids, 1 for those of the tanh."""
    return np.repeat(np.array([0.5, 0.5, 0.5, 1], dtype), h)


def _split(gates):
    """The views i, f, o, g of an array (..., 4H)."""
    h = gates.shape[-1] // 4
    return [gates[..., k * h:(k + 1) * h] for k in range(4)]
