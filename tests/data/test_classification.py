import numpy as np
import pytest

from dl_helpers import data

PROBLEMS = [data.two_moons, data.spirals, data.rings, data.blobs, data.xor]
every_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: p.__name__)


@every_problem
def test_classes_have_equal_size_and_random_order(problem, rng):
    x, labels = problem(100, rng=rng)
    sizes = np.bincount(labels)
    assert x.shape == (100, 2) and x.dtype == np.float64 and labels.dtype == np.int64
    assert sizes.max() - sizes.min() <= 1
    assert 10 < (np.diff(labels) != 0).sum() < 99


@every_problem
def test_the_same_seed_gives_the_same_data(problem):
    one, two, other = (problem(30, rng=np.random.default_rng(seed)) for seed in (1, 1, 2))
    for a, b in zip(one, two):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(one[0], other[0])


def accuracy(model, x, labels):
    return model.fit(x, labels).score(x, labels)


@pytest.mark.parametrize(("problem", "linear_at_most"), [
    (data.two_moons, 0.92), (data.spirals, 0.7), (data.rings, 0.65), (data.xor, 0.8),
], ids=lambda v: getattr(v, "__name__", ""))
def test_no_line_separates_what_neighbours_do(problem, linear_at_most, rng):
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier

    x, labels = problem(400, rng=rng)
    fresh, fresh_labels = problem(400, rng=rng)
    assert accuracy(LogisticRegression(), x, labels) <= linear_at_most
    assert KNeighborsClassifier(5).fit(x, labels).score(fresh, fresh_labels) > 0.97


def test_a_linear_classifier_separates_blobs(rng):
    from sklearn.linear_model import LogisticRegression

    assert accuracy(LogisticRegression(), *data.blobs(300, classes=4, spread=0.3, rng=rng)) > 0.99


def test_without_noise_the_points_lie_on_their_curves(rng):
    x, labels = data.two_moons(50, noise=0, rng=rng)
    centre = np.where(labels[:, None] == 0, [0, 0], [1, 0.5])
    np.testing.assert_allclose(np.linalg.norm(x - centre, axis=1), 1)
    x, labels = data.rings(50, classes=3, noise=0, rng=rng)
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), labels + 1)
    x, labels = data.xor(50, noise=0, rng=rng)
    np.testing.assert_array_equal((x[:, 0] > 0) ^ (x[:, 1] > 0), labels)
    x, labels = data.spirals(50, classes=4, turns=1.5, noise=0, rng=rng)
    r = np.linalg.norm(x, axis=1)
    angle = np.arctan2(x[:, 1], x[:, 0]) - 2 * np.pi * 1.5 * r
    np.testing.assert_array_equal(np.round(angle / (2 * np.pi) * 4).astype(int) % 4, labels)
    np.testing.assert_allclose((angle / (2 * np.pi) * 4) % 1 % 0.999999, 0, atol=1e-5)


@every_problem
def test_wrong_arguments_are_named(problem, rng):
    with pytest.raises(ValueError, match=f"{problem.__name__}: n is 0; expected a whole number ≥ 1"):
        problem(0, rng=rng)
    with pytest.raises(TypeError, match=f"{problem.__name__}: rng is 3; expected a generator"):
        problem(10, rng=3)
    name = "spread" if problem is data.blobs else "noise"
    with pytest.raises(ValueError, match=f"{problem.__name__}: {name} is -1; expected a number ≥ 0"):
        problem(10, rng=rng, **{name: -1})
