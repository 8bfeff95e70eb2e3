"""What must hold for every operation whatever the numbers are and however they lie in memory."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dl_helpers.registry import REGISTRY
from dl_helpers.registry.op import as_tuple
from tests.registry.test_operations import as_dtype, as_tensors, each

every_op = pytest.mark.parametrize("op", REGISTRY, ids=str)
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=5, deadline=None)


def results(op, backend, inputs, dout_of):
    """The outputs and the gradients by name, as NumPy arrays; dout_of: an output -> its dout."""
    out, cache = op.forward(backend)(**inputs)
    names = op.differentiable({k: np.asarray(v) if torch.is_tensor(v) else v for k, v in inputs.items()})
    grads = op.backward(backend)(each(dout_of, out), cache, names)
    outs = {f"out[{k}]": o for k, o in enumerate(as_tuple(out))}
    return {name: np.asarray(value) for name, value in {**outs, **{f"d{k}": v for k, v in grads.items()}}.items()}


def spread(array):
    """The same array as every second entry of a larger one."""
    if np.ndim(array) == 0:
        return array
    wide = np.zeros(array.shape[:-1] + (2 * array.shape[-1],), dtype=array.dtype)
    wide[..., ::2] = array
    return wide[..., ::2]


LAYOUTS = {"every second entry": spread, "columns first": np.asfortranarray, "backwards": lambda a: np.flip(np.flip(a).copy())}


@every_op
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_layout_in_memory_does_not_matter(op, layout, backend, rng):
    if (backend, layout) == ("torch", "backwards"):
        layout = "columns first"       # torch has no negative strides
    inputs = op.inputs(rng)
    arrays = {k: v for k, v in inputs.items() if isinstance(v, np.ndarray)}
    moved = inputs | {k: LAYOUTS[layout](v) if v.ndim else v for k, v in arrays.items()}

    def dout_of(lay):
        return lambda out: lay(np.cos(np.arange(np.size(out), dtype=float)).reshape(np.shape(out)))

    def tensor(a):
        return torch.from_numpy(np.asarray(a))

    if backend == "torch":
        inputs = {k: tensor(v) if k in arrays else v for k, v in inputs.items()}
        moved = {k: tensor(v) if k in arrays else v for k, v in moved.items()}
        expected = results(op, backend, inputs, lambda out: tensor(dout_of(np.asarray)(out.numpy())))
        actual = results(op, backend, moved, lambda out: tensor(dout_of(LAYOUTS[layout])(out.numpy())))
    else:
        expected = results(op, backend, inputs, dout_of(np.asarray))
        actual = results(op, backend, moved, dout_of(LAYOUTS[layout]))
    for name, value in expected.items():
        np.testing.assert_allclose(actual[name], value, rtol=1e-10, atol=1e-12, err_msg=f"{op}: {name}")


@every_op
@few
@given(seed=seeds)
def test_backends_agree_on_any_numbers(op, seed):
    inputs = op.inputs(np.random.default_rng(seed))
    expected = results(op, "numpy", inputs, lambda out: out * 0 + 1)
    actual = results(op, "torch", as_tensors(inputs), lambda out: out * 0 + 1)
    for name, value in expected.items():
        np.testing.assert_allclose(actual[name], value, rtol=1e-9, atol=1e-11, err_msg=f"{op}: {name}")


@every_op
@few
@given(seed=seeds, factor=st.floats(-3, 3))
def test_backward_is_linear_in_dout(op, seed, factor):
    inputs = op.inputs(np.random.default_rng(seed))
    once = results(op, "numpy", inputs, lambda out: out * 0 + 1)
    times = results(op, "numpy", inputs, lambda out: out * 0 + factor)
    for name in (name for name in once if name.startswith("d")):
        np.testing.assert_allclose(times[name], factor * once[name], rtol=1e-9, atol=1e-11, err_msg=f"{op}: {name}")


@every_op
def test_half_the_digits_change_little(op, rng):
    """float32 gives float64's results to the digits that it has."""
    inputs = op.inputs(rng)
    single = as_dtype(inputs, np.float32)
    double = as_dtype(single, np.float64)
    expected = results(op, "numpy", double, lambda out: out * 0 + 1)
    for name, value in results(op, "numpy", single, lambda out: out * 0 + 1).items():
        scale = np.abs(expected[name]).max(initial=1.0)
        np.testing.assert_allclose(value, expected[name], rtol=1e-4, atol=1e-5 * scale, err_msg=f"{op}: {name}")


@pytest.mark.parametrize("op", [op for op in REGISTRY if any(isinstance(v, float) for v in op.options.values())], ids=str)
def test_an_option_from_an_array_does_not_widen_float32(op, rng):
    options = {k: np.float64(v) if isinstance(v, float) else v for k, v in op.options.items()}
    out, cache = replace(op, options=options).forward()(**as_dtype(op.inputs(rng), np.float32))
    assert out.dtype == np.float32


EMPTY_BATCHES = {
    "relu": ["x"], "leaky_relu": ["x"], "prelu": ["x"], "elu": ["x"], "softplus": ["x"], "sigmoid": ["x"], "tanh": ["x"],
    "gelu": ["x"], "maxout": ["x"], "softmax": ["x"], "log_softmax": ["x"], "dropout": ["x", "mask"], "embedding": ["ids"],
    "affine": ["x"], "layer_norm": ["x"], "group_norm": ["x"], "instance_norm": ["x"],
}


@pytest.mark.parametrize("op", [op for op in REGISTRY if op.name in EMPTY_BATCHES], ids=str)
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_an_empty_batch_passes_through_a_layer(op, backend, rng, recwarn):
    """No rows in, no rows out, and no gradient for the parameters. (A loss refuses it: tests/numpy/test_losses.py.)"""
    inputs = op.inputs(rng)
    inputs |= {name: inputs[name][:0] for name in EMPTY_BATCHES[op.name] if name in inputs}
    actual = results(op, backend, inputs if backend == "numpy" else as_tensors(inputs), lambda out: out * 0 + 1)
    assert len(actual.pop("out[0]")) == 0
    for name, gradient in actual.items():
        assert gradient.shape == inputs[name.removeprefix("d")].shape
        np.testing.assert_array_equal(gradient, 0)
    assert not recwarn.list
