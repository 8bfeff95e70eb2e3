"""The graph: worked examples by hand, every step of both passes, and what is refused."""

import numpy as np
import pytest

import dl_helpers.autodiff as ad
from dl_helpers.autodiff import Dual, Graph, Variable, cost, grad, jvp


def test_the_worked_example_in_both_modes():
    """f = x₁x₂ + sin x₁ at (2, 3): ∂f/∂x₁ = x₂ + cos x₁, ∂f/∂x₂ = x₁."""
    x1, x2 = Variable(2.0, name="x1"), Variable(3.0, name="x2")
    out = x1 * x2 + ad.sin(x1)
    out.backward()
    assert np.isclose(out.value, 6 + np.sin(2))
    assert np.isclose(x1.grad, 3 + np.cos(2)) and np.isclose(x2.grad, 2)
    assert np.isclose((Dual(2.0, 1.0) * 3 + ad.sin(Dual(2.0, 1.0))).tangent, 3 + np.cos(2))
    assert np.isclose(jvp(lambda a, b: a * b + ad.sin(a), (2.0, 3.0), (0.0, 1.0))[1], 2)


def test_the_two_layer_network_of_unit_05():
    """w_ij leads from node i to node j: inputs 1, 2, hidden units 1, 2 (called 3, 4 as sources), outputs 1, 2."""
    x, target = np.array([2.0, -1.0]), np.array([1.0, 0.5])
    w1, b1 = Variable([[1.0, -0.5], [0.5, -1.0]], name="w1"), Variable([0.5, -0.5], name="b1")
    w2, b2 = Variable([[0.5, -1.0], [-0.5, 1.0]], name="w2"), Variable([-1.0, 0.5], name="b2")
    hidden = x @ w1 + b1
    out = ad.relu(hidden) @ w2 + b2
    loss = 0.5 * ((out - target) ** 2).sum()
    loss.backward()
    assert np.allclose(hidden.value, [2, -0.5]) and np.allclose(out.value, [0, -1.5])
    assert np.isclose(loss.value, 2.5)
    assert np.isclose(w1.grad[1, 0], -1.5)
    assert np.isclose(w1.value[1, 0] - 0.1 * w1.grad[1, 0], 0.65)
    assert (w1.grad[:, 1] == 0).all() and b1.grad[1] == 0          # the second unit is off: nothing flows through it


def test_the_leaky_network_of_unit_05():
    x = Variable([1.0, -2.0], name="x")
    w, b = np.array([[-0.5, 1.0, 2.0], [-1.0, 0.5, 1.5]]), np.array([0.5, 0.0, -1.0])
    v, c = np.array([[1.0, -0.5], [-0.5, 2.0], [-1.0, 1.0]]), np.array([2.0, 1.0])
    hidden = x @ w + b
    active = ad.where(hidden > 0, hidden, 0.5 * hidden)
    out = active @ v + c
    out.backward(np.array([1.0, 1.0]))
    assert np.allclose(hidden.value, [2, 0, -2]) and np.allclose(active.value, [2, 0, -1])
    assert np.allclose(out.value, [5, -1])
    assert np.allclose(x.grad, w @ (np.array([1, 0.5, 0.5]) * v.sum(axis=1)))


def test_a_value_that_is_used_twice_gets_both_gradients():
    x = Variable(3.0)
    (x * x + x).backward()
    assert x.grad == 7


def test_leaves_accumulate_until_zero_grad():
    x = Variable([1.0, 2.0])
    y = (x * x).sum()
    y.backward()
    y.backward()
    assert np.allclose(x.grad, [4, 8])
    y.zero_grad()
    assert x.grad is None


def test_every_step_of_both_passes():
    x1, x2 = Variable(2.0, name="x1"), Variable(3.0, name="x2")
    graph = Graph(x1 * x2 + ad.sin(x1))
    events = list(graph.steps())
    kinds = [event.kind for event in events]
    assert kinds == ["value"] * 5 + ["seed"] + ["gradient"] * 5
    for event in events:
        if event.kind == "gradient":
            assert np.isclose(event.contribution, event.source.grad * event.local)
    to_x1 = [event for event in events if event.kind == "gradient" and event.node is x1]
    assert np.isclose(sum(event.contribution for event in to_x1), x1.grad)
    assert len(to_x1) == 2 and to_x1[-1].array == x1.grad


