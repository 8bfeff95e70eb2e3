"""Attention: masks, blocks against the whole table, heads, and positions."""

import tracemalloc

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import given, settings

import dl_helpers.numpy as ops
import dl_helpers.torch as torch_ops
from dl_helpers.numpy.attention import scaled_dot_product_attention_forward_naive

both = pytest.mark.parametrize("backend", [ops, torch_ops], ids=["numpy", "torch"])


def as_backend(backend, *arrays):
    return [torch.from_numpy(np.asarray(a)) if backend is torch_ops else a for a in arrays]


def run(backend, name, q, k, v, dout, mask=None, **options):
    q, k, v, dout = as_backend(backend, q, k, v, dout)
    mask = mask if mask is None else as_backend(backend, mask)[0]
    out, cache = getattr(backend, f"{name}_forward")(q, k, v, mask=mask, **options)
    grads = getattr(backend, f"{name}_backward")(dout, cache)
    return [np.asarray(a) for a in (out, *grads)]


@settings(max_examples=60, deadline=None)
@given(n=st.integers(0, 2), heads=st.integers(1, 3), t=st.integers(0, 6), s=st.integers(0, 6), d=st.integers(1, 3),
       e=st.integers(1, 3), block=st.integers(1, 4), causal=st.booleans(), masked=st.booleans(),
       scale=st.sampled_from([1, 1e4]), seed=st.integers(0, 999))
def test_all_forms_of_attention_agree(n, heads, t, s, d, e, block, causal, masked, scale, seed):
    rng = np.random.default_rng(seed)
    # T and the features swapped in memory: nothing is contiguous
    q, k, v = (rng.normal(size=(n, heads, b, a)).swapaxes(2, 3) for a, b in ((t, d), (s, d), (s, e)))
    q = scale * q                                                     # scores up to some 1e4
    dout = rng.normal(size=(n, heads, t, e))
    mask = rng.random((n, 1, t, s)) < 0.4 if masked else None         # many rows with nothing to look at
    with np.errstate(all="raise", under="ignore"):
        plain = run(ops, "scaled_dot_product_attention", q, k, v, dout, mask, causal=causal)
        blocked = run(ops, "blocked_attention", q, k, v, dout, mask, causal=causal, block=block)
    obvious, _ = scaled_dot_product_attention_forward_naive(q, k, v, mask, causal)
    np.testing.assert_allclose(plain[0], obvious, rtol=1e-10, atol=1e-12)
    others = [
        blocked,
        run(torch_ops, "scaled_dot_product_attention", q, k, v, dout, mask, causal=causal),
        run(torch_ops, "blocked_attention", q, k, v, dout, mask, causal=causal, block=block),
    ]
    for other in others:
        for a, b in zip(plain, other, strict=True):
            assert np.isfinite(a).all()
            np.testing.assert_allclose(b, a, rtol=1e-7, atol=1e-9 * scale)


@both
@pytest.mark.parametrize("name", ["scaled_dot_product_attention", "blocked_attention"])
def test_a_query_that_may_look_nowhere_gets_zero_and_gives_no_gradient(backend, name, rng):
    q, k, v, dout = rng.normal(size=(4, 2, 2, 3, 4))
    mask = np.ones((2, 1, 3, 3), bool)
    mask[1, 0, 2] = False
    out, dq, dk, dv = run(backend, name, q, k, v, dout, mask)
    assert not out[1, :, 2].any() and not dq[1, :, 2].any()
    out, dq, dk, dv = run(backend, name, q, k, v, dout, np.zeros((1, 1, 1, 1), bool))
    assert not any(a.any() for a in (out, dq, dk, dv))


