"""The torch operations that write in place or call kernels take parameters too, and leave no graph behind."""

import pytest
import torch

from dl_helpers.registry import attention, graphs, sequences
from dl_helpers.registry.op import as_tuple

OPS = [op for op in (*attention.OPS, *graphs.OPS, *sequences.OPS) if not op.name.startswith(("temporal", "rotary"))]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("op", [op for op in OPS if not op.name.endswith("_step")], ids=str)
def test_arrays_may_be_parameters(op, dtype, rng):
    inputs = {name: torch.as_tensor(a) for name, a in op.inputs(rng).items()}
    inputs = {name: a.to(dtype) if a.is_floating_point() else a for name, a in inputs.items()}
    expected, cache = op.forward("torch")(**inputs)
    dout = torch.ones_like(expected)
    expected_grads = op.backward("torch")(dout, cache, op.differentiable(op.inputs(rng)))
    parameters = {name: torch.nn.Parameter(a) if a.is_floating_point() else a for name, a in inputs.items()}
    out, cache = op.forward("torch")(**parameters)
    grads = op.backward("torch")(dout, cache, list(expected_grads))
    for a, b in zip((*as_tuple(out), *grads.values()), (*as_tuple(expected), *expected_grads.values()), strict=True):
        assert not a.requires_grad
        assert torch.equal(a, b)
