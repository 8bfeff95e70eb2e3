"""NumPy against torch on the CPU: forward and backward of every operation, in float32, side by side.

    python -m benchmarks.operations [--threads 1] [--only conv] [--repeats 15] [--json benchmarks/results/operations.json]
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from rich.console import Console
from rich.table import Column, Table

from benchmarks import timing
from dl_helpers.registry.op import each


def measure(op, words, inputs, repeats, clock):
    """One row: both sides get the same inputs and the same dout, and must give the same results."""
    out = op.forward()(**inputs)[0]
    rng = np.random.default_rng(21)
    dout = each(lambda o: np.asarray(rng.normal(size=np.shape(o)), np.float32)[()], out)
    ours = timing.explicit(op, inputs, dout, "numpy")
    theirs = timing.autograd(op, timing.tensors(inputs), each(torch.tensor, dout))
    timing.check_equal(ours, theirs, f"{op.name} {words}")
    numpy_s, torch_s, ratio = timing.interleaved(ours, theirs, repeats, clock)
    return {"operation": op.name, "case": words, "numpy_ms": 1e3 * numpy_s, "torch_ms": 1e3 * torch_s,
            "ratio": ratio, "peak_bytes": timing.peak_memory(ours)}


def table_of(rows):
    table = Table(Column("operation", no_wrap=True), Column("case", no_wrap=True))
    for column in ("NumPy ms", "torch ms", "ratio", "peak MB"):
        table.add_column(column, justify="right", no_wrap=True)
    for row in rows:
        style = "red" if row["ratio"] > 2 else "yellow" if row["ratio"] > 1 else "green"
        table.add_row(row["operation"], row["case"], f"{row['numpy_ms']:.3f}", f"{row['torch_ms']:.3f}",
                      f"[{style}]{row['ratio']:.2f}[/]", f"{row['peak_bytes'] / 1e6:.1f}")
    return table


def summary(rows):
    ratios = [row["ratio"] for row in rows]
    return {"geometric_mean": timing.geometric_mean(ratios), "cases": len(ratios), "worst": max(ratios),
            "above_1": sum(r > 1 for r in ratios), "above_2": sum(r > 2 for r in ratios)}


def main(
    threads: Annotated[int, typer.Option(help="Threads, for NumPy and torch alike.", min=1)] = 1,
    only: Annotated[str, typer.Option(help="Measure operations whose name contains this.")] = "",
    repeats: Annotated[int, typer.Option(help="Measurements of each side; the median counts.", min=1)] = 15,
    json: Annotated[Path | None, typer.Option(help="Keep the table in this file.")] = None,
):
    """Time NumPy's forward + backward against torch's operation with autograd. A ratio below 1: NumPy is faster.

    The times are processor time with one thread, wall time with more; with more the machine should be idle.
    """
    console = Console()
    console.width = max(console.width, 120)                # the table is read in log files too
    rows, clock = [], timing.clock_for(threads)
    with timing.threads(threads):
        machine = timing.machine()
        for op, words, inputs in timing.cases(only):
            if console.is_terminal:
                console.print(f"{op.name} {words} ...".ljust(console.width - 1), style="dim", end="\r")
            rows.append(measure(op, words, inputs, repeats, clock))
    if not rows:
        console.print(f"benchmarks.operations: no operation has {only!r} in its name", style="red")
        raise typer.Exit(2)
    console.print(table_of(rows))
    total = summary(rows)
    console.print(f"NumPy / torch, geometric mean of {total['cases']} cases: [bold]{total['geometric_mean']:.2f}[/]; "
                  f"above 1.0: {total['above_1']}, above 2.0: {total['above_2']}; threads: {threads}, {clock.__name__}")
    console.print(", ".join(f"{k} {v}" for k, v in machine.items()), style="dim")
    if json:
        settings = {"threads": threads, "clock": clock.__name__, "repeats": repeats}
        timing.save(json, {"machine": machine, **settings, "summary": total, "rows": rows})


if __name__ == "__main__":
    typer.run(main)
