"""The gated recurrent unit: like the LSTM, with two gates and no cell state.

The gates stand side by side in the weights, in the order r, z, n: wx is (D, 3H), wh is (H, 3H), b and bh are (3H,).
The reset gate acts on (h wh + bh), as in torch and cuDNN, so that one product with wh serves all three gates; in the first
paper it acted on h. The candidate n therefore needs the two biases apart; for r and z only their sum matters.
"""

import numpy as np

from dl_helpers.arguments import shapes
from dl_helpers.numpy.rnn import input_gradient

__all__ = ["gru_backward", "gru_forward", "gru_step_backward", "gru_step_forward"]


def gru_step_forward(x, h0, wx, wh, b, bh):
    """One step of a gated recurrent unit.

    (a_r, a_z, a_n) = x wx + b,   (u_r, u_z, u_n) = h0 wh + bh
    r = σ(a_r + u_r),   z = σ(a_z + u_z),   n = tanh(a_n + r · u_n)
    h = (1 - z) · n + z · h0

    x: (N, D) input; h0: (N, H) state before; wx: (D, 3H); wh: (H, 3H); b, bh: (3H,).
    Returns the new state h (N, H) and the cache. Raises ValueError when shapes disagree.
    Source: Cho et al., Learning phrase representations using RNN encoder-decoder, 2014.
    """
    n, d, h = shapes("gru_step_forward: x (N, D), h0 (N, H), wx (D, 3H), wh (H, 3H), b (3H), bh (3H)", x, h0, wx, wh, b, bh)
    a, u = x @ wx + b, h0 @ wh + bh
    r, z = _split((1 + np.tanh((a + u)[:, :2 * h] / 2)) / 2, 2)         # σ(a) = (1 + tanh(a/2)) / 2 cannot overflow
    candidate = np.tanh(a[:, 2 * h:] + r * u[:, 2 * h:])
    return (1 - z) * candidate + z * h0, (x, h0, wx, wh, r, z, candidate, u[:, 2 * h:])


def gru_step_backward(dout, cache):
    """The three gates are linear in dh = dout:

    da_n = dh (1-z) · (1-n²),   da_z = dh (h0 - n) · z(1-z),   da_r = da_n u_n · r(1-r)
    da = (da_r, da_z, da_n),   du = (da_r, da_z, da_n · r)
    dx = da wxᵀ,  dh0 = dh · z + du whᵀ,  dwx = xᵀ da,  dwh = h0ᵀ du,  db = Σ_rows da,  dbh = Σ_rows du

    dout: (N, H). Returns gradients of the shapes of x (N, D), h0 (N, H), wx (D, 3H), wh (H, 3H), b (3H,) and bh (3H,).
    """
    x, h0, wx, wh, r, z, n, u_n = cache
    shapes("gru_step_backward: h (N, H), dout (N, H)", n, dout)
    da_n = dout * (1 - z) * (1 - n * n)
    da_z = dout * (h0 - n) * z * (1 - z)
    da_r = da_n * u_n * r * (1 - r)
    da, du = np.concatenate([da_r, da_z, da_n], axis=1), np.concatenate([da_r, da_z, da_n * r], axis=1)
    return da @ wx.T, dout * z + du @ wh.T, x.T @ da, h0.T @ du, da.sum(axis=0), du.sum(axis=0)


