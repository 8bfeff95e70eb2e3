"""Beyond the registry's parity tests: tensors in any memory order, empty batches, and the same refusals as on NumPy arrays."""

import numpy as np
import pytest
import torch

import dl_helpers.numpy
import dl_helpers.torch
from dl_helpers.registry import convolution, pooling
from tests.registry.test_operations import as_tensors

OPS = [op for op in convolution.OPS + pooling.OPS if not op.variant]
each = pytest.mark.parametrize("op", OPS, ids=str)


@each
def test_memory_order_does_not_matter(op, rng):
    inputs = as_tensors(op.inputs(rng))
    strange = inputs | {"x": inputs["x"].transpose(0, -1).contiguous().transpose(0, -1)}
    out, cache = op.forward("torch")(**inputs)
    strange_out, strange_cache = op.forward("torch")(**strange)
    torch.testing.assert_close(strange_out, out)
    dout = torch.from_numpy(rng.normal(size=out.shape[::-1]).T)
    names = op.differentiable(op.inputs(rng))
    grads, strange_grads = (op.backward("torch")(dout, c, names) for c in (cache, strange_cache))
    torch.testing.assert_close(strange_grads, grads)


@each
def test_an_empty_batch_stays_empty(op, rng):
    inputs = as_tensors(op.inputs(rng))
    empty = inputs | {name: inputs[name][:0] for name in ("x", "indices") if name in inputs}
    out, cache = op.forward("torch")(**empty)
    grads = op.backward("torch")(out, cache, op.differentiable(op.inputs(rng)))
    assert out.shape[0] == 0 and grads["x"].shape == empty["x"].shape
    assert all(torch.all(grads[name] == 0) for name in grads)


@pytest.mark.parametrize("name, arrays, options", [
    ("conv2d", [(4, 1, 8, 8), (6, 3, 5, 5), (6,)], {}),
    ("conv2d", [(4, 3, 4, 8), (6, 3, 5, 5), (6,)], {}),
    ("conv1d", [(4, 3, 8), (6, 3, 5), (7,)], {}),
    ("conv_transpose2d", [(4, 3, 8, 8), (3, 2, 3, 3), (2,)], dict(stride=2, output_padding=2)),
    ("max_pool2d", [(4, 3, 8, 8)], dict(size=9)),
    ("upsample_nearest", [(4, 3, 8, 8)], dict(scale=0.5)),
])  # fmt: skip
def test_both_backends_refuse_in_the_same_words(name, arrays, options):
    messages = []
    for backend, zeros in [(dl_helpers.numpy, np.zeros), (dl_helpers.torch, torch.zeros)]:
        with pytest.raises(ValueError) as refused:
            getattr(backend, f"{name}_forward")(*map(zeros, arrays), **options)
        messages.append(str(refused.value))
    assert messages[0] == messages[1]
