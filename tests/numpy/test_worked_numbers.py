"""Numbers that the course works out on the blackboard: computed here by the operations themselves."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from dl_helpers import numpy as ops

# One row of scores (cat, car, frog) for each of three images: a cat, a car and a frog.
SCORES = np.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])
LABELS = np.array([0, 1, 2])


def of_each_sample(loss_forward, scores, labels):
    return [loss_forward(scores[n:n + 1], labels[n:n + 1])[0] for n in range(len(labels))]


def test_hinge_loss_of_three_images():
    assert_allclose(of_each_sample(ops.multiclass_hinge_loss_forward, SCORES, LABELS), [2.9, 0, 12.9], atol=1e-12)
    assert ops.multiclass_hinge_loss_forward(SCORES, LABELS)[0] == pytest.approx(5.27, abs=0.005)


def test_cross_entropy_of_three_images():
    assert_allclose(of_each_sample(ops.softmax_cross_entropy_forward, SCORES, LABELS), [2.04, 0.079, 6.156], atol=0.005)
    assert ops.softmax_cross_entropy_forward(SCORES, LABELS)[0] == pytest.approx(2.76, abs=0.005)


def test_hinge_stops_where_cross_entropy_goes_on():
    scores, labels = np.array([[5.0, -3, 2], [5, 10, 10], [5, -20, -20]]), np.zeros(3, dtype=int)
    assert of_each_sample(ops.multiclass_hinge_loss_forward, scores, labels) == [0, 12, 0]
    first, second, third = of_each_sample(ops.softmax_cross_entropy_forward, scores, labels)
    assert first == pytest.approx(0.05, abs=0.005)
    assert second == pytest.approx(5.70, abs=0.005)
    assert third == pytest.approx(2.8e-11, rel=0.02)


@pytest.mark.parametrize("classes", [2, 10, 1000])
def test_equal_scores_cost_the_logarithm_of_the_number_of_classes(classes):
    loss, _ = ops.softmax_cross_entropy_forward(np.full((4, classes), 0.3), np.arange(4) % classes)
    assert loss == pytest.approx(np.log(classes))


def test_hinge_of_equal_scores_is_the_number_of_wrong_classes():
    assert ops.multiclass_hinge_loss_forward(np.zeros((4, 10)), np.arange(4))[0] == 9


def test_sigmoid_of_an_affine_layer():
    x, w, b = np.array([[1.0, 1], [0, -1]]), np.array([[1.0], [2]]), np.array([2.0])
    z, affine = ops.affine_forward(x, w, b)
    y, _ = ops.sigmoid_forward(z)
    assert_allclose(z[:, 0], [5, 0])
    assert_allclose(y[:, 0], [0.9933, 0.5], atol=5e-5)
    dx, dw, db = ops.affine_backward(np.array([[0], [0.25]]), affine)
    assert_allclose(dw[:, 0], [0, -0.25])
    assert_allclose(db, [0.25])


def test_sigmoid_has_its_steepest_slope_at_zero():
    out, cache = ops.sigmoid_forward(np.linspace(-8, 8, 161))
    slope = ops.sigmoid_backward(np.ones(161), cache)
    assert slope.max() == slope[80] == 0.25


def test_sigmoid_after_relu_never_says_no():
    z, _ = ops.relu_forward(np.linspace(-5, 5, 21))
    assert ops.sigmoid_forward(z)[0].min() == 0.5


@pytest.mark.parametrize("weights, weighted_sum", [((0.05, 0.025, -0.03), -0.03), ((1, 0.5, 1.5), 1.5)])
def test_neuron_with_three_inputs(weights, weighted_sum):
    x, w = np.array([[2.0, -4, 1]]), np.array(weights, dtype=float)[:, None]
    assert ops.affine_forward(x, w, np.zeros(1))[0].item() == pytest.approx(weighted_sum)


def test_squares_of_an_affine_map():
    x, w = np.array([[0.0, 1], [2, 3]]), np.ones((2, 2))
    y, cache = ops.affine_forward(x, w, np.zeros(2))
    assert (y * y).sum() == 52
    dx, dw, _ = ops.affine_backward(2 * y, cache)
    assert_allclose(dx, [[4, 4], [20, 20]])
    assert_allclose(dw, [[20, 20], [32, 32]])


def test_slopes_from_three_losses():
    before, after = 1.25347, np.array([1.25322, 1.25353])
    assert_allclose((after - before) / 1e-4, [-2.5, 0.6], atol=1e-9)


def test_two_layers_with_a_leaky_rectifier():
    x = np.array([[1.0, -2]])
    w, b = np.array([[-0.5, 1, 2], [-1, 0.5, 1.5]]), np.array([0.5, 0, -1])
    v, c = np.array([[1, -0.5], [-0.5, 2], [-1, 1]]), np.array([2.0, 1])
    h, _ = ops.affine_forward(x, w, b)
    a, _ = ops.leaky_relu_forward(h, slope=0.5)
    out, _ = ops.affine_forward(a, v, c)
    assert_allclose(h, [[2, 0, -2]])
    assert_allclose(a, [[2, 0, -1]])
    assert_allclose(out, [[5, -1]])


def test_one_step_of_gradient_descent_through_two_layers():
    x, target = np.array([[2.0, -1]]), np.array([[1, 0.5]])
    w, b = np.array([[1, -0.5], [0.5, -1]]), np.array([0.5, -0.5])
    v, c = np.array([[0.5, -1], [-0.5, 1]]), np.array([-1, 0.5])
    h, hidden = ops.affine_forward(x, w, b)
    a, rectifier = ops.relu_forward(h)
    o, output = ops.affine_forward(a, v, c)
    loss, cache = ops.mse_loss_forward(o, target)       # the mean of two squares is ½ Σ
    assert_allclose(h, [[2, -0.5]])
    assert_allclose(o, [[0, -1.5]])
    assert loss == 2.5
    da, _, _ = ops.affine_backward(ops.mse_loss_backward(1.0, cache), output)
    _, dw, _ = ops.affine_backward(ops.relu_backward(da, rectifier), hidden)
    assert dw[1, 0] == -1.5
    assert w[1, 0] - 0.1 * dw[1, 0] == pytest.approx(0.65)


def test_l2_prefers_weights_that_are_spread_out():
    x, one, spread = np.ones((1, 4)), np.array([1.0, 0, 0, 0]), np.full(4, 0.25)
    assert x @ one == x @ spread
    assert ops.l2_penalty_forward(one)[0] == 1
    assert ops.l2_penalty_forward(spread)[0] == 0.25
    assert ops.l1_penalty_forward(one)[0] == ops.l1_penalty_forward(spread)[0] == 1


def test_two_dropout_layers_keep_the_product_of_what_each_keeps():
    rng, x, p, q = np.random.default_rng(8), np.ones((400, 500)), 0.3, 0.5
    once, _ = ops.dropout_forward(x, p=p, rng=rng)
    twice, _ = ops.dropout_forward(once, p=q, rng=rng)
    assert (twice > 0).mean() == pytest.approx((1 - p) * (1 - q), abs=0.005)
    assert twice.mean() == pytest.approx(1, abs=0.01)
