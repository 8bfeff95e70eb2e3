"""The plain recurrent network on torch tensors."""

import torch

from dl_helpers.arguments import option, shapes

__all__ = ["rnn_backward", "rnn_forward", "rnn_step_backward", "rnn_step_forward"]

# name: (the function, in place; its slope from its own result)
_ACTIVATIONS = {
    "tanh": (torch.tanh_, lambda h: 1 - h * h),
    "relu": (torch.relu_, lambda h: (h > 0).to(h.dtype)),
}


def rnn_step_forward(x, h0, wx, wh, b, activation="tanh"):
    """h = f(x wx + h0 wh + b) for x (N, D), h0 (N, H), wx (D, H), wh (H, H), b (H,); returns h (N, H) and the cache."""
    shapes("rnn_step_forward: x (N, D), h0 (N, H), wx (D, H), wh (H, H), b (H)", x, h0, wx, wh, b)
    function, _ = _ACTIVATIONS[option("rnn_step_forward", "activation", activation, _ACTIVATIONS)]
    h = function(torch.addmm(b, x, wx).addmm_(h0, wh))
    return h, (x, h0, wx, wh, h, activation)


def rnn_step_backward(dout, cache):
    """With da = dout · f'(a): dx = da wxᵀ, dh0 = da whᵀ, dwx = xᵀ da, dwh = h0ᵀ da, db = Σ_rows da; dout: (N, H)."""
    x, h0, wx, wh, h, activation = cache
    shapes("rnn_step_backward: h (N, H), dout (N, H)", h, dout)
    _, slope = _ACTIVATIONS[activation]
    da = dout * slope(h)
    return da @ wx.T, da @ wh.T, x.T @ da, h0.T @ da, da.sum(dim=0)


@torch.no_grad()
def rnn_forward(x, h0, wx, wh, b, activation="tanh"):
    """h_t = f(x_t wx + h_{t-1} wh + b) for x (N, T, D), h0 (N, H), wx (D, H), wh (H, H), b (H,); gives out (N, T, H), cache."""
    n, t, d, h = shapes("rnn_forward: x (N, T, D), h0 (N, H), wx (D, H), wh (H, H), b (H)", x, h0, wx, wh, b)
    function, _ = _ACTIVATIONS[option("rnn_forward", "activation", activation, _ACTIVATIONS)]
    inputs = time_first(x)
    states = x.new_empty(t + 1, n, h)
    states[0] = h0
    torch.addmm(b, inputs, wx, out=states[1:].view(t * n, h))      # all inputs at once; the steps add their states
    for before, state in zip(states[:-1].unbind(), states[1:].unbind()):
        function(state.addmm_(before, wh))
    return states[1:].transpose(0, 1), (inputs, states, wx, wh, activation)


@torch.no_grad()
def rnn_backward(dout, cache):
    """dh_t = dout_t + da_{t+1} whᵀ, da_t = dh_t · f'(a_t), and the gradients of a step summed over the steps.

    dout: (N, T, H). Returns gradients of the shapes of x (N, T, D), h0 (N, H), wx (D, H), wh (H, H) and b (H,).
    """
    inputs, states, wx, wh, activation = cache
    _, slope = _ACTIVATIONS[activation]
    da = slope(states[1:])
    shapes("rnn_backward: a (T, N, H), dout (N, T, H)", da, dout)
    dh, wh_t = states.new_zeros(states.shape[1:]), wh.T
    for da_now, dout_now in zip(reversed(da.unbind()), reversed(dout.unbind(1))):
        da_now *= dh.add_(dout_now)
        torch.mm(da_now, wh_t, out=dh)
    da = da.flatten(0, 1)
    return from_time_first(da @ wx.T, dout), dh, inputs.T @ da, states[:-1].flatten(0, 1).T @ da, da.sum(dim=0)


def time_first(x):
    """(N, T, D) -> (T·N, D): the rows of one step after those of the step before."""
    return x.transpose(0, 1).flatten(0, 1)


def from_time_first(rows, like):
    """(T·N, D) -> (N, T, D), with N and T of another sequence."""
    return rows.view(like.shape[1], like.shape[0], rows.shape[1]).transpose(0, 1)
