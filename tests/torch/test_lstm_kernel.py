"""oneDNN's kernel, which the LSTM uses in single precision on a CPU, against the steps in double precision."""

import numpy as np
import pytest
import torch

import dl_helpers.torch as ops
from dl_helpers.registry.sequences import recurrent


@pytest.mark.parametrize("mode", [torch.enable_grad, torch.no_grad, torch.inference_mode])
def test_the_kernel_is_independent_of_the_mode_of_autograd(mode, rng):
    inputs = {key: torch.from_numpy(a).float() for key, a in recurrent(rng, 2, 3, 4, 5, gates=4, cell=True).items()}
    expected = ops.lstm_forward(**inputs)[0]
    inputs["wh"].requires_grad_()
    with mode():
        out, cache = ops.lstm_forward(**inputs)
        grads = ops.lstm_backward(out, cache)
    assert torch.equal(out, expected)
    assert not any(a.requires_grad for a in (out, *grads))


@pytest.mark.parametrize("n, t, d, h", [(3, 6, 4, 5), (1, 1, 1, 1), (5, 1, 2, 3), (2, 9, 16, 32)])
def test_the_kernel_gives_what_the_steps_give(n, t, d, h, rng):
    inputs = {key: torch.from_numpy(a) for key, a in recurrent(rng, n, t, d, h, gates=4, cell=True).items()}
    inputs["x"] = inputs["x"].transpose(0, 1).contiguous().transpose(0, 1)              # not contiguous
    dout = torch.from_numpy(rng.normal(size=(n, t, h)))
    out, cache = ops.lstm_forward(**inputs)
    out_32, cache_32 = ops.lstm_forward(**{key: a.float() for key, a in inputs.items()})
    _, in_one_call, _ = cache_32
    assert in_one_call == torch.backends.mkldnn.is_available()
    np.testing.assert_allclose(out_32, out, rtol=1e-4, atol=1e-5)
    grads, grads_32 = ops.lstm_backward(dout, cache), ops.lstm_backward(dout.float(), cache_32)
    for name, grad, grad_32 in zip(inputs, grads, grads_32, strict=True):
        assert grad_32.shape == inputs[name].shape and grad_32.dtype == torch.float32
        np.testing.assert_allclose(grad_32, grad, rtol=1e-3, atol=1e-4, err_msg=f"d{name}")
    gates, gates_32 = ops.lstm_gates(cache), ops.lstm_gates(cache_32)
    for name, gate in gates.items():
        np.testing.assert_allclose(gates_32[name], gate, rtol=1e-4, atol=1e-5, err_msg=name)


def test_both_ways_of_the_torch_lstm_can_be_run_backward_twice(rng):
    for dtype in (torch.float32, torch.float64):
        inputs = {key: torch.from_numpy(a).to(dtype) for key, a in recurrent(rng, 2, 3, 4, 5, gates=4, cell=True).items()}
        out, cache = ops.lstm_forward(**inputs)
        for a, b in zip(ops.lstm_backward(out, cache), ops.lstm_backward(out, cache), strict=True):
            assert torch.equal(a, b)
