"""Follows tensors through a network and notes what each operation costs and how far it sees."""

import math
from collections import defaultdict
from dataclasses import dataclass

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry
from torch.utils.weak import WeakTensorKeyDictionary

__all__ = ["Reach", "Tracer"]


@dataclass(frozen=True)
class Reach:
    """What is known of a tensor that depends on the input.

    depth: weighted layers on the longest way from the input. field: how many input pixels along each axis of the image one
    entry depends on; None where the tensor is no image any more. jump: how many input pixels lie between neighbours.
    """

    depth: int
    field: tuple | None
    jump: tuple | None


class Tracer(TorchDispatchMode):
    """While it is active, notes the multiply-adds of every operation, and the Reach of every tensor.

    place: where the multiply-adds are booked, set from outside; multiply_adds: place -> their number.
    Multiply-adds are half of the floating-point operations that torch's own registry states.
    """

    def __init__(self, inputs):
        super().__init__()
        self.place, self.multiply_adds, self.reached = "", defaultdict(int), WeakTensorKeyDictionary()
        for x in inputs:
            axes = max(x.ndim - 2, 0) if x.is_floating_point() else 0
            self.reached[x] = Reach(0, (1,) * axes or None, (1,) * axes or None)

    def reach(self, tensor):
        """The Reach of a tensor, or None when it does not depend on the input."""
        return self.reached.get(tensor)

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        given = dict(zip((a.name for a in func._schema.arguments), args)) | (kwargs or {})
        operation = func._overloadpacket
        if operation in flop_registry:
            self.multiply_adds[self.place] += flop_registry[operation](*args, **(kwargs or {}), out_val=out) // 2
        tensors = [t for value in given.values() for t in (value if isinstance(value, list | tuple) else [value])
                   if isinstance(t, torch.Tensor)]
        known = [self.reached[t] for t in tensors if t in self.reached]
        if known:
            weighted = operation in flop_registry and len(known) < len(tensors)
            for result in out if isinstance(out, list | tuple) else [out]:
                if isinstance(result, torch.Tensor):
                    x = next(t for t in tensors if t in self.reached)
                    self.reached[result] = _follow(operation.__name__, given, x, result, _widest(known), weighted)
        return out


def _widest(known):
    depth = max(r.depth for r in known)
    if any(r.field is None for r in known) or len({len(r.field) for r in known}) > 1:
        return Reach(depth, None, None)
    return Reach(depth, tuple(map(max, zip(*(r.field for r in known)))), tuple(map(max, zip(*(r.jump for r in known)))))


def _follow(name, given, x, out, reach, weighted):
    """The Reach of `out`, the result of operation `name` on x, whose Reach is known."""
    windows = None if reach.field is None else _windows(name, given, x, out, len(reach.field))
    if windows is None:
        return Reach(reach.depth + weighted, None, None)
    field = tuple(f + (size - 1) * j for f, j, (size, _) in zip(reach.field, reach.jump, windows))
    return Reach(reach.depth + weighted, field, tuple(j * step for j, (_, step) in zip(reach.jump, windows)))


def _windows(name, given, x, out, axes):
    """For each axis of the image: how many entries of x one of `out` sees, and the step to the next one. None if no image."""
    before, after = x.shape[-axes:], out.shape[-axes:]
    if name == "convolution" and given["transposed"]:
        return [(math.ceil(k / s), 1 / s) for k, s in zip(given["weight"].shape[2:], _each(given["stride"], axes))]
    if name == "convolution":
        return _sliding(given["weight"].shape[2:], given["stride"], given["dilation"], axes)
    if "adaptive" in name:
        return [(math.ceil(b / a), b / a) for b, a in zip(before, after)]
    if name.startswith(("upsample", "max_unpool")):
        return [(2 if "linear" in name else 1, b / a) for b, a in zip(before, after)]
    if "pool" in name:
        return _sliding(given["kernel_size"], given.get("stride") or given["kernel_size"], given.get("dilation", 1), axes)
    if x.ndim == 2:             # flat features, which see the whole image already
        return [(1, 1)] * axes
    flattened, averaged = out.ndim == 2 and len(out) == len(x), out.ndim == x.ndim and after == (1,) * axes
    if flattened or averaged:   # together they see all of it
        return [(size, size) for size in before]
    if "slice" in name:
        sliced = given.get("dim", 0) % x.ndim - (x.ndim - axes)
        return [(1, given.get("step", 1) if axis == sliced else 1) for axis in range(axes)]
    if "pad" in name or (after == before and out.ndim > 2 and name not in ("transpose", "permute", "bmm")):
        return [(1, 1)] * axes  # place by place
    return None                 # tokens, graphs, ...: positions are no pixels any more


def _sliding(size, stride, dilation, axes):
    return [(d * (k - 1) + 1, s) for k, s, d in zip(*(_each(option, axes) for option in (size, stride, dilation)))]


def _each(option, axes):
    """An option for each axis of the image; of a longer one the last ones count, a shorter one holds for all."""
    option = list(option) if isinstance(option, list | tuple | torch.Size) else [option]
    return (option * axes if len(option) == 1 else option)[-axes:]
