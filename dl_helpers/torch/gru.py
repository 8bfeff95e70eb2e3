"""The gated recurrent unit on torch tensors; gates in the order r, z, n, the reset gate acting on (h wh + bh)."""

import torch

from dl_helpers.arguments import shapes
from dl_helpers.torch.rnn import from_time_first, time_first

__all__ = ["gru_backward", "gru_forward", "gru_step_backward", "gru_step_forward"]


def gru_step_forward(x, h0, wx, wh, b, bh):
    """With (a_r, a_z, a_n) = x wx + b and (u_r, u_z, u_n) = h0 wh + bh:

    r = σ(a_r + u_r),   z = σ(a_z + u_z),   n = tanh(a_n + r · u_n),   h = (1 - z) · n + z · h0

    x: (N, D); h0: (N, H); wx: (D, 3H); wh: (H, 3H); b, bh: (3H,). Returns h (N, H) and the cache.
    """
    n, d, h = shapes("gru_step_forward: x (N, D), h0 (N, H), wx (D, 3H), wh (H, 3H), b (3H), bh (3H)", x, h0, wx, wh, b, bh)
    a, u = torch.addmm(b, x, wx), torch.addmm(bh, h0, wh)
    r, z = (a + u)[:, :2 * h].sigmoid_().chunk(2, dim=1)
    candidate = torch.addcmul(a[:, 2 * h:], r, u[:, 2 * h:]).tanh_()
    return torch.lerp(candidate, h0, z), (x, h0, wx, wh, r, z, candidate, u[:, 2 * h:])


def gru_step_backward(dout, cache):
    """da_n = dh (1-z) · (1-n²),   da_z = dh (h0 - n) · z(1-z),   da_r = da_n u_n · r(1-r),   with dh = dout

    da = (da_r, da_z, da_n),   du = (da_r, da_z, da_n · r)
    dx = da wxᵀ,  dh0 = dh · z + du whᵀ,  dwx = xᵀ da,  dwh = h0ᵀ du,  db = Σ_rows da,  dbh = Σ_rows du

    dout: (N, H). Returns gradients of the shapes of x, h0, wx, wh, b and bh.
    """
    x, h0, wx, wh, r, z, n, u_n = cache
    shapes("gru_step_backward: h (N, H), dout (N, H)", n, dout)
    da_n = dout * (1 - z) * (1 - n * n)
    da_z = dout * (h0 - n) * z * (1 - z)
    da_r = da_n * u_n * r * (1 - r)
    da, du = torch.cat([da_r, da_z, da_n], dim=1), torch.cat([da_r, da_z, da_n * r], dim=1)
    return da @ wx.T, torch.addmm(dout * z, du, wh.T), x.T @ da, h0.T @ du, da.sum(dim=0), du.sum(dim=0)


@torch.no_grad()
def gru_forward(x, h0, wx, wh, b, bh):
    """With a_t = x_t wx + b and u_t = h_{t-1} wh + bh, both (r, z, n) side by side:

    r = σ(a_r + u_r),   z = σ(a_z + u_z),   n = tanh(a_n + r · u_n),   h_t = (1 - z) · n + z · h_{t-1}

    x: (N, T, D); h0: (N, H); wx: (D, 3H); wh: (H, 3H); b, bh: (3H,). Returns out (N, T, H), all h_t, and the cache.
    """
    n, t, d, h = shapes("gru_forward: x (N, T, D), h0 (N, H), wx (D, 3H), wh (H, 3H), b (3H), bh (3H)", x, h0, wx, wh, b, bh)
    inputs = time_first(x)
    a = torch.addmm(b, inputs, wx).view(t, n, 3 * h)            # all inputs at once
    u, states = x.new_empty(t, n, 3 * h), x.new_empty(t + 1, n, h)
    states[0] = h0
    r, z, candidates = a.chunk(3, dim=2)                        # each gate takes the place of its own a
    u_n, state = u[:, :, 2 * h:], states[0]
    per_step = (a[:, :, :2 * h], r, z, candidates, u, u[:, :, :2 * h], u_n, states[1:])
    for sigmoids, r_now, z_now, c, u_now, u_rz, u_n_now, after in zip(*(a.unbind() for a in per_step)):
        torch.addmm(bh, state, wh, out=u_now)
        sigmoids.add_(u_rz).sigmoid_()
        c.addcmul_(r_now, u_n_now).tanh_()
        state = torch.lerp(c, state, z_now, out=after)
    return states[1:].transpose(0, 1), (inputs, states, wx, wh, r, z, candidates, u_n)


@torch.no_grad()
def gru_backward(dout, cache):
    """dh_t = dout_t + dh_{t+1} · z_{t+1} + du_{t+1} whᵀ, with da_t and du_t from dh_t as in gru_step_backward.

    dout: (N, T, H). Returns gradients of the shapes of x (N, T, D), h0 (N, H), wx (D, 3H), wh (H, 3H), b (3H,), bh (3H,).
    """
    inputs, states, wx, wh, r, z, candidates, u_n = cache
    shapes("gru_backward: h (T, N, H), dout (N, T, H)", r, dout)
    t, n, h = r.shape
    # da and du are dh times factors that the forward pass has fixed: those are computed for all steps at once.
    factor_n = (1 - z) * (1 - candidates * candidates)
    factor_z = (states[:-1] - candidates) * z * (1 - z)
    factor_r = factor_n * u_n * r * (1 - r)
    du = torch.stack([factor_r, factor_z, factor_n * r], dim=2)
    dh, wh_t = torch.zeros_like(states[0]), wh.T
    for dout_now, factor, du_now, z_now in zip(*(reversed(a.unbind()) for a in (dout.transpose(0, 1), factor_n, du, z))):
        dh += dout_now
        factor *= dh
        du_now *= dh[:, None]
        dh = torch.addmm(dh * z_now, du_now.view(n, 3 * h), wh_t)
    da = torch.cat([du[:, :, :2], factor_n[:, :, None]], dim=2).view(t * n, 3 * h)
    du = du.view(t * n, 3 * h)
    dwh = states[:-1].flatten(0, 1).T @ du
    return from_time_first(da @ wx.T, dout), dh, inputs.T @ da, dwh, da.sum(dim=0), du.sum(dim=0)
