"""dl_helpers.torch against torch's own operations with autograd on a CUDA device: forward and backward, in float32.

    python -m benchmarks.gpu [--only conv] [--repeats 30] [--json benchmarks/results/gpu.json]

The explicit backward functions should cost nothing over autograd: the goal is a speed of 0.95 or more. Times are taken by
CUDA events around many calls. No operation may make the host wait for the device: torch's sync debug mode turns that into an
error.
"""

from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Annotated

import torch
import typer
from rich.console import Console
from rich.table import Column, Table

from benchmarks import timing
from dl_helpers.registry.op import each

GOAL = 0.95
CALLS = 20      # between two events, so that launching one call overlaps with computing another


@contextmanager
def no_synchronisation():
    """Inside, an operation that makes the host wait for the device raises RuntimeError."""
    before = torch.cuda.get_sync_debug_mode()
    torch.cuda.set_sync_debug_mode("error")
    try:
        yield
    finally:
        torch.cuda.set_sync_debug_mode(before)


def event_ms(call):
    """Milliseconds for one of CALLS calls, by the device's own clock."""
    start, stop = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    torch.cuda.synchronize()
    start.record()
    for _ in range(CALLS):
        call()
    stop.record()
    stop.synchronize()
    return start.elapsed_time(stop) / CALLS


def measure(op, words, inputs, repeats, device="cuda"):
    """One row: both sides get the same inputs and the same dout, and must give the same results."""
    inputs = timing.tensors(inputs, device)
    with torch.no_grad():
        dout = each(torch.randn_like, op.torch(**inputs, **op.options))
    ours, theirs = timing.explicit(op, inputs, dout, "torch"), timing.autograd(op, inputs, dout)
    timing.check_equal(ours, theirs, f"{op.name} {words}")
    for call in (ours, theirs) * 5:
        call()
    with no_synchronisation():
        ours()
    times = [(event_ms(ours), event_ms(theirs)) for _ in range(repeats)]
    ours_ms, theirs_ms = (median(column) for column in zip(*times))
    return {"operation": op.name, "case": words, "explicit_ms": ours_ms, "autograd_ms": theirs_ms, "speed": theirs_ms / ours_ms}


def main(
    only: Annotated[str, typer.Option(help="Measure operations whose name contains this.")] = "",
    repeats: Annotated[int, typer.Option(help="Measurements of each side; the median counts.", min=1)] = 30,
    json: Annotated[Path | None, typer.Option(help="Keep the table in this file.")] = None,
):
    """Time dl_helpers.torch against torch with autograd on a CUDA device. A speed above 1: ours is faster."""
    console = Console()
    console.width = max(console.width, 120)                # the table is read in log files too
    if not torch.cuda.is_available():
        Console(stderr=True).print("benchmarks.gpu: this machine has no CUDA device that torch can use", soft_wrap=True)
        raise typer.Exit(2)
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    rows = [measure(op, words, inputs, repeats) for op, words, inputs in timing.cases(only)]
    if not rows:
        console.print(f"benchmarks.gpu: no operation has {only!r} in its name", style="red")
        raise typer.Exit(2)
    table = Table(Column("operation", no_wrap=True), Column("case", no_wrap=True))
    for column in ("explicit ms", "autograd ms", "speed"):
        table.add_column(column, justify="right", no_wrap=True)
    for row in rows:
        style = "green" if row["speed"] >= GOAL else "red"
        table.add_row(row["operation"], row["case"], f"{row['explicit_ms']:.4f}", f"{row['autograd_ms']:.4f}",
                      f"[{style}]{row['speed']:.2f}[/]")
    console.print(table)
    mean, device = timing.geometric_mean([row["speed"] for row in rows]), torch.cuda.get_device_name()
    console.print(f"speed against autograd, geometric mean of {len(rows)} cases: [bold]{mean:.2f}[/] "
                  f"(goal ≥ {GOAL}) on {device}")
    if json:
        timing.save(json, {"machine": timing.machine() | {"device": device}, "geometric_mean": mean, "rows": rows})


if __name__ == "__main__":
    typer.run(main)
