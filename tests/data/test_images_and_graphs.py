import networkx as nx
import numpy as np
import pytest
from scipy import ndimage

from dl_helpers import data


def test_shape_images_and_their_masks(rng):
    x, masks = data.shape_images(60, size=32, noise=0, rng=rng)
    assert x.shape == (60, 3, 32, 32) and x.dtype == np.float32
    assert masks.shape == (60, 32, 32) and masks.dtype == np.int64
    assert set(masks.max(axis=(1, 2))) == {1, 2, 3}
    for image, mask in zip(x, masks):
        assert ndimage.label(mask, np.ones((3, 3)))[1] == 1      # one object, in one piece
        np.testing.assert_allclose(image[:, mask == 0], 0.15)
        assert (image[:, mask > 0] >= 0.4 - 1e-6).all() and (np.ptp(image[:, mask > 0], axis=1) == 0).all()


def test_shapes_are_the_shapes_they_are_called(rng):
    """The share of the circumscribed circle that a shape fills: 1, 2/π and 3√3/4π."""
    _, masks = data.shape_images(60, size=128, rng=rng)
    for mask in masks:
        inside = np.argwhere(mask > 0)
        centre = inside.mean(axis=0)
        radius = np.linalg.norm(inside - centre, axis=1).max()
        filled = len(inside) / (np.pi * radius**2)
        expected = {1: 1, 2: 2 / np.pi, 3: 3 * np.sqrt(3) / (4 * np.pi)}[mask.max()]
        assert filled == pytest.approx(expected, rel=0.1)


def test_several_objects_and_noise(rng):
    x, masks = data.shape_images(20, objects=4, noise=0.3, rng=rng)
    assert x.min() >= 0 and x.max() <= 1
    assert max(len(np.unique(m)) for m in masks) == 4
    with pytest.raises(ValueError, match="shape_images: size is 4; expected a whole number ≥ 8"):
        data.shape_images(size=4, rng=rng)


def test_karate_club_is_zacharys():
    ours, theirs = data.karate_club(), nx.karate_club_graph()
    assert {tuple(e) for e in ours.edges.tolist()} == {tuple(sorted(e)) for e in theirs.edges}
    assert [ours.classes[label] for label in ours.labels] == [
        {"Mr. Hi": "instructor", "Officer": "president"}[theirs.nodes[i]["club"]] for i in range(34)]
    np.testing.assert_array_equal(data.adjacency(ours), nx.to_numpy_array(theirs, weight=None))
    assert data.adjacency(ours).sum() == 2 * 78


def test_a_stochastic_block_model_has_its_probabilities(rng):
    g = data.stochastic_block_model((80, 120), within=0.2, between=0.05, rng=rng)
    a, same = data.adjacency(g), g.labels[:, None] == g.labels
    pairs = ~np.eye(200, dtype=bool)
    assert a[same & pairs].mean() == pytest.approx(0.2, rel=0.07)
    assert a[~same].mean() == pytest.approx(0.05, rel=0.1)
    np.testing.assert_array_equal(np.bincount(g.labels), [80, 120])
    assert len(np.unique(g.edges, axis=0)) == len(g.edges) and (g.edges[:, 0] < g.edges[:, 1]).all()
    with pytest.raises(ValueError, match=r"within is 1\.5; expected a probability from 0 to 1"):
        data.stochastic_block_model(within=1.5, rng=rng)


def test_no_edges_are_still_a_graph(rng):
    g = data.stochastic_block_model((3, 2), within=0, between=0, rng=rng)
    assert g.edges.shape == (0, 2)
    np.testing.assert_array_equal(data.adjacency(g), np.zeros((5, 5)))
