"""Every layer against torch's module of the same weights: what it puts out, and all its gradients."""

import numpy as np
import pytest
import torch
from torch import nn as torch_nn

from dl_helpers.numpy import nn

RNG = np.random.default_rng(4)
f64 = dict(dtype=np.float64)


def linear(layer):
    module = torch_nn.Linear(*layer.w.shape)
    return module, {module.weight: layer.w.T, module.bias: layer.b}, {"w": lambda: module.weight.grad.T, "b": module.bias}


def direct(module, **names):
    """A module whose parameters are the layer's, under other names."""
    def build(layer):
        return (module, {getattr(module, theirs): getattr(layer, ours) for ours, theirs in names.items()},
                {ours: getattr(module, theirs) for ours, theirs in names.items()})
    return build


def recurrent(module, order):
    """torch keeps the weights transposed, has two biases, and its gates in an order of its own."""
    def build(layer):
        h = layer.hidden

        def to_torch(a):
            return np.concatenate([a[..., g * h:(g + 1) * h] for g in order], axis=-1).T

        def from_torch(a):
            blocks = {g: a.numpy()[k * h:(k + 1) * h] for k, g in enumerate(order)}
            return np.concatenate([blocks[g] for g in range(len(order))]).T

        b_hidden = getattr(layer, "bh", np.zeros_like(layer.b))
        weights = {module.weight_ih_l0: to_torch(layer.wx), module.weight_hh_l0: to_torch(layer.wh),
                   module.bias_ih_l0: to_torch(layer.b), module.bias_hh_l0: to_torch(b_hidden)}
        grads = {"wx": lambda: from_torch(module.weight_ih_l0.grad), "wh": lambda: from_torch(module.weight_hh_l0.grad),
                 "b": lambda: from_torch(module.bias_ih_l0.grad), "bh": lambda: from_torch(module.bias_hh_l0.grad)}
        return module, weights, grads
    return build


def trained(norm):
    """A norm whose γ and β have moved: at 1 and 0, exchanging or forgetting one would go unnoticed."""
    norm.gamma += RNG.normal(size=norm.gamma.shape)
    norm.beta += RNG.normal(size=norm.beta.shape)
    return norm


GAMMA_BETA = dict(gamma="weight", beta="bias")
CASES = {
    "Affine": (nn.Affine(5, 4, RNG, **f64), linear, (7, 5)),
    "TemporalAffine": (nn.TemporalAffine(5, 4, RNG, **f64), linear, (7, 3, 5)),
    "ReLU": (nn.ReLU(), direct(torch_nn.ReLU()), (7, 5)),
    "LeakyReLU": (nn.LeakyReLU(0.2), direct(torch_nn.LeakyReLU(0.2)), (7, 5)),
    "PReLU": (nn.PReLU(5, **f64), direct(torch_nn.PReLU(5), slope="weight"), (7, 5, 3)),
    "ELU": (nn.ELU(0.7), direct(torch_nn.ELU(0.7)), (7, 5)),
    "Softplus": (nn.Softplus(), direct(torch_nn.Softplus()), (7, 5)),
    "Sigmoid": (nn.Sigmoid(), direct(torch_nn.Sigmoid()), (7, 5)),
    "Tanh": (nn.Tanh(), direct(torch_nn.Tanh()), (7, 5)),
    "GELU": (nn.GELU("tanh"), direct(torch_nn.GELU("tanh")), (7, 5)),
    "Conv2d": (nn.Conv2d(3, 4, 3, RNG, stride=2, padding=1, **f64),
               direct(torch_nn.Conv2d(3, 4, 3, stride=2, padding=1), w="weight", b="bias"), (2, 3, 7, 6)),
    "Conv2d, grouped and dilated": (nn.Conv2d(4, 6, (3, 2), RNG, dilation=2, groups=2, **f64),
                                    direct(torch_nn.Conv2d(4, 6, (3, 2), dilation=2, groups=2), w="weight", b="bias"),
                                    (2, 4, 7, 6)),
    "MaxPool2d": (nn.MaxPool2d(3, stride=2, padding=1), direct(torch_nn.MaxPool2d(3, 2, 1)), (2, 3, 7, 6)),
    "AvgPool2d": (nn.AvgPool2d(2), direct(torch_nn.AvgPool2d(2)), (2, 3, 6, 6)),
    "GlobalAvgPool2d": (nn.GlobalAvgPool2d(), direct(torch_nn.Sequential(torch_nn.AdaptiveAvgPool2d(1), torch_nn.Flatten())),
                        (2, 3, 5, 4)),
    "Flatten": (nn.Flatten(), direct(torch_nn.Flatten()), (2, 3, 5, 4)),
    "BatchNorm, rows": (trained(nn.BatchNorm(5, **f64)), direct(torch_nn.BatchNorm1d(5), **GAMMA_BETA), (7, 5)),
    "BatchNorm, images": (trained(nn.BatchNorm(3, **f64)), direct(torch_nn.BatchNorm2d(3), **GAMMA_BETA), (2, 3, 5, 4)),
    "LayerNorm": (trained(nn.LayerNorm(5, **f64)), direct(torch_nn.LayerNorm(5), **GAMMA_BETA), (2, 3, 5)),
    "GroupNorm": (trained(nn.GroupNorm(2, 4, **f64)), direct(torch_nn.GroupNorm(2, 4), **GAMMA_BETA), (2, 4, 5)),
    "RNN": (nn.RNN(5, 4, RNG, **f64), recurrent(torch_nn.RNN(5, 4, batch_first=True), (0,)), (2, 6, 5)),
    "LSTM": (nn.LSTM(5, 4, RNG, **f64), recurrent(torch_nn.LSTM(5, 4, batch_first=True), (0, 1, 3, 2)), (2, 6, 5)),
    "GRU": (nn.GRU(5, 4, RNG, **f64), recurrent(torch_nn.GRU(5, 4, batch_first=True), (0, 1, 2)), (2, 6, 5)),
}


