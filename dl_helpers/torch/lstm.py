"""Long short-term memory on torch tensors; gates in the order i, f, o, g.

In single precision on a CPU the whole sequence is one call of oneDNN's kernel, the one behind torch.nn.LSTM; elsewhere the
steps are taken one by one.
"""

import torch

from dl_helpers.arguments import shapes
from dl_helpers.torch.rnn import from_time_first, time_first

__all__ = ["lstm_backward", "lstm_forward", "lstm_gates", "lstm_step_backward", "lstm_step_forward"]


def lstm_step_forward(x, h0, c0, wx, wh, b):
    """(i, f, o, g) = (σ, σ, σ, tanh)(x wx + h0 wh + b),   c = f · c0 + i · g,   h = o · tanh(c)

    x: (N, D); h0, c0: (N, H); wx: (D, 4H); wh: (H, 4H); b: (4H,). Returns out, the pair (h, c), and the cache.
    """
    n, d, h = shapes("lstm_step_forward: x (N, D), h0 (N, H), c0 (N, H), wx (D, 4H), wh (H, 4H), b (4H)", x, h0, c0, wx, wh, b)
    gates = torch.addmm(b, x, wx).addmm_(h0, wh)
    gates[:, :3 * h].sigmoid_()
    gates[:, 3 * h:].tanh_()
    i, f, o, g = gates.chunk(4, dim=1)
    c = torch.addcmul(f * c0, i, g)
    tanh_c = c.tanh()
    return (o * tanh_c, c), (x, h0, c0, wx, wh, gates, tanh_c)


def lstm_step_backward(dout, cache):
    """With dout = (dh, dc), dc ← dc + dh · o (1 - tanh²c) and (i, f, o, g) = gates:

    da = (dc g · i(1-i), dc c0 · f(1-f), dh tanh(c) · o(1-o), dc i · (1-g²))
    dx = da wxᵀ,  dh0 = da whᵀ,  dc0 = dc · f,  dwx = xᵀ da,  dwh = h0ᵀ da,  db = Σ_rows da

    dout: a pair of (N, H) tensors. Returns gradients of the shapes of x, h0, c0, wx, wh and b.
    """
    x, h0, c0, wx, wh, gates, tanh_c = cache
    dh, dc = dout
    shapes("lstm_step_backward: h (N, H), dh (N, H), dc (N, H)", tanh_c, dh, dc)
    i, f, o, g = gates.chunk(4, dim=1)
    dc = torch.addcmul(dc, dh * o, 1 - tanh_c * tanh_c)
    da = torch.cat([dc * g * i * (1 - i), dc * c0 * f * (1 - f), dh * tanh_c * o * (1 - o), dc * i * (1 - g * g)], dim=1)
    return da @ wx.T, da @ wh.T, dc * f, x.T @ da, h0.T @ da, da.sum(dim=0)


@torch.no_grad()
def lstm_forward(x, h0, c0, wx, wh, b):
    """(i, f, o, g)_t = (σ, σ, σ, tanh)(x_t wx + h_{t-1} wh + b),   c_t = f_t · c_{t-1} + i_t · g_t,   h_t = o_t · tanh(c_t)

    x: (N, T, D); h0, c0: (N, H); wx: (D, 4H); wh: (H, 4H); b: (4H,). Returns out (N, T, H), all h_t, and the cache.
    """
    shapes("lstm_forward: x (N, T, D), h0 (N, H), c0 (N, H), wx (D, 4H), wh (H, 4H), b (4H)", x, h0, c0, wx, wh, b)
    kernel = x.device.type == "cpu" and x.dtype == torch.float32 and x.numel() and torch.backends.mkldnn.is_available()
    return (_forward_in_one_call if kernel else _forward_by_steps)(x, h0, c0, wx, wh, b)


@torch.no_grad()
def lstm_backward(dout, cache):
    """dh_t = dout_t + da_{t+1} whᵀ,   dc_t = dc_{t+1} · f_{t+1} + dh_t · o_t (1 - tanh²c_t),   da_t as in lstm_step_backward

    dout: (N, T, H). Returns gradients of the shapes of x (N, T, D), h0 (N, H), c0 (N, H), wx (D, 4H), wh (H, 4H), b (4H,).
    """
    out, in_one_call, saved = cache
    shapes("lstm_backward: out (N, T, H), dout (N, T, H)", out, dout)
    return (_backward_in_one_call if in_one_call else _backward_by_steps)(dout, saved)


def lstm_gates(cache):
    """A dict of the gates i, f, o, g and the cell states c of lstm_forward, each (N, T, H)."""
    _, in_one_call, saved = cache
    if in_one_call:                         # the kernel keeps its gates to itself: take the steps again
        _, (_, _, saved) = _forward_by_steps(*saved[0])
    gates, cells = saved[4], saved[5]
    named = dict(zip("ifog", gates.chunk(4, dim=2)), c=cells[1:])
    return {name: a.transpose(0, 1) for name, a in named.items()}


