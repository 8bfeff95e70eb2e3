"""Schedules against torch.optim.lr_scheduler, clipping against torch.nn.utils."""

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler as scheduler

from dl_helpers.numpy.optim import clip_grad_norm, clip_grad_value, schedules


def rates_of_torch(make, steps, lr=0.3):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    schedule, rates = make(optimizer), []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return rates


@pytest.mark.parametrize("mine, theirs", [
    (schedules.step_decay(0.3, every=7, factor=0.5), lambda o: scheduler.StepLR(o, 7, 0.5)),
    (schedules.exponential(0.3, 0.95), lambda o: scheduler.ExponentialLR(o, 0.95)),
    (schedules.cosine(0.3, steps=39, lr_min=0.01), lambda o: scheduler.CosineAnnealingLR(o, 39, 0.01)),
    (schedules.inverse_time(0.3, 0.2), lambda o: scheduler.LambdaLR(o, lambda t: 1 / (1 + 0.2 * t))),
    (schedules.inverse_sqrt(0.3), lambda o: scheduler.LambdaLR(o, lambda t: (t + 1) ** -0.5)),
    (schedules.warm_up(schedules.cosine(0.3, steps=29), steps=10),
     lambda o: scheduler.SequentialLR(
         o, [scheduler.LinearLR(o, 0.1, total_iters=9), scheduler.CosineAnnealingLR(o, 29)], milestones=[10])),
], ids=["step", "exponential", "cosine", "inverse time", "inverse root", "warm-up"])
@pytest.mark.filterwarnings("ignore:The epoch parameter in `scheduler.step")
def test_the_rates_are_those_of_torch(mine, theirs):
    np.testing.assert_allclose([mine(t) for t in range(40)], rates_of_torch(theirs, 40), rtol=1e-9)


def test_transformer_rises_for_w_steps_and_then_falls_like_the_root():
    rate = schedules.transformer(d=512, warmup=4000)
    rates = np.array([rate(t) for t in range(20000)])
    assert rates.argmax() == 3999
    np.testing.assert_allclose(rates.max(), 1 / np.sqrt(512 * 4000), rtol=1e-12)     # 7.0e-4, the peak of the paper
    np.testing.assert_allclose(np.diff(rates[:4000]), rates[0], rtol=1e-9)
    np.testing.assert_allclose(rates[15999] / rates[3999], 0.5, rtol=1e-12)
    np.testing.assert_allclose(schedules.transformer(512, 4000, scale=2.0)(7), 2 * rates[7])


def test_cosine_stays_at_its_end():
    rate = schedules.cosine(1.0, steps=10, lr_min=0.1)
    np.testing.assert_allclose([rate(0), rate(5), rate(10), rate(25)], [1, 0.55, 0.1, 0.1])


@pytest.mark.parametrize("make, message", [
    (lambda: schedules.step_decay(0.1, every=0), "step_decay: every is 0; expected a positive integer"),
    (lambda: schedules.cosine(-1, steps=5), "cosine: lr is -1"),
    (lambda: schedules.warm_up(schedules.inverse_sqrt(1.0), steps=2.5), "warm_up: steps is 2.5"),
    (lambda: schedules.exponential(0.1, -1), "exponential: factor is -1"),
    (lambda: schedules.transformer(0, 10), "transformer: d is 0"),
    (lambda: clip_grad_norm([np.ones(2)], 0), "clip_grad_norm: max_norm is 0"),
    (lambda: clip_grad_norm([np.ones(2)], 1, norm_type=-1), "clip_grad_norm: norm_type is -1"),
    (lambda: clip_grad_value([np.ones(2)], -1), "clip_grad_value: clip_value is -1"),
])
def test_a_bad_option_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("norm_type", [1, 2, 3.5, np.inf])
@pytest.mark.parametrize("max_norm", [0.3, 1000.0])
def test_clipping_by_norm_is_that_of_torch(max_norm, norm_type, rng):
    grads = [rng.normal(size=s) for s in [(4, 3), (3,), (2, 2, 2)]]
    before = [g.copy() for g in grads]
    params = [torch.zeros(g.shape, dtype=torch.float64, requires_grad=True) for g in grads]
    for p, g in zip(params, grads):
        p.grad = torch.from_numpy(g.copy())
    norm = torch.nn.utils.clip_grad_norm_(params, max_norm, norm_type)
    clipped, mine = clip_grad_norm(grads, max_norm, norm_type)
    np.testing.assert_allclose(mine, norm.item(), rtol=1e-12)
    for g, p in zip(clipped, params):
        np.testing.assert_allclose(g, p.grad.numpy(), rtol=1e-12)
    for g, kept in zip(grads, before):
        np.testing.assert_array_equal(g, kept)


def test_clipping_by_value_is_that_of_torch(rng):
    grads = [rng.normal(size=s) for s in [(4, 3), (3,)]]
    params = [torch.zeros(g.shape, dtype=torch.float64, requires_grad=True) for g in grads]
    for p, g in zip(params, grads):
        p.grad = torch.from_numpy(g.copy())
    torch.nn.utils.clip_grad_value_(params, 0.5)
    for g, p in zip(clip_grad_value(grads, 0.5), params):
        np.testing.assert_array_equal(g, p.grad.numpy())


def test_clipping_keeps_float32(rng):
    grads = [rng.normal(size=3).astype(np.float32)]
    assert clip_grad_norm(grads, 0.1)[0][0].dtype == clip_grad_value(grads, 0.1)[0].dtype == np.float32