@both
def test_weights_sum_to_one_and_hidden_keys_get_none(backend, rng):
    q, k = as_backend(backend, rng.normal(size=(2, 1, 4, 3)), rng.normal(size=(2, 1, 4, 3)))
    (lengths,) = as_backend(backend, np.array([4, 2]))
    p = np.asarray(backend.attention_weights(q, k, mask=backend.padding_mask(lengths, 4)))
    np.testing.assert_allclose(p.sum(axis=3), 1, rtol=1e-14)
    assert not p[1, :, :, 2:].any() and (p[0] > 0).all()
    p = np.asarray(backend.attention_weights(q, k, causal=True))
    assert (np.triu(p, 1) == 0).all() and (p[:, :, 0, 0] == 1).all()


def test_a_causal_query_does_not_see_the_future(rng):
    q, k, v = rng.normal(size=(3, 1, 2, 6, 4))
    before, _ = ops.scaled_dot_product_attention_forward(q, k, v, causal=True)
    k[:, :, 4:] += 1
    v[:, :, 4:] += 1
    after, _ = ops.scaled_dot_product_attention_forward(q, k, v, causal=True)
    np.testing.assert_array_equal(before[:, :, :4], after[:, :, :4])
    assert (before[:, :, 4:] != after[:, :, 4:]).all()


def test_division_by_the_root_of_d_keeps_the_scores_at_variance_one(rng):
    for d in (16, 1024):
        q, k = rng.normal(size=(2, 1, 1, 400, d))
        scores = q @ k.swapaxes(2, 3) / np.sqrt(d)
        assert scores.var() == pytest.approx(1, rel=0.02)


def test_memory_of_blocked_attention_grows_with_t_and_not_with_its_square(rng):
    def peak(name, t):
        q, k, v = rng.normal(size=(3, 1, 1, t, 4))
        tracemalloc.start()
        out, cache = getattr(ops, f"{name}_forward")(q, k, v, **({"block": 64} if name == "blocked_attention" else {}))
        getattr(ops, f"{name}_backward")(out, cache)
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    assert peak("blocked_attention", 2048) < 4.4 * peak("blocked_attention", 512)
    assert peak("scaled_dot_product_attention", 2048) > 12 * peak("scaled_dot_product_attention", 512)


@both
def test_heads_are_slices_of_the_features(backend, rng):
    """Two heads: each is the attention of its own half of the projections, and the halves are put side by side."""
    x, w, b = rng.normal(size=(2, 5, 6)), rng.normal(size=(6, 18)), rng.normal(size=18)
    identity, none = np.eye(6), np.zeros(6)
    out, _ = backend.multi_head_attention_forward(*as_backend(backend, x, w, b, identity, none), heads=2)
    q, k, v = np.split(x @ w + b, 3, axis=2)
    halves = []
    for half in (slice(0, 3), slice(3, 6)):
        one_head = [a[:, None, :, half] for a in (q, k, v)]
        halves.append(scaled_dot_product_attention_forward_naive(*one_head)[0][:, 0])
    np.testing.assert_allclose(out, np.concatenate(halves, axis=2), rtol=1e-12)


@both
@pytest.mark.parametrize("n", [0, 2])
def test_attention_to_oneself_is_cross_attention_with_oneself_as_context(backend, n, rng):
    arrays = as_backend(backend, *(rng.normal(size=shape) for shape in ((n, 4, 6), (6, 18), (18,), (6, 6), (6,))))
    (dout,) = as_backend(backend, rng.normal(size=(n, 4, 6)))
    out, cache = backend.multi_head_attention_forward(*arrays, heads=3)
    dx, *others, none = backend.multi_head_attention_backward(dout, cache)
    crossed, cache = backend.multi_head_attention_forward(*arrays, context=arrays[0], heads=3)
    dx_crossed, *others_crossed, dcontext = backend.multi_head_attention_backward(dout, cache)
    assert none is None
    np.testing.assert_allclose(crossed, out, rtol=1e-12)
    np.testing.assert_allclose(dx_crossed + dcontext, dx, rtol=1e-10, atol=1e-12)
    for a, b in zip(others_crossed, others, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)


