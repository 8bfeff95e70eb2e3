"""What a network is made of: shapes, parameters, cost and receptive field of each layer."""

import copy
import math
from dataclasses import dataclass

import torch
from rich.console import Console
from rich.table import Table

from dl_helpers.torch.tracing import Tracer

__all__ = ["Row", "Summary", "summary"]


@dataclass(frozen=True)
class Row:
    """One layer.

    name: its path in the model; kind: its class; shape: of its output, without the batch; parameters: those of its own;
    multiply_adds: its own for one input; receptive_field: input pixels along each axis of the image that one output entry
    depends on (rounded up behind an upsampling, larger than the image where padding is seen); None for what is no image.
    """

    name: str
    kind: str
    shape: tuple
    parameters: int
    multiply_adds: int
    receptive_field: tuple | None


@dataclass(frozen=True)
class Summary:
    """The layers of a network in the order in which they run, and its totals. Shown as a table.

    parameters, trainable: numbers in all, and those that require a gradient; multiply_adds: for one input;
    activations: numbers that the layers put out for one input; depth: weighted layers on the longest way through.
    """

    model: str
    rows: tuple
    parameters: int
    trainable: int
    multiply_adds: int
    activations: int
    depth: int

    def __rich__(self):
        table = Table(title=self.model, title_justify="left", show_footer=True)
        table.add_column("layer", "total")
        table.add_column("kind", f"depth {self.depth}")
        table.add_column("output", f"{self.activations:,}", justify="right")
        table.add_column("parameters", f"{self.parameters:,}", justify="right")
        table.add_column("multiply-adds", f"{self.multiply_adds:,}", justify="right")
        table.add_column("sees", justify="right")
        for row in self.rows:
            table.add_row(row.name, row.kind, _spell(row.shape), f"{row.parameters:,}" if row.parameters else "",
                          f"{row.multiply_adds:,}" if row.multiply_adds else "", _spell(row.receptive_field))
        if self.trainable < self.parameters:
            table.caption = f"{self.parameters - self.trainable:,} parameters are frozen"
        return table

    def __str__(self):
        console = Console(width=120, color_system=None, force_terminal=False, force_jupyter=False)
        with console.capture() as captured:
            console.print(self)
        return captured.get()

    __repr__ = __str__


def summary(model, *inputs):
    """Shapes, parameters, multiply-adds and receptive fields of a model's layers.

    inputs: for each argument of the model its shape without the batch, such as (3, 224, 224), or a whole example tensor
    (with the batch; for integers, say). Returns a Summary.
    Nothing is computed: a copy of the model without numbers runs on torch's meta device, in evaluation mode. The model is
    left as it is, and one of 138 million parameters takes no memory. A multiply-add is one multiplication and one addition,
    counted for convolutions and matrix products, which is where networks spend their time.

    Where layers of a model share one module, it has one row with the cost of all its calls. What a module computes outside
    its submodules stands in a row of its own (the products of attention, say).
    """
    if not inputs:
        raise ValueError("summary: expected the shape of an input, without the batch: summary(model, (3, 224, 224))")
    model = _without_numbers(model).eval()
    dtype = next((p.dtype for p in model.parameters() if p.is_floating_point()), torch.float32)
    inputs = [x.to("meta") if isinstance(x, torch.Tensor) else torch.empty((1, *x), dtype=dtype, device="meta") for x in inputs]
    batch, names = len(inputs[0]), {module: name for name, module in model.named_modules()}
    outputs, stack, tracer = {}, [], Tracer(inputs)

    def enter(module, _):
        stack.append(module)
        tracer.place = module
        outputs.setdefault(module, None)

    def leave(module, _, out):
        stack.pop()
        tracer.place = stack[-1] if stack else ""
        out = _first_tensor(out)
        outputs[module] = (tuple(out.shape[1:]), tracer.reach(out))

    for module in names:
        module.register_forward_pre_hook(enter)
        module.register_forward_hook(leave)
    with torch.no_grad(), tracer:
        model(*inputs)

    owned = _owned_parameters(model, outputs)
    rows = []
    for module, (shape, reach) in outputs.items():
        leaf = not any(child in outputs for child in module.children())
        if leaf or owned[module] or tracer.multiply_adds[module]:
            field = reach and reach.field and tuple(map(math.ceil, reach.field))
            rows.append(Row(names[module], type(module).__name__, shape, owned[module],
                            tracer.multiply_adds[module] // batch, field))
    leaves = [m for m in outputs if not any(child in outputs for child in m.children())]
    return Summary(
        model=type(model).__name__,
        rows=tuple(rows),
        parameters=sum(p.numel() for p in model.parameters()),
        trainable=sum(p.numel() for p in model.parameters() if p.requires_grad),
        multiply_adds=sum(tracer.multiply_adds.values()) // batch,
        activations=sum(math.prod(outputs[m][0]) for m in leaves),
        depth=outputs[model][1].depth if outputs[model][1] else 0,
    )


def _without_numbers(model):
    """A copy with the same shapes on the meta device; no weight is copied on the way."""
    hollow = {id(b): torch.empty_like(b, device="meta") for b in model.buffers()}
    for p in model.parameters():
        hollow[id(p)] = torch.nn.Parameter(torch.empty_like(p, device="meta"), p.requires_grad)
    return copy.deepcopy(model, memo=hollow)


def _owned_parameters(model, called):
    """How many parameters each called module owns: its own ones, and those of submodules that are never called."""
    owned, seen = dict.fromkeys(called, 0), set()

    def book(module, owner):
        owner = module if module in called else owner
        for p in module.parameters(recurse=False):
            owned[owner] += 0 if p in seen else p.numel()
            seen.add(p)
        for child in module.children():
            book(child, owner)

    book(model, model)
    return owned


def _first_tensor(out):
    while not isinstance(out, torch.Tensor):
        out = next(iter(out.values() if isinstance(out, dict) else out))
    return out


def _spell(sizes):
    return " × ".join(map(str, sizes or ()))
