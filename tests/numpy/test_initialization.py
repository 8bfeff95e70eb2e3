"""Initial weights by formula, by statistics and by what they are for."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from dl_helpers import numpy as ops
from dl_helpers.numpy import initialization as init
from dl_helpers.torch import initialization as torch_init

AFFINE, CONV = (300, 200), (40, 30, 5, 3)

# scheme -> the variance it promises for given fans
VARIANCES = {
    "xavier_normal": lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    "xavier_uniform": lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    "kaiming_normal": lambda fan_in, fan_out: 2 / fan_in,
    "kaiming_uniform": lambda fan_in, fan_out: 2 / fan_in,
    "lecun_normal": lambda fan_in, fan_out: 1 / fan_in,
    "lecun_uniform": lambda fan_in, fan_out: 1 / fan_in,
}


@pytest.fixture(params=["numpy", "torch"])
def draw(request):
    """draw(scheme, shape, **options) with either backend, as a NumPy array."""
    if request.param == "numpy":
        return lambda scheme, shape, **options: getattr(init, scheme)(shape, np.random.default_rng(7), **options)
    return lambda scheme, shape, **options: getattr(torch_init, scheme)(
        shape, torch.Generator().manual_seed(7), **options).numpy()


@pytest.mark.parametrize("shape, expected", [((3, 5), (3, 5)), ((8, 3, 5, 2), (30, 80)), ((6, 4, 3), (12, 18))])
def test_fans(shape, expected):
    assert init.fans(shape) == torch_init.fans(shape) == expected


@pytest.mark.parametrize("shape", [(3, 5), (8, 3, 5, 2)])
def test_fans_are_torchs_up_to_the_order_of_affine_weights(shape):
    as_torch = shape[::-1] if len(shape) == 2 else shape
    assert init.fans(shape) == torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(as_torch))


@pytest.mark.parametrize("shape", [AFFINE, CONV])
@pytest.mark.parametrize("scheme", VARIANCES)
def test_mean_and_variance(draw, scheme, shape):
    w = draw(scheme, shape)
    variance = VARIANCES[scheme](*init.fans(shape))
    assert w.shape == shape
    assert w.mean() == pytest.approx(0, abs=5 * np.sqrt(variance / w.size))
    assert w.var() == pytest.approx(variance, rel=0.04)
    if scheme.endswith("uniform"):
        bound = np.sqrt(3 * variance)
        assert 0.99 * bound < np.abs(w).max() <= bound


def test_kaiming_knows_the_slope_and_the_direction(draw):
    assert draw("kaiming_normal", AFFINE, slope=1.0).var() == pytest.approx(1 / 300, rel=0.04)
    assert draw("kaiming_normal", AFFINE, mode="fan_out").var() == pytest.approx(2 / 200, rel=0.04)
    assert draw("xavier_normal", AFFINE, gain=3.0).var() == pytest.approx(9 * 2 / 500, rel=0.04)


def test_normal_has_the_deviation_asked_for(draw):
    assert draw("normal", (500, 400), std=0.3).std() == pytest.approx(0.3, rel=0.01)
    assert (draw("normal", (3, 4), std=0) == 0).all()


@pytest.mark.parametrize("shape", [(6, 6), (7, 4), (4, 7), (5, 3, 2, 2)])
def test_orthogonal(draw, shape):
    w = draw("orthogonal", shape, gain=2.0).reshape(shape[0], -1)
    short = w if w.shape[0] <= w.shape[1] else w.T
    assert_allclose(short @ short.T, 4 * np.eye(len(short)), atol=1e-12)


def test_orthogonal_prefers_no_direction():
    """Without the signs of R, the diagonal of Q would lean to one side."""
    rng = np.random.default_rng(1)
    diagonals = np.array([np.diag(init.orthogonal((4, 4), rng)) for _ in range(600)])
    assert_allclose(diagonals.mean(axis=0), 0, atol=0.09)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtype(dtype):
    for scheme in [*VARIANCES, "normal", "orthogonal"]:
        assert getattr(init, scheme)((4, 3), np.random.default_rng(0), dtype=dtype).dtype == dtype
        w = getattr(torch_init, scheme)((4, 3), torch.Generator().manual_seed(0), dtype=getattr(torch, dtype))
        assert w.dtype == getattr(torch, dtype)
    assert init.zeros(3, dtype=dtype).dtype == dtype
    assert torch_init.zeros(3, dtype=getattr(torch, dtype)).dtype == getattr(torch, dtype)


def test_zeros():
    assert_allclose(init.zeros((2, 3)), np.zeros((2, 3)))
    assert_allclose(torch_init.zeros((2, 3)).numpy(), np.zeros((2, 3)))


@pytest.mark.parametrize("scheme, activation, depth_keeps", [
    ("kaiming_normal", ops.relu_forward, True), ("xavier_normal", ops.relu_forward, False),
    ("lecun_normal", lambda x: (x, None), True), ("orthogonal", lambda x: (x, None), True),
])
def test_signals_through_thirty_layers(scheme, activation, depth_keeps):
    rng = np.random.default_rng(5)
    x = rng.normal(size=(64, 256))
    out = x
    for _ in range(30):
        out, _ = activation(out @ getattr(init, scheme)((256, 256), rng))
    ratio = np.square(out).mean() / np.square(x).mean()
    assert 0.2 < ratio < 5 if depth_keeps else ratio < 1e-6


@pytest.mark.parametrize("call, message", [
    (lambda rng: init.xavier_normal((3,), rng), "fans: shape is (3,); expected (D, M) or (F, C, KH, KW)"),
    (lambda rng: init.kaiming_normal((3, 4), rng, mode="in"), "kaiming_normal: mode is 'in'; expected one of"),
    (lambda rng: init.normal((3, 4), rng, std=-1), "normal: std is -1; expected a number ≥ 0"),
])
def test_refusals(call, message, rng):
    with pytest.raises(ValueError) as refusal:
        call(rng)
    assert message in str(refusal.value)