@pytest.mark.parametrize("name", CASES)
def test_outputs_and_gradients_are_torchs(name, rng):
    layer, build, shape = CASES[name]
    module, weights, grads = build(layer)
    module.double()
    with torch.no_grad():
        for parameter, value in weights.items():
            parameter.copy_(torch.from_numpy(np.ascontiguousarray(value)))
    x = rng.normal(size=shape)
    x_torch = torch.from_numpy(x.copy()).requires_grad_()
    out, out_torch = layer(x), module(x_torch)
    out_torch = out_torch[0] if isinstance(out_torch, tuple) else out_torch
    np.testing.assert_allclose(out, out_torch.detach(), rtol=1e-9, atol=1e-12)
    dout = rng.normal(size=out.shape)
    dx = layer.backward(dout)
    out_torch.backward(torch.from_numpy(dout))
    np.testing.assert_allclose(dx, x_torch.grad, rtol=1e-8, atol=1e-11)
    for parameter, grad in zip(layer.learned, layer.gradients(), strict=True):
        expected = grads[parameter]
        expected = expected() if callable(expected) and not isinstance(expected, torch.Tensor) else expected.grad
        np.testing.assert_allclose(grad, expected, rtol=1e-8, atol=1e-11, err_msg=f"{name}: d{parameter}")


