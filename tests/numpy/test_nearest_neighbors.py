"""Distances, neighbours and confusion matrices against SciPy and scikit-learn, and the numbers that unit 01 works out."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.spatial.distance import cdist
from sklearn import metrics
from sklearn.neighbors import KNeighborsClassifier

from dl_helpers.data import digits
from dl_helpers.numpy.confusion import confusion_matrix, precision_recall
from dl_helpers.numpy.nearest_neighbors import k_nearest_neighbors, nearest, pairwise_distances, votes

NAMES = {"l1": "cityblock", "l2": "euclidean"}


@pytest.mark.parametrize("metric", NAMES)
@pytest.mark.parametrize("m, n, d", [(5, 7, 3), (1, 4, 1), (6, 6, 6)])
def test_distances_are_scipys(metric, m, n, d):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(m, d)), rng.normal(size=(n, d))
    assert_allclose(pairwise_distances(x, y, metric), cdist(x, y, NAMES[metric]), rtol=1e-10)


@pytest.mark.parametrize("metric", NAMES)
def test_float32_stays_and_nothing_is_changed(metric):
    x = np.random.default_rng(1).normal(size=(4, 3)).astype(np.float32)
    before = x.copy()
    assert pairwise_distances(x, x, metric).dtype == np.float32
    assert_array_equal(x, before)


def test_rounding_below_zero_gives_zero():
    x = 1000 + np.random.default_rng(2).normal(size=(60, 5))
    assert ((x * x).sum(axis=1) - 2 * np.diag(x @ x.T) + (x * x).sum(axis=1)).min() < 0
    assert np.isfinite(pairwise_distances(x, x)).all()


@pytest.mark.parametrize("metric", NAMES)
@pytest.mark.parametrize("k", [1, 3, 8])
def test_predictions_are_scikit_learns(metric, k):
    data = digits()
    x, y = data.x.reshape(len(data), -1).astype(float), data.y
    x += 1e-6 * np.random.default_rng(3).random(x.shape)        # no two distances are equal, so both break no ties there
    theirs = KNeighborsClassifier(k, p=int(metric[1]), algorithm="brute").fit(x[:500], y[:500]).predict(x[500:700])
    assert_array_equal(k_nearest_neighbors(pairwise_distances(x[500:700], x[:500], metric), y[:500], k), theirs)


def test_ties():
    assert_array_equal(nearest(np.array([[2.0, 1, 1, 3, 1]]), 3), [[1, 2, 4]])
    assert k_nearest_neighbors(np.array([[1.0, 2, 3, 4]]), np.array([2, 0, 0, 2]), 4) == [0]
    assert k_nearest_neighbors(np.array([[1.0, 1]]), np.array([1, 0]), 1) == [1]


def test_votes_add_up_to_k():
    rng = np.random.default_rng(4)
    counted = votes(rng.random((6, 9)), rng.integers(0, 3, 9), 5, classes=4)
    assert counted.shape == (6, 4)
    assert_array_equal(counted.sum(axis=1), np.full(6, 5))


def test_one_neighbour_makes_no_error_on_what_it_has_stored():
    rng = np.random.default_rng(5)
    x, labels = rng.normal(size=(40, 3)), rng.integers(0, 4, 40)
    assert_array_equal(k_nearest_neighbors(pairwise_distances(x, x, "l1"), labels, 1), labels)


def test_the_distances_of_the_lecture():
    x, y = np.array([[1.0, 2, 3]]), np.array([[2.0, 0, 5]])
    assert pairwise_distances(x, y, "l1").item() == 5
    assert pairwise_distances(x, y, "l2").item() == pytest.approx(3)


def test_confusion_precision_and_recall_are_scikit_learns():
    rng = np.random.default_rng(6)
    labels, pred = rng.integers(0, 4, 200), rng.integers(0, 4, 200)
    confusion = confusion_matrix(labels, pred, 5)               # class 4 never occurs
    assert_array_equal(confusion, metrics.confusion_matrix(labels, pred, labels=range(5)))
    precision, recall = precision_recall(confusion)
    theirs = metrics.precision_recall_fscore_support(labels, pred, labels=range(5), zero_division=0)
    assert_allclose(precision, theirs[0])
    assert_allclose(recall, theirs[1])


def test_the_screening_of_the_exercise():
    precision, recall = precision_recall(np.array([[950, 40], [2, 8]]))
    assert precision[1] == pytest.approx(1 / 6) and recall[1] == 0.8


@pytest.mark.parametrize("call, message", [
    (lambda: pairwise_distances(np.ones((2, 3)), np.ones((2, 4))), "pairwise_distances: y has D = 4, but x has D = 3"),
    (lambda: pairwise_distances(np.ones((2, 3)), np.ones((2, 3)), "l3"), "metric is 'l3'; expected one of 'l1', 'l2'"),
    (lambda: nearest(np.ones((2, 3)), 4), "k is 4; expected at most N = 3"),
    (lambda: votes(np.ones((1, 2)), np.array([0, 3]), 1, classes=2), r"labels must lie in \[0, 2\)"),
    (lambda: confusion_matrix(np.array([0, 2]), np.array([0, 1]), 2), r"labels must lie in \[0, 2\)"),
])
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
