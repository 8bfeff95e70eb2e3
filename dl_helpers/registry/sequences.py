"""Recurrent networks, and what does the same at every step of a sequence."""

import numpy as np
import torch
import torch.nn.functional as F

from dl_helpers.registry.examples import away_from_zero, integers, normal
from dl_helpers.registry.op import Op


def recurrent(rng, n, t, d, h, gates=1, cell=False, two_biases=False):
    """x (N, T, D), or (N, D) for a single step (t None), the initial states, and weights small enough for a long sequence."""
    x = normal(rng, n, d) if t is None else normal(rng, n, t, d)
    states = {name: normal(rng, n, h) for name in ("h0", "c0")[:1 + cell]}
    weights = dict(wx=normal(rng, d, gates * h, scale=d**-0.5), wh=normal(rng, h, gates * h, scale=h**-0.5))
    biases = {name: normal(rng, gates * h) for name in ("b", "bh")[:1 + two_biases]}
    return dict(x=x, **states, **weights, **biases)


def _relu_rnn(rng, n, t, d, h):
    """Far from the kink of the ReLU, with units on either side of it."""
    inputs = recurrent(rng, n, t, d, h)
    sides = away_from_zero(rng, h, margin=8)
    return inputs | dict(b=sides, wx=inputs["wx"] * 0.3, wh=inputs["wh"] * 0.1)


def _torch_weights(order, wx, wh, b, bh=None):
    """Our weights in torch's layout: (gates · H, D), with the gates in torch's order, and two biases."""
    bh = torch.zeros_like(b) if bh is None else bh
    reordered = (torch.cat([w.chunk(len(order), dim=-1)[k] for k in order], dim=-1) for w in (wx, wh, b, bh))
    return [w.movedim(-1, 0).contiguous() for w in reordered]


def _torch_rnn(x, h0, wx, wh, b, activation="tanh"):
    run = torch.rnn_tanh if activation == "tanh" else torch.rnn_relu
    return run(x, h0[None], _torch_weights([0], wx, wh, b), True, 1, 0.0, False, False, True)[0]


def _torch_rnn_step(x, h0, wx, wh, b, activation="tanh"):
    cell = torch.rnn_tanh_cell if activation == "tanh" else torch.rnn_relu_cell
    return cell(x, h0, *_torch_weights([0], wx, wh, b))


def _torch_lstm(x, h0, c0, wx, wh, b):
    weights = _torch_weights([0, 1, 3, 2], wx, wh, b)            # torch: i, f, g, o
    return torch.lstm(x, (h0[None], c0[None]), weights, True, 1, 0.0, False, False, True)[0]


def _torch_lstm_step(x, h0, c0, wx, wh, b):
    return torch.lstm_cell(x, (h0, c0), *_torch_weights([0, 1, 3, 2], wx, wh, b))


def _torch_gru(x, h0, wx, wh, b, bh):
    return torch.gru(x, h0[None], _torch_weights([0, 1, 2], wx, wh, b, bh), True, 1, 0.0, False, False, True)[0]


def _torch_gru_step(x, h0, wx, wh, b, bh):
    return torch.gru_cell(x, h0, *_torch_weights([0, 1, 2], wx, wh, b, bh))


def _torch_temporal_loss(scores, labels, mask=None):
    losses = F.cross_entropy(scores.flatten(0, 1), labels.flatten(), reduction="none")
    return losses.mean() if mask is None else losses[mask.flatten()].mean()


def _temporal_loss(rng, n, t, c):
    return dict(scores=normal(rng, n, t, c), labels=integers(rng, n, t, high=c))


def _sized(make, *sizes, **options):
    return lambda rng: make(rng, *sizes, **options)


_LSTM, _GRU = dict(gates=4, cell=True), dict(gates=3, two_biases=True)
_SIZES = {"N 64, T 64, D 128, H 256": (64, 64, 128, 256), "N 16, T 32, D 32, H 64": (16, 32, 32, 64)}
_STEP = {"N 64, D 128, H 256": (64, None, 128, 256)}


def _benchmarks(sizes, **options):
    return {words: _sized(recurrent, *numbers, **options) for words, numbers in sizes.items()}


OPS = [
    Op("rnn_step", _sized(recurrent, 3, None, 4, 5), torch=_torch_rnn_step, benchmarks=_benchmarks(_STEP)),
    Op("rnn_step", _sized(_relu_rnn, 3, None, 4, 5), torch=_torch_rnn_step, options={"activation": "relu"}, variant="relu"),
    Op("rnn", _sized(recurrent, 3, 6, 4, 5), torch=_torch_rnn, benchmarks=_benchmarks(_SIZES)),
    Op("rnn", _sized(_relu_rnn, 3, 6, 4, 5), torch=_torch_rnn, options={"activation": "relu"}, variant="relu"),
    Op("lstm_step", _sized(recurrent, 3, None, 4, 5, **_LSTM), torch=_torch_lstm_step, benchmarks=_benchmarks(_STEP, **_LSTM)),
    Op("lstm", _sized(recurrent, 3, 6, 4, 5, **_LSTM), torch=_torch_lstm, benchmarks=_benchmarks(_SIZES, **_LSTM)),
    Op("gru_step", _sized(recurrent, 3, None, 4, 5, **_GRU), torch=_torch_gru_step, benchmarks=_benchmarks(_STEP, **_GRU)),
    Op("gru", _sized(recurrent, 3, 6, 4, 5, **_GRU), torch=_torch_gru, benchmarks=_benchmarks(_SIZES, **_GRU)),
    Op("temporal_affine", lambda rng: dict(x=normal(rng, 3, 5, 4), w=normal(rng, 4, 6), b=normal(rng, 6)),
       torch=lambda x, w, b: x @ w + b,
       benchmarks={"N 64, T 64, D 256, M 512": lambda rng: dict(
           x=normal(rng, 64, 64, 256), w=normal(rng, 256, 512), b=normal(rng, 512))}),
    Op("temporal_softmax_cross_entropy", _sized(_temporal_loss, 3, 5, 4), torch=_torch_temporal_loss, gradients=["scores"],
       benchmarks={"N 64, T 64, C 512": _sized(_temporal_loss, 64, 64, 512)}),
    Op("temporal_softmax_cross_entropy",
       lambda rng: _temporal_loss(rng, 3, 5, 4) | dict(mask=np.arange(5) < np.array([[5], [2], [3]])),
       torch=_torch_temporal_loss, gradients=["scores"], variant="masked"),
]
