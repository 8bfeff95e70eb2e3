"""The first-order optimizers take exactly the steps of torch.optim."""

import numpy as np
import pytest
import torch

from dl_helpers.numpy import optim
from dl_helpers.numpy.optim.blocks import BLOCK, blocks

CASES = [
    ("SGD", dict(lr=0.05)),
    ("SGD", dict(lr=0.05, weight_decay=0.1)),
    ("SGD", dict(lr=0.05, momentum=0.9)),
    ("SGD", dict(lr=0.05, momentum=0.9, dampening=0.3, weight_decay=0.1)),
    ("SGD", dict(lr=0.05, momentum=0.8, nesterov=True)),
    ("SGD", dict(lr=0.05, momentum=0.8, nesterov=True, weight_decay=0.1)),
    ("Adagrad", dict()),
    ("Adagrad", dict(lr=0.3, lr_decay=0.1, weight_decay=0.1, initial_accumulator_value=0.5, eps=1e-3)),
    ("RMSprop", dict()),
    ("RMSprop", dict(lr=0.03, alpha=0.9, eps=1e-2, weight_decay=0.1)),
    ("RMSprop", dict(momentum=0.9)),
    ("RMSprop", dict(centered=True, eps=1e-3)),
    ("RMSprop", dict(centered=True, eps=1e-3, momentum=0.5, weight_decay=0.1)),
    ("Adadelta", dict()),
    ("Adadelta", dict(lr=0.5, rho=0.8, eps=1e-3, weight_decay=0.1)),
    ("Adam", dict()),
    ("Adam", dict(lr=0.1, betas=(0.8, 0.9), eps=1e-2, weight_decay=0.1)),
    ("AdamW", dict()),
    ("AdamW", dict(lr=0.1, betas=(0.8, 0.9), eps=1e-2, weight_decay=0.3)),
]
FIRST_ORDER = ["SGD", "Adagrad", "RMSprop", "Adadelta", "Adam", "AdamW"]
every_case = pytest.mark.parametrize("name, options", CASES, ids=lambda v: v if isinstance(v, str) else ",".join(v))


def a_network(rng, dtype=np.float64):
    """Weights and biases of several shapes, and a gradient that depends on all of them and on the step."""
    params = [rng.normal(size=shape).astype(dtype) for shape in [(6, 5), (5,), (), (2, 3, 4), (0, 3)]]
    noise = [[rng.normal(size=p.shape).astype(dtype) for p in params] for _ in range(100)]

    def grads(params, t):
        common = sum(float(p.sum()) for p in params)
        return [0.3 * p + 0.1 * np.sin(common) + n for p, n in zip(params, noise[t])]

    return params, grads


@every_case
def test_100_steps_are_those_of_torch(name, options, rng):
    params, grads = a_network(rng)
    theirs = [torch.from_numpy(p.copy()).requires_grad_() for p in params]
    mine, reference = getattr(optim, name)(params, **options), getattr(torch.optim, name)(theirs, **options)
    for t in range(100):
        mine.step(grads(params, t))
        for tensor, grad in zip(theirs, grads([p.detach().numpy() for p in theirs], t)):
            tensor.grad = torch.as_tensor(grad)
        reference.step()
    for p, tensor in zip(params, theirs):
        np.testing.assert_allclose(p, tensor.detach().numpy(), rtol=1e-10, atol=1e-13)


@every_case
def test_float32_stays_float32_and_gradients_are_not_modified(name, options, rng):
    params, grads = a_network(rng, np.float32)
    mine = getattr(optim, name)(params, **options)
    for t in range(3):
        given = grads(params, t)
        before = [np.copy(g) for g in given]
        mine.step(given)
        for g, kept in zip(given, before):
            np.testing.assert_array_equal(g, kept)
    arrays = [value for state in mine.state for value in state.values() if isinstance(value, np.ndarray)]
    assert {a.dtype for a in [*params, *arrays]} == {np.dtype(np.float32)}


@pytest.mark.parametrize("name", FIRST_ORDER)
def test_any_memory_layout_takes_the_same_steps(name, rng):
    start, gradient = rng.normal(size=(300, 200)), rng.normal(size=(300, 200))
    assert start.size > BLOCK
    layouts = [start.copy(), np.asfortranarray(start), np.repeat(start, 2, axis=1)[:, ::2]]
    options = dict(momentum=0.9) if name == "SGD" else {}
    for param in layouts:
        mover = getattr(optim, name)([param], **options)
        for _ in range(3):
            mover.step([gradient])
    np.testing.assert_array_equal(layouts[1], layouts[0])
    np.testing.assert_array_equal(layouts[2], layouts[0])
    assert not np.any(layouts[0] == start)


