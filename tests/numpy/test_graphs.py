"""Layers on graphs: formulas against matrices, symmetry, and graphs at the edge."""

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import given, settings

import dl_helpers.numpy as ops
import dl_helpers.torch as torch_ops
from dl_helpers.numpy import graphs

both = pytest.mark.parametrize("backend", [ops, torch_ops], ids=["numpy", "torch"])


def layers(rng, d):
    """name: its arrays after x and edges, and its options."""
    w, b = rng.normal(size=(d, 6)), rng.normal(size=6)
    sides = rng.normal(size=(2, 2, 3))
    passing = {f"message_passing {how}": ([], dict(reduce=how)) for how in ("sum", "mean", "max")}
    return {**passing, "gcn_layer": ([w, b], {}), "graph_attention": ([w, *sides, b], {})}


def run(backend, name, arrays, options, dout):
    name = name.split()[0]
    if backend is torch_ops:
        arrays, dout = [torch.from_numpy(a) for a in arrays], torch.from_numpy(dout)
    out, cache = getattr(backend, f"{name}_forward")(*arrays, **options)
    grads = getattr(backend, f"{name}_backward")(dout, cache)
    return [np.asarray(a) for a in (out, *(grads if isinstance(grads, tuple) else (grads,)))]


def test_messages_on_a_small_graph():
    x = np.array([[1.0, 10], [2, 20], [4, 5], [9, 9]])
    edges = np.array([[0, 1, 2, 0], [2, 2, 0, 1]])              # 0 → 2, 1 → 2, 2 → 0, 0 → 1; nothing arrives at 3
    expected = {
        "sum": [[4, 5], [1, 10], [3, 30], [0, 0]],
        "mean": [[4, 5], [1, 10], [1.5, 15], [0, 0]],
        "max": [[4, 5], [1, 10], [2, 20], [0, 0]],
    }
    for how, out in expected.items():
        assert ops.message_passing_forward(x, edges, reduce=how)[0].tolist() == out


def test_a_regular_graph_leaves_a_constant_unchanged_in_a_graph_convolution():
    ring = np.stack([np.arange(6), (np.arange(6) + 1) % 6])
    edges = np.concatenate([ring, ring[::-1]], axis=1)
    out, _ = ops.gcn_layer_forward(np.ones((6, 2)), edges, np.eye(2), np.zeros(2))
    np.testing.assert_allclose(out, 1, rtol=1e-14)


@settings(max_examples=40, deadline=None)
@given(v=st.integers(0, 14), e=st.integers(0, 40), d=st.integers(1, 4), hub=st.booleans(), scale=st.sampled_from([1, 1e4]),
       seed=st.integers(0, 999))
def test_fast_obvious_and_torch_forms_agree_on_any_graph(v, e, d, hub, scale, seed):
    rng = np.random.default_rng(seed)
    edges = rng.integers(0, v, size=(e if v else 0, 2)).T       # not contiguous
    if hub:
        edges[1, ::2] = 0
    x = scale * rng.normal(size=(d, v)).T
    for name, (weights, options) in layers(rng, d).items():
        columns = d if name.startswith("message") else 6
        dout = rng.normal(size=(v, columns))
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            results = run(ops, name, [x, edges, *weights], options, dout)
        for a, b in zip(results, run(torch_ops, name, [x, edges, *weights], options, dout), strict=True):
            assert np.isfinite(a).all()
            np.testing.assert_allclose(b, a, rtol=1e-8, atol=1e-9 * scale, err_msg=name)
        obvious = getattr(graphs, f"{name.split()[0]}_forward_naive")(x, edges, *weights, **options)[0]
        np.testing.assert_allclose(results[0], obvious, rtol=1e-8, atol=1e-9 * scale, err_msg=name)


@both
def test_renumbering_the_nodes_renumbers_the_result(backend, rng):
    x, edges, dout = rng.normal(size=(8, 3)), rng.integers(0, 8, size=(2, 20)), rng.normal(size=(8, 6))
    order = rng.permutation(8)                                  # new node k is old node order[k]
    new_edges = np.argsort(order)[edges][:, rng.permutation(20)]
    for name, (weights, options) in layers(rng, 3).items():
        d = dout[:, :3] if name.startswith("message") else dout
        out, dx, *_ = run(backend, name, [x, edges, *weights], options, np.ascontiguousarray(d))
        new_out, new_dx, *_ = run(backend, name, [x[order], new_edges, *weights], options, np.ascontiguousarray(d[order]))
        np.testing.assert_allclose(new_out, out[order], rtol=1e-12, atol=1e-12, err_msg=name)
        np.testing.assert_allclose(new_dx, dx[order], rtol=1e-12, atol=1e-12, err_msg=name)


@both
def test_equal_largest_features_share_the_gradient(backend):
    x = np.array([[5.0], [5.0], [1.0], [0.0]])
    edges = np.array([[0, 1, 2], [3, 3, 3]])
    out, dx = run(backend, "message_passing", [x, edges], dict(reduce="max"), np.array([[0.0], [0], [0], [8]]))
    assert out.ravel().tolist() == [0, 0, 0, 5]
    assert dx.ravel().tolist() == [4, 4, 0, 0]


@both
def test_attention_on_the_complete_graph_with_zero_scores_is_the_mean(backend, rng):
    v = 5
    edges = np.indices((v, v)).reshape(2, v * v)
    x, zeros = rng.normal(size=(v, 4)), np.zeros((2, 2))
    out, *_ = run(backend, "graph_attention", [x, edges, np.eye(4), zeros, zeros, np.zeros(4)], {}, np.ones((v, 4)))
    np.testing.assert_allclose(out, np.broadcast_to(x.mean(axis=0), (v, 4)), rtol=1e-12, atol=1e-14)


@both
def test_self_loops_come_after_the_edges(backend):
    edges = np.array([[0, 2], [1, 1]])
    loops = backend.add_self_loops(torch.from_numpy(edges) if backend is torch_ops else edges, 3)
    assert np.asarray(loops).tolist() == [[0, 2, 0, 1, 2], [1, 1, 0, 1, 2]]


@both
@pytest.mark.parametrize("wrong", [-1, 4])
def test_an_edge_to_nowhere_is_refused(backend, wrong, rng):
    x, edges = rng.normal(size=(4, 3)), np.array([[0, 1], [2, wrong]])
    for name, (weights, options) in layers(rng, 3).items():
        with pytest.raises(ValueError, match=rf"{name.split()[0]}_forward: edges names node {wrong}; .* 0 ≤ node < V = 4"):
            run(backend, name, [x, edges, *weights], options, np.ones((4, 3)))


@both
def test_unknown_reductions_are_refused(backend):
    with pytest.raises(ValueError, match="reduce is 'median'; expected one of 'sum', 'mean', 'max'"):
        run(backend, "message_passing", [np.ones((2, 2)), np.zeros((2, 1), int)], dict(reduce="median"), np.ones((2, 2)))


@both
def test_heads_must_fit_the_weights(backend, rng):
    x, edges, w = rng.normal(size=(4, 3)), np.zeros((2, 1), int), rng.normal(size=(3, 5))
    with pytest.raises(ValueError, match="the number of columns of w is 5; expected heads · d = 2 · 3"):
        run(backend, "graph_attention", [x, edges, w, np.ones((2, 3)), np.ones((2, 3)), np.ones(5)], {}, np.ones((4, 5)))
