"""Every torch operation stays on the device of its inputs and never waits to look at a number there.

A meta tensor has a shape, a dtype and a device, and no numbers: reading one raises, and so does mixing it with another device.
"""

import pytest
import torch

from dl_helpers.registry import REGISTRY
from dl_helpers.registry.op import as_tuple, each


@pytest.mark.parametrize("op", REGISTRY, ids=str)
def test_operations_run_without_numbers_to_look_at(op, rng):
    arrays = op.inputs(rng)
    inputs = {name: torch.as_tensor(a).to("meta") for name, a in arrays.items()}
    out, cache = op.forward("torch")(**inputs)
    grads = op.backward("torch")(each(torch.ones_like, out), cache, op.differentiable(arrays))
    assert all(a.is_meta for a in as_tuple(out))
    for name, grad in grads.items():
        assert (grad.shape, grad.dtype, grad.is_meta) == (inputs[name].shape, inputs[name].dtype, True), f"d{name}"