def _forward_by_steps(x, h0, c0, wx, wh, b):
    n, t, d = x.shape
    h = len(wh)
    inputs = time_first(x)
    gates = torch.addmm(b, inputs, wx).view(t, n, 4 * h)        # all inputs at once; the steps add their states
    states, cells, tanh_cells = x.new_empty(t + 1, n, h), x.new_empty(t + 1, n, h), x.new_empty(t, n, h)
    states[0], cells[0] = h0, c0
    state, cell = states[0], cells[0]
    sigmoids = gates[:, :, :3 * h]
    steps = zip(*(a.unbind() for a in (gates, sigmoids, *gates.chunk(4, dim=2), states[1:], cells[1:], tanh_cells)))
    for a, sigmoid, i, f, o, g, state_now, cell_now, tanh_cell in steps:
        a.addmm_(state, wh)
        sigmoid.sigmoid_()
        g.tanh_()
        torch.mul(f, cell, out=cell_now).addcmul_(i, g)
        torch.mul(o, torch.tanh(cell_now, out=tanh_cell), out=state_now)
        state, cell = state_now, cell_now
    out = states[1:].transpose(0, 1)
    return out, (out, False, (inputs, states, wx, wh, gates, cells, tanh_cells))


def _backward_by_steps(dout, saved):
    inputs, states, wx, wh, gates, cells, tanh_cells = saved
    i, f, o, g = gates.chunk(4, dim=2)
    # da is dc or dh times factors that the forward pass has fixed: those are computed for all steps at once.
    da = gates * (1 - gates)
    da_i, da_f, da_o, da_g = da.chunk(4, dim=2)
    da_i.mul_(g)
    da_f.mul_(cells[:-1])
    da_o.mul_(tanh_cells)
    torch.mul(i, 1 - g * g, out=da_g)
    h_to_c = o * (1 - tanh_cells * tanh_cells)
    dh, dc = torch.zeros_like(cells[0]), torch.zeros_like(cells[0])
    wh_t = wh.T
    per_step = (dout.transpose(0, 1), h_to_c, f, da, da_i, da_f, da_o, da_g)
    for dout_now, slope, f_now, da_now, di, df, do, dg in zip(*(reversed(a.unbind()) for a in per_step)):
        dh += dout_now
        dc.addcmul_(dh, slope)
        di *= dc
        df *= dc
        do *= dh
        dg *= dc
        dc *= f_now
        torch.mm(da_now, wh_t, out=dh)
    da = da.flatten(0, 1)
    return from_time_first(da @ wx.T, dout), dh, dc, inputs.T @ da, states[:-1].flatten(0, 1).T @ da, da.sum(dim=0)


# oneDNN's kernel wants time first, weights (4H, D) with gates in the order i, f, g, o, and two biases.

_LSTM = 2                                   # the kernel's number for this kind of network


def _forward_in_one_call(x, h0, c0, wx, wh, b):
    weights = [_other_order(a).movedim(-1, 0).contiguous() for a in (wx, wh, b)]
    arrays = [x.transpose(0, 1).contiguous(), *weights, torch.zeros_like(weights[2]), h0.contiguous(), c0.contiguous()]
    arrays = [a.detach() for a in arrays]
    with torch.enable_grad():               # else the kernel leaves out the workspace that its backward needs
        out, h, c, workspace = torch.ops.aten.mkldnn_rnn_layer(
            *arrays, reverse=False, batch_sizes=[], mode=_LSTM, hidden_size=len(wh), num_layers=1, has_biases=True,
            bidirectional=False, batch_first=False, train=True)
    return out.transpose(0, 1), (out.transpose(0, 1), True, ((x, h0, c0, wx, wh, b), arrays, out, h, c, workspace))


def _backward_in_one_call(dout, saved):
    (_, h0, *_), arrays, out, h, c, workspace = saved
    dx, dwx, dwh, db, _, dh0, dc0 = torch.ops.aten.mkldnn_rnn_layer_backward(
        *arrays, out, h, c, dout.transpose(0, 1).contiguous(), torch.zeros_like(h), torch.zeros_like(c),
        reverse=False, mode=_LSTM, hidden_size=h0.shape[1], num_layers=1, has_biases=True, train=True, bidirectional=False,
        batch_sizes=[], batch_first=False, workspace=workspace)
    dwx, dwh, db = (_other_order(a.movedim(0, -1)) for a in (dwx, dwh, db))
    return dx.transpose(0, 1), dh0.view(h0.shape), dc0.view(h0.shape), dwx, dwh, db


def _other_order(a):
    """Exchange the last two gates of (..., 4H): i, f, o, g becomes i, f, g, o and the other way round."""
    i, f, third, fourth = a.chunk(4, dim=-1)
    return torch.cat([i, f, fourth, third], dim=-1)
