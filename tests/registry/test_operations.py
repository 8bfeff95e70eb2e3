"""What must hold for every operation of the registry."""

import inspect

import numpy as np
import pytest
import torch

import dl_helpers.numpy
import dl_helpers.torch
from dl_helpers.registry import REGISTRY
from dl_helpers.registry.op import as_tuple, each
from tests.registry.differences import central_difference

every_op = pytest.mark.parametrize("op", REGISTRY, ids=str)


def arrays_of(inputs):
    return {k: v for k, v in inputs.items() if isinstance(v, np.ndarray)}


def as_dtype(inputs, dtype):
    return {k: v.astype(dtype) if isinstance(v, np.ndarray) and v.dtype.kind == "f" else v for k, v in inputs.items()}


def as_tensors(inputs):
    return {k: torch.from_numpy(v.copy()) if isinstance(v, np.ndarray) else v for k, v in inputs.items()}


def assert_close(actual, expected, **options):
    for a, e in zip(as_tuple(actual), as_tuple(expected), strict=True):
        np.testing.assert_allclose(a, e, **options)


def run(op, inputs, rng):
    """Forward and backward with a random dout; returns out, dout and the gradients by name."""
    out, cache = op.forward()(**inputs)
    dout = each(lambda o: np.asarray(rng.normal(size=np.shape(o)), dtype=np.asarray(o).dtype)[()], out)
    return out, dout, op.backward()(dout, cache, op.differentiable(inputs))


@every_op
def test_backward_is_the_gradient(op, rng):
    inputs = op.inputs(rng)
    out, dout, grads = run(op, inputs, rng)
    for name, analytic in grads.items():
        numeric = central_difference(op, inputs, name, dout)
        np.testing.assert_allclose(analytic, numeric, rtol=1e-6, atol=1e-8, err_msg=f"{op}: d{name}")
        assert analytic.shape == inputs[name].shape


@every_op
def test_torch_backend_gives_the_same_results(op, rng):
    inputs = op.inputs(rng)
    out, dout, grads = run(op, inputs, rng)
    tensors = as_tensors(inputs)
    torch_out, cache = op.forward("torch")(**tensors)
    torch_grads = op.backward("torch")(each(torch.as_tensor, dout), cache, op.differentiable(inputs))
    assert_close(torch_out, out, rtol=1e-12, atol=1e-12)
    for name, grad in torch_grads.items():
        np.testing.assert_allclose(grad.numpy(), grads[name], rtol=1e-10, atol=1e-12, err_msg=f"{op}: d{name}")


@every_op
def test_torch_autograd_gives_the_same_results(op, rng):
    if op.torch is None:
        pytest.fail(f"{op} names no torch operation to compare with")
    inputs = op.inputs(rng)
    out, dout, grads = run(op, inputs, rng)
    tensors = as_tensors(inputs)
    for name in grads:
        tensors[name].requires_grad_()
    reference = op.torch(**tensors, **op.options)
    assert_close(out, each(lambda o: o.detach().numpy(), reference), rtol=1e-12, atol=1e-12)
    torch.autograd.backward(reference, each(torch.as_tensor, dout))
    for name, grad in grads.items():
        np.testing.assert_allclose(grad, tensors[name].grad.numpy(), rtol=1e-10, atol=1e-12, err_msg=f"{op}: d{name}")


@every_op
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_float32_stays_float32(op, backend, rng):
    inputs = as_dtype(op.inputs(rng), np.float32)
    if backend == "torch":
        inputs = as_tensors(inputs)
    out, cache = op.forward(backend)(**inputs)
    dout = each(lambda o: o * 0 + 1, out)
    grads = op.backward(backend)(dout, cache, op.differentiable(op.inputs(rng)))
    outs = {f"out[{k}]": o for k, o in enumerate(as_tuple(out))}
    for name, value in {**outs, **grads}.items():
        assert str(value.dtype).endswith("float32"), f"{op}: {name} is {value.dtype}"


@every_op
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_inputs_are_not_modified(op, backend, rng):
    inputs = op.inputs(rng)
    given = inputs if backend == "numpy" else as_tensors(inputs)
    before = {k: np.array(v) for k, v in arrays_of(inputs).items()}
    out, cache = op.forward(backend)(**given)
    dout = each(lambda o: o * 0 + 1, out)
    dout_before = each(lambda d: np.array(d.tolist()), dout)
    op.backward(backend)(dout, cache, op.differentiable(inputs))
    for name, value in before.items():
        np.testing.assert_array_equal(np.asarray(given[name]), value, err_msg=f"{op} modifies {name}")
    assert_close(dout, dout_before, rtol=0, atol=0, err_msg=f"{op} modifies dout")


@every_op
def test_docstrings_give_formula_and_shapes(op):
    for backend in (dl_helpers.numpy, dl_helpers.torch):
        for half in ("forward", "backward"):
            function = getattr(backend, f"{op.name}_{half}")
            text = inspect.getdoc(function)
            assert text, f"{function.__name__} has no docstring"
            assert "(" in text and "=" in text, f"{function.__name__}: the docstring gives no formula or no shapes"


@every_op
def test_a_list_is_refused_with_advice(op, rng):
    inputs = op.inputs(rng)
    name = next(iter(arrays_of(inputs)))
    with pytest.raises(TypeError, match=rf"{op.name}_forward: {name} is a list; expected an array"):
        op.forward()(**inputs | {name: inputs[name].tolist()})


def test_every_operation_has_a_benchmark():
    measured = {op.name for op in REGISTRY if op.benchmarks}
    assert {op.name for op in REGISTRY} == measured


def test_both_backends_offer_the_same_names():
    assert set(dl_helpers.numpy.__all__) == set(dl_helpers.torch.__all__)


def test_every_operation_is_in_the_registry():
    public = {name.removesuffix("_forward") for name in dl_helpers.numpy.__all__ if name.endswith("_forward")}
    assert public == {op.name for op in REGISTRY}
