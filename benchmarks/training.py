"""Whole trainings, NumPy by hand against torch: one epoch of the same model on the same batches with the same optimizer.

    python -m benchmarks.training [--threads 1] [--repeats 9] [--json benchmarks/results/training.json]

The models are those a student trains: a two-layer network and a small convolutional network on scikit-learn's digits, and a
recurrent network on characters. Both sides start from the same weights, and the losses of both must agree before any time
is taken; with one thread it is processor time. torch runs eagerly, with its optimizers' fastest setting on a CPU.
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import torch.nn.functional as F
import typer
from rich.console import Console
from rich.table import Column, Table
from sklearn.datasets import load_digits
from torch import nn as torch_nn

from benchmarks import timing
from dl_helpers.numpy import nn, optim

GOAL = 1.0

TEXT = """\
Four score and seven years ago our fathers brought forth on this continent, a new nation, conceived in Liberty, and dedicated
to the proposition that all men are created equal. Now we are engaged in a great civil war, testing whether that nation, or any
nation so conceived and so dedicated, can long endure. We are met on a great battle-field of that war. We have come to dedicate
a portion of that field, as a final resting place for those who here gave their lives that that nation might live. It is
altogether fitting and proper that we should do this.
"""


def mlp():
    rng, (x, y) = np.random.default_rng(0), load_digits(return_X_y=True)
    model = nn.Sequential(nn.Affine(64, 128, rng), nn.ReLU(), nn.Affine(128, 10, rng))
    twin = torch_nn.Sequential(torch_nn.Linear(64, 128), torch_nn.ReLU(), torch_nn.Linear(128, 10))
    copy(model.parameters(), [p for layer in (twin[0], twin[2]) for p in (layer.weight.T, layer.bias)])
    return model, twin, _adam, (x / 16).astype(np.float32), y, 32


def cnn():
    rng, (x, y) = np.random.default_rng(0), load_digits(return_X_y=True)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, rng, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, rng, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Affine(64, 10, rng),
    )
    twin = torch_nn.Sequential(
        torch_nn.Conv2d(1, 8, 3, padding=1), torch_nn.ReLU(), torch_nn.MaxPool2d(2),
        torch_nn.Conv2d(8, 16, 3, padding=1), torch_nn.ReLU(), torch_nn.MaxPool2d(2),
        torch_nn.Flatten(), torch_nn.Linear(64, 10),
    )
    copy(model.parameters(), [twin[0].weight, twin[0].bias, twin[3].weight, twin[3].bias, twin[7].weight.T, twin[7].bias])
    return model, twin, _momentum, (x / 16).astype(np.float32).reshape(-1, 1, 8, 8), y, 32


class CharacterTwin(torch_nn.Module):
    """The character network in torch."""

    def __init__(self, vocabulary, size, hidden):
        super().__init__()
        self.embedding = torch_nn.Embedding(vocabulary, size)
        self.rnn = torch_nn.RNN(size, hidden, batch_first=True)
        self.scores = torch_nn.Linear(hidden, vocabulary)

    def forward(self, tokens):
        return self.scores(self.rnn(self.embedding(tokens))[0]).flatten(0, 1)


def character_rnn(length=24, size=16, hidden=64):
    rng, alphabet = np.random.default_rng(0), sorted(set(TEXT))
    codes = np.array([alphabet.index(c) for c in TEXT])
    windows = np.lib.stride_tricks.sliding_window_view(codes, length + 1)
    model = nn.Sequential(nn.Embedding(len(alphabet), size, rng), nn.RNN(size, hidden, rng),
                          nn.TemporalAffine(hidden, len(alphabet), rng))
    twin = CharacterTwin(len(alphabet), size, hidden)
    r = twin.rnn
    copy(model.parameters(), [twin.embedding.weight, r.weight_ih_l0.T, r.weight_hh_l0.T, r.bias_ih_l0,
                              twin.scores.weight.T, twin.scores.bias])
    with torch.no_grad():
        r.bias_hh_l0.zero_()
    r.bias_hh_l0.requires_grad_(False)                          # one bias is enough, and NumPy's network has one
    return model, twin, _momentum, windows[:, :-1].copy(), windows[:, 1:].copy(), 32


def _adam(model, twin):
    return optim.Adam(model.parameters(), lr=1e-3), torch.optim.Adam(_learned(twin), lr=1e-3, fused=True)


def _momentum(model, twin):
    return (optim.SGD(model.parameters(), lr=0.05, momentum=0.9),
            torch.optim.SGD(_learned(twin), lr=0.05, momentum=0.9, fused=True))


def _learned(twin):
    return [p for p in twin.parameters() if p.requires_grad]


def copy(arrays, tensors):
    """Give torch the starting weights of NumPy."""
    with torch.no_grad():
        for array, tensor in zip(arrays, tensors, strict=True):
            tensor.copy_(torch.from_numpy(array.copy()))


def numpy_epoch(model, optimizer, x, y, batches):
    loss = nn.CrossEntropyLoss()

    def epoch():
        total = 0.0
        for batch in batches:
            total += float(loss.forward(model.forward(x[batch]), y[batch]))
            model.backward_parameters(loss.backward())
            optimizer.step(model.gradients())
        return total / len(batches)

    return epoch


def torch_epoch(model, optimizer, x, y, batches):
    x, y, batches = torch.from_numpy(x), torch.from_numpy(y), [torch.from_numpy(b) for b in batches]

    def epoch():
        total = 0.0
        for batch in batches:
            loss = F.cross_entropy(model(x[batch]), y[batch].flatten())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        return total / len(batches)

    return epoch


def measure(name, build, repeats, threads=1):
    """One row: both sides train the same epochs, and must have the same losses in the first."""
    model, twin, optimizers, x, y, batch_size = build()
    order = np.random.default_rng(1).permutation(len(x))
    batches = [order[i:i + batch_size] for i in range(0, len(x), batch_size)]
    ours, theirs = optimizers(model, twin)
    ours, theirs = numpy_epoch(model, ours, x, y, batches), torch_epoch(twin, theirs, x, y, batches)
    losses = ours(), theirs()
    np.testing.assert_allclose(*losses, rtol=1e-3, err_msg=f"{name}: the losses differ")
    numpy_s, torch_s, ratio = timing.interleaved(ours, theirs, repeats, timing.clock_for(threads))
    return {"model": name, "batches": len(batches), "batch_size": batch_size, "loss": losses[0],
            "numpy_ms": 1e3 * numpy_s, "torch_ms": 1e3 * torch_s, "ratio": ratio}


MODELS = {
    "MLP 64-128-10, digits, Adam": mlp,
    "CNN 8-16 channels, digits, SGD with momentum": cnn,
    "character RNN, 64 units, 24 steps, SGD with momentum": character_rnn,
}


def main(
    threads: Annotated[int, typer.Option(help="Threads, for NumPy and torch alike.", min=1)] = 1,
    repeats: Annotated[int, typer.Option(help="Epochs of each side; the median counts.", min=1)] = 9,
    json: Annotated[Path | None, typer.Option(help="Keep the table in this file.")] = None,
):
    """Time an epoch of NumPy's training against torch's. A ratio below 1: NumPy is faster."""
    console = Console()
    console.width = max(console.width, 110)
    with timing.threads(threads):
        machine = timing.machine()
        rows = [measure(name, build, repeats, threads) for name, build in MODELS.items()]
    table = Table(Column("one epoch of", no_wrap=True))
    for column in ("NumPy ms", "torch ms", "ratio"):
        table.add_column(column, justify="right")
    for row in rows:
        style = "green" if row["ratio"] <= GOAL else "red"
        table.add_row(row["model"], f"{row['numpy_ms']:.1f}", f"{row['torch_ms']:.1f}", f"[{style}]{row['ratio']:.2f}[/]")
    console.print(table)
    console.print(f"NumPy / torch, the same losses; goal ≤ {GOAL} for each; threads: {threads}")
    console.print(", ".join(f"{k} {v}" for k, v in machine.items()), style="dim")
    if json:
        clock = timing.clock_for(threads).__name__
        timing.save(json, {"machine": machine, "threads": threads, "clock": clock, "repeats": repeats, "rows": rows})


if __name__ == "__main__":
    typer.run(main)