@pytest.mark.parametrize("name", [name for name, (layer, *_) in CASES.items() if layer.learned])
def test_the_gradients_of_the_parameters_alone_are_the_same(name, rng):
    layer, _, shape = CASES[name]
    out = layer(rng.normal(size=shape))
    dout = rng.normal(size=out.shape)
    layer.backward(dout)
    expected = layer.gradients()
    layer.backward_parameters(dout)
    for grad, same in zip(layer.gradients(), expected, strict=True):
        np.testing.assert_allclose(grad, same, rtol=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_float32_stays_float32(name, rng):
    layer, _, shape = CASES[name]
    doubles = {k: getattr(layer, k) for k in (*layer.learned, *layer.kept)}
    try:
        for k, value in doubles.items():
            setattr(layer, k, value.astype(np.float32))
        out = layer(rng.normal(size=shape).astype(np.float32))
        assert out.dtype == layer.backward(np.ones_like(out)).dtype == np.float32
        assert all(a.dtype == np.float32 for a in (*layer.gradients(), *layer.state_dict().values()))
    finally:
        for k, value in doubles.items():
            setattr(layer, k, value)


def test_embedding_is_torchs(rng):
    layer, ids = nn.Embedding(9, 4, rng), rng.integers(9, size=(3, 5))
    module = torch_nn.Embedding.from_pretrained(torch.from_numpy(layer.w.copy()), freeze=False)
    out, dout = layer(ids), rng.normal(size=(3, 5, 4)).astype(np.float32)
    assert layer.backward(dout) is None
    module(torch.from_numpy(ids)).backward(torch.from_numpy(dout))
    np.testing.assert_array_equal(out, layer.w[ids])
    np.testing.assert_allclose(layer.dw, module.weight.grad, rtol=1e-5)


def test_maxout_takes_the_largest_piece():
    x = np.array([[1.0, 5.0, 2.0, -3.0]])
    assert sorted(nn.Maxout(2)(x)[0]) in ([2.0, 5.0], [1.0, 5.0])
    assert nn.Maxout(4)(x).tolist() == [[5.0]]


def test_layers_start_where_torchs_start(rng):
    """Uniform in ±1/√fan_in: the variance is 1 / (3 fan_in)."""
    for layer, fan_in in (nn.Affine(400, 300, rng), 400), (nn.Conv2d(16, 64, 5, rng), 400), (nn.RNN(300, 400, rng), 400):
        w = layer.parameters()[0]
        assert np.abs(w).max() <= fan_in**-0.5
        assert w.var() == pytest.approx(1 / (3 * fan_in), rel=0.05)
    assert nn.LSTM(3, 4, rng).b[4:8].tolist() == [1, 1, 1, 1]


def test_dropout_drops_in_training_only(rng):
    x = np.ones((200, 100), np.float32)
    layer = nn.Dropout(0.25, rng)
    out = layer(x)
    assert (out == 0).mean() == pytest.approx(0.25, abs=0.01)
    assert out.mean() == pytest.approx(1, abs=0.01)
    np.testing.assert_array_equal(layer.backward(x), out)
    np.testing.assert_array_equal(layer.eval()(x), x)
    np.testing.assert_array_equal(layer.backward(x), x)


def test_batch_norm_uses_what_it_collected_as_torch_does(rng):
    ours, theirs = nn.BatchNorm(4, dtype=np.float64), torch_nn.BatchNorm1d(4).double()
    for _ in range(3):
        x = rng.normal(2, 3, size=(6, 4))
        ours(x), theirs(torch.from_numpy(x))
    np.testing.assert_allclose(ours.running_mean, theirs.running_mean)
    np.testing.assert_allclose(ours.running_var, theirs.running_var)
    before = ours.state_dict()
    np.testing.assert_allclose(ours.eval()(x), theirs.eval()(torch.from_numpy(x)).detach())
    assert all(np.array_equal(before[k], v) for k, v in ours.state_dict().items())


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_a_sequence_may_be_read_in_pieces(kind, rng):
    layer, x = kind(5, 4, rng, dtype=np.float64), rng.normal(size=(2, 6, 5))
    whole = layer(x)
    dx = layer.backward(np.ones_like(whole))
    first = layer(x[:, :2])
    second = layer.forward(x[:, 2:], *layer.state)
    np.testing.assert_allclose(np.concatenate([first, second], axis=1), whole, rtol=1e-12)
    np.testing.assert_allclose(layer.backward(np.ones_like(second)), dx[:, 2:], rtol=1e-10)
    assert [d.shape for d in layer.dstate] == [s.shape for s in layer.state] == [(2, 4)] * layer.states


def test_backward_needs_a_forward_pass(rng):
    with pytest.raises(RuntimeError, match="Affine: there was no forward pass"):
        nn.Affine(3, 2, rng).backward(np.ones((1, 2)))
    with pytest.raises(RuntimeError, match="CrossEntropyLoss: there was no forward pass"):
        nn.CrossEntropyLoss().backward()