def test_blocks_cover_every_entry_once():
    a, ones = np.zeros((7, BLOCK // 2)), np.ones((7, BLOCK // 2))
    sizes = []
    for piece, one in blocks([a], [ones]):
        piece += one
        sizes.append(piece.size)
    assert (a == 1).all() and max(sizes) <= BLOCK and len(sizes) > 1


def test_state_belongs_to_one_parameter():
    params = [np.zeros(2), np.zeros(2)]
    adam = optim.Adam(params)
    adam.step([np.ones(2), np.zeros(2)])
    assert adam.state[0]["mean"] is not adam.state[1]["mean"]
    np.testing.assert_array_equal(params[1], 0)


def test_adam_corrects_the_bias_with_the_step_and_not_with_a_constant():
    w = np.zeros(1)
    adam = optim.Adam([w], lr=0.1, eps=0.0)
    for t in range(1, 6):
        adam.step([np.array([3.0])])
        # With a constant gradient m̂ = g and v̂ = g² in every step, so each step is exactly the learning rate.
        np.testing.assert_allclose(w, -0.1 * t, rtol=1e-12)


def test_decoupled_decay_does_not_depend_on_the_gradient():
    shrunk = {}
    for name in ("Adam", "AdamW"):
        lost = []
        for size in (1.0, 1000.0):
            with_decay, without = np.ones(1), np.ones(1)
            getattr(optim, name)([with_decay], lr=0.1, weight_decay=0.5).step([np.full(1, size)])
            getattr(optim, name)([without], lr=0.1, weight_decay=0.0).step([np.full(1, size)])
            lost.append(float(without[0] - with_decay[0]))
        shrunk[name] = lost
    np.testing.assert_allclose(shrunk["AdamW"], 0.05, rtol=1e-9)
    np.testing.assert_allclose(shrunk["Adam"], 0.0, atol=1e-6)      # Adam divides the decay by the gradient, too


def test_a_new_learning_rate_counts_from_the_next_step():
    w = np.zeros(1)
    sgd = optim.SGD([w], lr=1.0)
    sgd.step([np.ones(1)])
    sgd.lr = 0.25
    sgd.step([np.ones(1)])
    np.testing.assert_array_equal(w, -1.25)


def test_your_own_step():
    w = np.array([1.0, 2.0])
    optim.StepFunction([w], lambda w, g: w - 0.5 * g).step([np.array([1.0, 2.0])])
    np.testing.assert_array_equal(w, [0.5, 1.0])
    with pytest.raises(ValueError, match="did you forget to return it"):
        optim.StepFunction([w], lambda w, g: None).step([w])
    with pytest.raises(ValueError, match=r"of shape \(2,\); it returned an array of shape \(3,\)"):
        optim.StepFunction([w], lambda w, g: np.zeros(3)).step([w])


def test_your_own_step_cannot_spoil_the_parameter_behind_its_back():
    w = np.ones(2)

    def step(param, grad):
        param *= 0
        return param + 7

    optim.StepFunction([w], step).step([w])
    np.testing.assert_array_equal(w, 7)


@pytest.mark.parametrize("name, options, message", [
    ("SGD", dict(lr=-1), r"SGD: lr is -1; expected a number ≥ 0"),
    ("SGD", dict(lr=float("nan")), "SGD: lr is nan"),
    ("SGD", dict(momentum=-0.1), "SGD: momentum is -0.1"),
    ("SGD", dict(dampening=float("inf")), "SGD: dampening is inf"),
    ("SGD", dict(nesterov=True), "SGD: nesterov needs momentum > 0"),
    ("SGD", dict(nesterov=True, momentum=0.9, dampening=0.1), "SGD: nesterov needs .* dampening is 0.1"),
    ("Adagrad", dict(lr_decay=-1), "Adagrad: lr_decay is -1"),
    ("Adagrad", dict(initial_accumulator_value=-1), "Adagrad: initial_accumulator_value is -1"),
    ("RMSprop", dict(alpha=1.0), r"RMSprop: alpha is 1.0; expected a number in \[0, 1\)"),
    ("RMSprop", dict(eps=-1), "RMSprop: eps is -1"),
    ("Adadelta", dict(rho=1.5), "Adadelta: rho is 1.5"),
    ("Adam", dict(betas=(0.9, 1.0)), r"Adam: betas\[1\] is 1.0"),
    ("Adam", dict(betas=0.9), r"Adam: betas is 0.9; expected a pair"),
    ("AdamW", dict(weight_decay=-1), "AdamW: weight_decay is -1"),
    ("GD", dict(lr=0), "GD: lr is 0"),
])
def test_a_bad_hyperparameter_is_named(name, options, message):
    with pytest.raises(ValueError, match=message):
        getattr(optim, name)([np.zeros(2)], **options)


def test_gradients_that_do_not_fit_are_refused_before_anything_moves():
    params = [np.zeros(2), np.zeros(3)]
    sgd = optim.SGD(params)
    with pytest.raises(ValueError, match=r"SGD.step: grads\[1\].shape = \(4,\), but params\[1\].shape = \(3,\)"):
        sgd.step([np.ones(2), np.ones(4)])
    with pytest.raises(ValueError, match=r"SGD.step: 1 gradients for 2 parameters"):
        sgd.step([np.ones(2)])
    assert not params[0].any()
    with pytest.raises(TypeError, match=r"SGD: params\[0\] is an array of int64"):
        optim.SGD([np.zeros(2, dtype=int)])


def test_descend_gives_start_and_every_point():
    path = optim.descend(lambda w: 2 * w, [5.0], lr=1.0, steps=3)
    np.testing.assert_array_equal(path, [[5], [-5], [5], [-5]])     # min x² with lr 1 oscillates for ever
    np.testing.assert_array_equal(optim.descend(lambda w: 2 * w, [5.0], lr=0.5, steps=1), [[5], [0]])
    assert optim.descend(lambda w: 2 * w, [5.0], lr=1e200, steps=4).shape == (5, 1)
