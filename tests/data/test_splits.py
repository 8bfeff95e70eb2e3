import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.preprocessing import OneHotEncoder

from dl_helpers import data

UNEVEN = np.repeat([0, 1, 2], [60, 30, 10])


def is_partition(parts, n):
    return np.array_equal(np.sort(np.concatenate(parts)), np.arange(n))


@given(n=st.integers(10, 300), seed=st.integers(0, 99))
def test_split_shares_out_every_row_once(n, seed):
    parts = data.split(n, rng=np.random.default_rng(seed))
    assert is_partition(parts, n)
    np.testing.assert_allclose([len(p) for p in parts], [0.7 * n, 0.15 * n, 0.15 * n], atol=1)


def test_a_stratified_split_keeps_the_proportions_and_a_random_one_need_not(rng):
    labels = rng.permutation(np.repeat([0, 1, 2], [600, 300, 100]))
    for part in data.split(1000, (0.5, 0.3, 0.2), rng=rng, labels=labels):
        np.testing.assert_allclose(np.bincount(labels[part]) / len(part), [0.6, 0.3, 0.1], atol=0.005)
        assert (np.diff(labels[part]) != 0).sum() > len(part) / 4       # and the classes are mixed
    exact = [np.array_equal(np.bincount(labels[p]), [300, 150, 50]) for p in
             (data.split(1000, (0.5, 0.5), rng=rng)[0] for _ in range(5))]
    assert not all(exact)


def test_folds_are_scikit_learns():
    for n, k in [(10, 5), (11, 3), (7, 7)]:
        for (train, validation), (sk_train, sk_validation) in zip(data.k_fold(n, k), KFold(k).split(np.zeros(n)), strict=True):
            np.testing.assert_array_equal(validation, sk_validation)
            np.testing.assert_array_equal(train, sk_train)


@given(n=st.integers(2, 60), seed=st.integers(0, 99), drawn=st.data())
def test_folds_hold_out_every_row_once(n, seed, drawn):
    folds = data.k_fold(n, drawn.draw(st.integers(2, n)), rng=np.random.default_rng(seed))
    assert is_partition([v for _, v in folds], n)
    for train, validation in folds:
        assert is_partition([train, validation], n)


def test_stratified_folds_have_the_class_sizes_of_scikit_learn(rng):
    labels = rng.permutation(UNEVEN)
    ours = [np.bincount(labels[v]) for _, v in data.k_fold(100, 5, rng=rng, labels=labels)]
    theirs = [np.bincount(labels[v]) for _, v in StratifiedKFold(5).split(labels, labels)]
    np.testing.assert_array_equal(ours, theirs)


def test_minibatches_go_through_every_row_once_and_keep_rows_together(rng):
    x, y = np.arange(23) * 10.0, np.arange(23)
    batches = list(data.minibatches(x, y, size=5, rng=rng))
    assert [len(b[0]) for b in batches] == [5, 5, 5, 5, 3]
    seen = np.concatenate([b[1] for b in batches])
    np.testing.assert_array_equal(np.concatenate([b[0] for b in batches]), seen * 10.0)
    assert is_partition([seen], 23) and not np.array_equal(seen, y)


def test_minibatches_may_keep_the_order_and_drop_the_last():
    assert [b.tolist() for b in data.minibatches(np.arange(7), size=3)] == [[0, 1, 2], [3, 4, 5], [6]]
    assert [b.tolist() for b in data.minibatches(np.arange(7), size=3, drop_last=True)] == [[0, 1, 2], [3, 4, 5]]
    assert list(data.minibatches(np.arange(2), size=3, drop_last=True)) == []


def test_one_hot_is_scikit_learns(rng):
    labels = rng.integers(0, 4, 20)
    np.testing.assert_array_equal(
        data.one_hot(labels, 4), OneHotEncoder(categories=[range(4)], sparse_output=False).fit_transform(labels[:, None]))
    assert data.one_hot(labels, 4, dtype=np.float32).dtype == np.float32
    assert data.one_hot(np.array([2])).shape == (1, 3)


@pytest.mark.parametrize(("call", "message"), [
    (lambda rng: data.split(10, (0.5, 0.6), rng=rng), r"fractions is \(0.5, 0.6\); expected positive numbers that add up to 1"),
    (lambda rng: data.split(3, rng=rng), "3 rows are too few"),
    (lambda rng: data.split(3, rng=rng, labels=np.zeros(4, int)), "labels has 4 entries for n = 3 rows"),
    (lambda rng: data.k_fold(4, 5), "k is 5; expected a whole number from 2 to n = 4"),
    (lambda rng: data.minibatches(np.zeros(3), np.zeros(4), size=2), r"one length, theirs are \[3, 4\]"),
    (lambda rng: data.minibatches(np.zeros(3), size=0), "size is 0; expected a whole number ≥ 1"),
    (lambda rng: data.one_hot(np.array([0, 3]), 3), r"labels must lie in \[0, 3\); they run from 0 to 3"),
    (lambda rng: data.one_hot(np.array([-1, 1])), r"labels must lie in \[0, 2\); they run from -1 to 1"),
])
def test_wrong_arguments_are_named(call, message, rng):
    with pytest.raises(ValueError, match=message):
        call(rng)
