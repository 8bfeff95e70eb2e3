"""One step of an optimizer on many parameters: NumPy against torch.optim, its default form and its fused kernels.

    python -m benchmarks.optimizers [--threads 1] [--parameters 5000000] [--json benchmarks/results/optimizers.json]
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from rich.console import Console
from rich.table import Column, Table

from benchmarks import timing
from dl_helpers.numpy import optim

# name -> (options, whether torch has a fused kernel for it on a CPU)
OPTIMIZERS = {
    "SGD": (dict(lr=0.01, momentum=0.9), True),
    "Adam": (dict(lr=1e-3), True),
    "AdamW": (dict(lr=1e-3, weight_decay=0.01), True),
    "RMSprop": (dict(lr=1e-3), False),
    "Adagrad": (dict(lr=0.01), True),
}
LAYERS = (0.6, 0.3, 0.0999, 0.0001)     # how the parameters are shared out: a network has large and small arrays


def shapes(parameters):
    """One-axis shapes that add up to about so many parameters."""
    return [max(1, round(share * parameters)) for share in LAYERS]


def ours(name, options, sizes):
    """A call that makes one step of our optimizer, and its parameters."""
    rng = np.random.default_rng(20)
    params = [rng.normal(size=n).astype(np.float32) for n in sizes]
    grads = [rng.normal(size=n).astype(np.float32) for n in sizes]
    optimizer = getattr(optim, name)(params, **options)
    return lambda: optimizer.step(grads), params


def theirs(name, options, sizes, **kind):
    """The same for torch.optim; kind: fused=True, or nothing for its default."""
    rng = np.random.default_rng(20)
    params = [torch.nn.Parameter(torch.from_numpy(rng.normal(size=n).astype(np.float32))) for n in sizes]
    for p, n in zip(params, sizes):
        p.grad = torch.from_numpy(rng.normal(size=n).astype(np.float32))
    return getattr(torch.optim, name)(params, **options, **kind).step, params


def measure(name, parameters, repeats, clock):
    """One row: three steps of both must give the same parameters; then NumPy takes turns with either form of torch."""
    options, has_fused = OPTIMIZERS[name]
    sizes = shapes(parameters)
    (step, params), (torch_step, torch_params) = ours(name, options, sizes), theirs(name, options, sizes)
    for _ in range(3):
        step(), torch_step()
    for mine, reference in zip(params, torch_params):
        np.testing.assert_allclose(mine, reference.detach().numpy(), rtol=1e-3, atol=1e-5, err_msg=name)
    numpy_s, torch_s, ratio = timing.interleaved(step, torch_step, repeats, clock)
    row = {"optimizer": name, "numpy_ms": 1e3 * numpy_s, "torch_ms": 1e3 * torch_s, "ratio": ratio, "ratio_fused": None}
    if has_fused:
        fused_step, _ = theirs(name, options, sizes, fused=True)
        row["ratio_fused"] = timing.interleaved(step, fused_step, repeats, clock)[2]
    return row


def table_of(rows):
    numbers = ("NumPy ms", "torch ms", "ratio", "ratio to fused")
    table = Table(Column("optimizer"), *(Column(text, justify="right") for text in numbers))
    for row in rows:
        fused = "–" if row["ratio_fused"] is None else f"{row['ratio_fused']:.2f}"
        table.add_row(row["optimizer"], f"{row['numpy_ms']:.2f}", f"{row['torch_ms']:.2f}", f"{row['ratio']:.2f}", fused)
    return table


def main(
    threads: Annotated[int, typer.Option(help="Threads, for NumPy and torch alike.", min=1)] = 1,
    parameters: Annotated[int, typer.Option(help="How many parameters, in four arrays.", min=1)] = 5_000_000,
    repeats: Annotated[int, typer.Option(help="Measurements of each side; the median counts.", min=1)] = 15,
    json: Annotated[Path | None, typer.Option(help="Keep the table in this file.")] = None,
):
    """Time one step of each optimizer in float32. A ratio below 1: NumPy is faster."""
    console, clock = Console(), timing.clock_for(threads)
    with timing.threads(threads):
        machine = timing.machine()
        rows = [measure(name, parameters, repeats, clock) for name in OPTIMIZERS]
    console.print(table_of(rows))
    mean = timing.geometric_mean([row["ratio"] for row in rows])
    console.print(f"NumPy / torch default, geometric mean of {len(rows)}: {mean:.2f}; "
                  f"{parameters:,} parameters, threads: {threads}, {clock.__name__}")
    if json:
        settings = {"threads": threads, "clock": clock.__name__, "repeats": repeats, "parameters": parameters}
        timing.save(json, {"machine": machine, **settings, "geometric_mean": mean, "rows": rows})


if __name__ == "__main__":
    typer.run(main)