def test_a_graph_computes_again_with_other_inputs():
    x1, x2 = Variable(2.0, name="x1"), Variable(3.0, name="x2")
    graph = Graph(x1 * x2 + ad.sin(x1))
    graph.set(x1=0.0)
    assert graph.out.value == 0
    graph.out.backward()
    assert np.isclose(x1.grad, 4) and x2.grad == 0
    assert [line.split()[1] for line in str(graph).splitlines()] == ["x1", "x2", "×(0,", "sin(0)", "+(2,"]
    assert graph.depth()[graph.out] == 2


def test_local_derivatives_are_jacobians_where_entries_mix():
    x, w = Variable([1.0, 2.0]), np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    y = x @ w
    assert y.local_derivative(0).shape == (3, 2)
    assert np.allclose(y.local_derivative(0), w.T)


def test_a_deep_graph_needs_no_recursion():
    x = Variable(1.0)
    y = x
    for _ in range(5000):
        y = y + 0.001
    y.backward()
    assert x.grad == 1


def test_reverse_mode_is_cheap_for_many_inputs_and_forward_mode_for_many_outputs():
    one_output = cost(lambda x: (x * x).sum(), np.ones(50))
    assert one_output.reverse.total() < 6 * one_output.function.total() < one_output.forward.total()
    many_outputs = cost(lambda x: ad.exp(x * np.ones(50)), np.ones(()))
    assert many_outputs.forward.total() < 6 * many_outputs.function.total() < many_outputs.reverse.total()
    assert "Jacobian, reverse mode" in str(one_output)


@pytest.mark.parametrize("wrong, error, message", [
    (lambda: Variable([1.0, 2.0]).backward(), ValueError, r"no scalar, its shape is \(2,\); give a seed"),
    (lambda: Variable([1.0, 2.0]).backward(np.ones(3)), ValueError, r"seed.shape = \(3,\), expected the shape of the output"),
    (lambda: Variable([1.0, 2.0]).__setitem__(0, 5.0), TypeError, "the backward pass still needs"),
    (lambda: setattr(Variable(1.0), "value", 2.0), TypeError, "make a new one: w = Variable"),
    (lambda: np.array(Variable([1.0])), TypeError, "would lose its derivative"),
    (lambda: np.cumsum(Variable([1.0])), TypeError, "the derivative of np.cumsum is not known here"),
    (lambda: Variable(["a"]), TypeError, "has no derivative; expected floating-point numbers"),
    (lambda: Variable([[1.0, 2.0]]) @ np.ones((3, 1)), ValueError, "x has 2 columns but y has 3 rows"),
    (lambda: Dual([1.0, 2.0], 1.0), ValueError, r"tangent.shape = \(\), expected that of the value, \(2,\)"),
    (lambda: Graph(3.0), TypeError, "out is a float; expected a Variable"),
    (lambda: Graph(Variable(1.0, name="x") * 2).set(y=1.0), ValueError, "no leaves have the name 'y'; the leaves are x"),
    (lambda: grad(lambda x: x * 2)(np.ones(3)), ValueError, r"must return a scalar; it returned the shape \(3,\)"),
    (lambda: Variable(1.0) + Dual(1.0, 1.0), TypeError, "nest the modes instead"),
])
def test_what_is_refused_is_explained(wrong, error, message):
    with pytest.raises(error, match=message):
        wrong()


def test_a_plain_array_is_not_changed_in_place_by_a_variable():
    a = np.zeros(2)
    with pytest.raises(TypeError, match=r"write a = a \+ x for a \+= x"):
        a += Variable([1.0, 2.0])
    assert (a == 0).all()


def test_the_array_that_was_given_may_change_later():
    given = np.array([1.0, 2.0])
    x = Variable(given)
    y = (x * x).sum()
    given[:] = 100
    y.backward()
    assert np.allclose(x.grad, [2, 4])
