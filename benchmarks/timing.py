"""What the measurements share: inputs, calls to compare, clocks, tables."""

import json
import math
import platform
import time
import tracemalloc
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import numpy as np
import threadpoolctl
import torch

from dl_helpers.registry import REGISTRY
from dl_helpers.registry.op import as_tuple


def cases(only=""):
    """(operation, words, inputs in float32) for each benchmark case of each operation whose name contains `only`."""
    for op in REGISTRY:
        if only in op.name:
            for words, inputs in op.benchmarks.items():
                rng = np.random.default_rng(20)
                yield op, ", ".join(filter(None, [op.variant, words])), _float32(inputs(rng))


def explicit(op, inputs, dout, backend):
    """A call of forward and backward of one of our backends: () -> (out, gradients by name)."""
    forward, backward, names = op.forward(backend), op.backward(backend), list(gradient_names(op, inputs))

    def call():
        out, cache = forward(**inputs)
        return out, backward(dout, cache, names)

    return call


def autograd(op, inputs, dout):
    """The same by torch's own operation and autograd: () -> (out, gradients by name)."""
    leaves = {name: inputs[name].detach().requires_grad_() for name in gradient_names(op, inputs)}

    def call():
        out = op.torch(**{**inputs, **leaves}, **op.options)
        return out, dict(zip(leaves, torch.autograd.grad(out, list(leaves.values()), dout)))

    return call


def gradient_names(op, inputs):
    """The arguments that both sides give gradients for."""
    def is_float(value):
        return hasattr(value, "dtype") and "float" in str(value.dtype)
    return op.gradients or [name for name, value in inputs.items() if is_float(value)]


def tensors(inputs, device="cpu"):
    """The arrays of a dict as torch tensors of their own."""
    return {k: torch.tensor(v, device=device) if isinstance(v, np.ndarray) else v for k, v in inputs.items()}


def check_equal(ours, theirs, words):
    """Raise AssertionError when two calls differ by more than float32 rounding, measured by the largest entry."""
    (out, grads), (reference, reference_grads) = ours(), theirs()
    outs = [("out", *pair) for pair in zip(as_tuple(out), as_tuple(reference), strict=True)]
    for name, ours, theirs in [*outs, *((f"d{k}", v, reference_grads[k]) for k, v in grads.items())]:
        ours, theirs = (np.asarray(v.detach().cpu() if torch.is_tensor(v) else v) for v in (ours, theirs))
        tolerance = 1e-4 * max(1e-6, np.abs(theirs).max(initial=0))
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=tolerance, err_msg=f"{words}: {name}")


def interleaved(ours, theirs, repeats, clock=time.perf_counter):
    """The median seconds of each of two calls by a clock, and the median of the ratios ours / theirs.

    They take turns (A B A B ...), and each ratio is that of neighbours: what slows the machine for a while slows both.
    """
    for call in (ours, theirs) * 2:
        call()
    pairs = [(_seconds(ours, clock), _seconds(theirs, clock)) for _ in range(repeats)]
    return *map(median, zip(*pairs)), median(a / b for a, b in pairs)


def _seconds(call, clock):
    start = clock()
    result = call()
    del result                                             # a program frees what it has used: so it counts
    return clock() - start


def clock_for(threads):
    """The clock that fits: with one thread the processor time, in which other programs on the machine do not count."""
    return time.process_time if threads == 1 else time.perf_counter


def peak_memory(call):
    """The most bytes that NumPy held at once during a call, its results among them, beyond what was there before."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        call()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def geometric_mean(values):
    return math.exp(math.fsum(map(math.log, values)) / len(values))


@contextmanager
def threads(count):
    """The same number of threads for NumPy's BLAS and for torch."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        with threadpoolctl.threadpool_limits(count):
            yield
    finally:
        torch.set_num_threads(before)


def machine():
    """What the numbers depend on: versions, processor, and the BLAS kernels that NumPy chose for it."""
    blas = [f"{p['internal_api']} {p['version']} {p.get('architecture', '')}".strip()
            for p in threadpoolctl.threadpool_info() if p["user_api"] == "blas"]
    return {"numpy": np.__version__, "torch": torch.__version__, "blas": ", ".join(dict.fromkeys(blas)),
            "torch_cpu": torch.backends.cpu.get_cpu_capability(), "machine": platform.machine(), "processor": _processor()}


def save(path: Path, results: dict):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _float32(inputs):
    def convert(v):
        return v.astype(np.float32) if isinstance(v, np.ndarray) and v.dtype.kind == "f" else v
    return {name: convert(value) for name, value in inputs.items()}


def _processor():
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor()