def gru_forward(x, h0, wx, wh, b, bh):
    """A gated recurrent unit over a sequence.

    a_t = x_t wx + b,   u_t = h_{t-1} wh + bh,   both (r, z, n) side by side
    r = σ(a_r + u_r),   z = σ(a_z + u_z),   n = tanh(a_n + r · u_n)
    h_t = (1 - z) · n + z · h_{t-1},   out = (h_1, ..., h_T)

    x: (N, T, D); h0: (N, H) the state before the first step; wx: (D, 3H); wh: (H, 3H); b, bh: (3H,).
    Returns out (N, T, H) and the cache. Raises ValueError when shapes disagree.
    """
    n, t, d, h = shapes("gru_forward: x (N, T, D), h0 (N, H), wx (D, 3H), wh (H, 3H), b (3H), bh (3H)", x, h0, wx, wh, b, bh)
    half = np.ones(3 * h, x.dtype)
    half[:2 * h] = 0.5                      # σ(a) = (1 + tanh(a/2)) / 2: one tanh for both gates
    inputs = np.ascontiguousarray(x.transpose(1, 0, 2)).reshape(t * n, d)
    a = (inputs @ (wx * half)).reshape(t, n, 3 * h)     # one product for the whole sequence
    a += b * half
    wh_half, bh_half = wh * half, bh * half
    states = np.empty((t + 1, n, h), x.dtype)
    states[0] = h0
    u = np.empty((t, n, 3 * h), x.dtype)
    r, z, candidates = _split(a, 3)         # each gate takes the place of its own a
    steps = zip(a[:, :, :2 * h], r, z, candidates, u, u[:, :, :2 * h], u[:, :, 2 * h:], states, states[1:])
    for sigmoids, r_now, z_now, c, u_now, u_rz, u_n, before, after in steps:
        np.matmul(before, wh_half, out=u_now)
        u_now += bh_half
        sigmoids += u_rz
        np.tanh(sigmoids, out=sigmoids)
        sigmoids *= 0.5
        sigmoids += 0.5
        c += np.multiply(r_now, u_n, out=after)
        np.tanh(c, out=c)
        np.subtract(before, c, out=after)   # h = n + z (h_before - n)
        after *= z_now
        after += c
    return states[1:].transpose(1, 0, 2), (inputs, states, wx, wh, r, z, candidates, u[:, :, 2 * h:])


def gru_backward(dout, cache):
    """Backpropagation through time, with da_t and du_t from dh_t as in gru_step_backward.

    dh_t = dout_t + dh_{t+1} · z_{t+1} + du_{t+1} whᵀ,   dx_t = da_t wxᵀ,   dh0 = dh_1 · z_1 + du_1 whᵀ
    dwx = Σ_t x_tᵀ da_t,  dwh = Σ_t h_{t-1}ᵀ du_t,  db = Σ_t Σ_rows da_t,  dbh = Σ_t Σ_rows du_t

    dout: (N, T, H). Returns gradients of the shapes of x (N, T, D), h0 (N, H), wx (D, 3H), wh (H, 3H), b (3H,), bh (3H,).
    """
    inputs, states, wx, wh, r, z, candidates, u_n = cache
    shapes("gru_backward: h (T, N, H), dout (N, T, H)", r, dout)
    t, n, h = r.shape
    # da is dh times factors that the forward pass has fixed: those are computed for all steps at once.
    da = np.empty((t, n, 3, h), wh.dtype)
    factor_r, factor_z, factor_n = (da[:, :, k] for k in range(3))
    np.multiply(1 - z, 1 - candidates * candidates, out=factor_n)
    np.multiply(states[:-1] - candidates, z * (1 - z), out=factor_z)
    np.multiply(factor_n * u_n, r * (1 - r), out=factor_r)
    du = np.empty((t, n, 3, h), wh.dtype)
    du[:, :, :2] = da[:, :, :2]
    np.multiply(factor_n, r, out=du[:, :, 2])

    dh, through_wh, wh_t = np.zeros((n, h), wh.dtype), np.empty((n, h), wh.dtype), np.ascontiguousarray(wh.T)
    per_gate = dh[:, None]
    for dout_now, da_now, du_now, z_now in zip(dout.transpose(1, 0, 2)[::-1], da[::-1], du[::-1], z[::-1]):
        dh += dout_now
        da_now[:, 2] *= dh                  # the other two gates have da = du, copied below
        du_now *= per_gate
        dh *= z_now
        dh += np.matmul(du_now.reshape(n, 3 * h), wh_t, out=through_wh)
    da[:, :, :2] = du[:, :, :2]
    da, du = da.reshape(t * n, 3 * h), du.reshape(t * n, 3 * h)
    dwh = states[:-1].reshape(t * n, h).T @ du
    return input_gradient(da.reshape(t, n, 3 * h), wx), dh, inputs.T @ da, dwh, da.sum(axis=0), du.sum(axis=0)


def gru_forward_naive(x, h0, wx, wh, b, bh):
    """gru_forward as it is said: h_t = step(x_t, h_{t-1}) for x (N, T, D); out (N, T, H), and the steps' caches."""
    out, caches, h = np.empty(x.shape[:2] + h0.shape[1:], x.dtype), [], h0
    for t in range(x.shape[1]):
        h, cache = gru_step_forward(x[:, t], h, wx, wh, b, bh)
        out[:, t] = h
        caches.append(cache)
    return out, caches


def _split(gates, count):
    """The views of an array (..., count · H), gate by gate."""
    h = gates.shape[-1] // count
    return [gates[..., k * h:(k + 1) * h] for k in range(count)]