@both
def test_refusals_name_the_argument(backend, rng):
    q, k, v = as_backend(backend, *rng.normal(size=(3, 2, 1, 4, 3)))
    with pytest.raises(ValueError, match="k has D = 2, but q has D = 3"):
        backend.scaled_dot_product_attention_forward(q, k[..., :2], v)
    with pytest.raises(TypeError, match=r"mask has dtype .*float64; expected a boolean one"):
        backend.scaled_dot_product_attention_forward(q, k, v, mask=q)
    (mask,) = as_backend(backend, np.ones((2, 4), bool))
    with pytest.raises(ValueError, match=r"mask does not broadcast to .* = \(2, 1, 4, 4\): mask.shape = \(2, 4\)"):
        backend.scaled_dot_product_attention_forward(q, k, v, mask=mask)
    with pytest.raises(ValueError, match="block is 0; expected a positive integer"):
        backend.blocked_attention_forward(q, k, v, block=0)
    x, w, b, wo, bo = as_backend(backend, *(rng.normal(size=shape) for shape in ((2, 4, 6), (6, 18), (18,), (6, 6), (6,))))
    with pytest.raises(ValueError, match="heads is 4; expected a divisor of D = 6"):
        backend.multi_head_attention_forward(x, w, b, wo, bo, heads=4)
    with pytest.raises(ValueError, match="D is 3; expected an even number"):
        backend.rotary_embedding_forward(q)
    with pytest.raises(ValueError, match="d is 3; expected an even number"):
        backend.sinusoidal_positions(4, 3)


@both
def test_sinusoidal_positions(backend):
    p = np.asarray(backend.sinusoidal_positions(50, 8))
    np.testing.assert_allclose(p[7, :4], [np.sin(7), np.cos(7), np.sin(0.7), np.cos(0.7)], rtol=1e-12)      # 10000^(-2/8) = 0.1
    # A shift by k is one linear map, the same at every position.
    shift, *_ = np.linalg.lstsq(p[:-5], p[5:], rcond=None)
    np.testing.assert_allclose(p[:-5] @ shift, p[5:], atol=1e-8)


@both
def test_rotary_embedding_turns_pairs_by_the_angle_of_their_position(backend):
    x = np.zeros((1, 1, 4, 4))
    x[..., 0::2] = 1                                            # each pair is (1, 0): turned by a, it is (cos a, sin a)
    out, _ = backend.rotary_embedding_forward(*as_backend(backend, x), base=100.0)
    t = np.arange(4)
    np.testing.assert_allclose(out[0, 0], np.stack([np.cos(t), np.sin(t), np.cos(t / 10), np.sin(t / 10)], axis=1), rtol=1e-12)


@both
def test_rotary_scores_depend_on_the_distance_alone(backend, rng):
    q, k = as_backend(backend, *rng.normal(size=(2, 1, 1, 1, 8)))

    def score(at, other):
        turned = [np.asarray(backend.rotary_embedding_forward(a, start=p)[0]) for a, p in ((q, at), (k, other))]
        return (turned[0] * turned[1]).sum()

    assert score(3, 1) == pytest.approx(score(103, 101), rel=1e-10)
    assert score(3, 1) != pytest.approx(score(3, 2), rel=1e-3)


@both
@settings(max_examples=25, deadline=None)
@given(n=st.integers(0, 2), heads=st.integers(1, 2), t=st.integers(0, 4), pairs=st.integers(1, 3), start=st.integers(0, 9))
def test_rotary_backward_undoes_the_rotation(backend, n, heads, t, pairs, start):
    x = np.random.default_rng(0).normal(size=(n, heads, t, 4 * pairs))[..., ::2]        # not contiguous
    out, cache = backend.rotary_embedding_forward(*as_backend(backend, x.copy() if backend is torch_ops else x), start=start)
    np.testing.assert_allclose(np.linalg.norm(out, axis=-1), np.linalg.norm(x, axis=-1), rtol=1e-12)
    np.testing.assert_allclose(backend.rotary_embedding_backward(out, cache), x, rtol=1e-11, atol=1e-13)
