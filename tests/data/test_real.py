import subprocess
import sys

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from dl_helpers import data


@pytest.mark.parametrize(("load", "shape", "classes"), [
    (data.diabetes, (442, 10), 0), (data.digits, (1797, 1, 8, 8), 10),
    (data.iris, (150, 4), 3), (data.breast_cancer, (569, 30), 2),
], ids=lambda v: getattr(v, "__name__", ""))
def test_real_sets_have_the_published_sizes_and_say_what_they_are(load, shape, classes):
    d = load()
    assert d.x.shape == shape and len(d) == len(d.y) == shape[0] and len(d.classes) == classes
    assert len(d.description) > 300 and d.target
    if len(shape) == 2:
        assert len(d.names) == len(d.units) == shape[1]
    if classes:
        assert d.y.dtype == np.int64 and set(d.y) == set(range(classes))


def test_published_class_sizes_and_ranges():
    np.testing.assert_array_equal(np.bincount(data.iris().y), [50, 50, 50])
    np.testing.assert_array_equal(np.bincount(data.breast_cancer().y), [212, 357])
    d = data.diabetes()
    assert (d.y.min(), d.y.max()) == (25, 346)
    assert d.x[:, 0].min() >= 19 and d.x[:, 0].max() <= 79          # years
    x = data.digits().x
    assert x.dtype == np.float32 and x.min() == 0 and x.max() == 1


@pytest.mark.parametrize("name", ["china", "flower"])
def test_photographs_are_images_between_zero_and_one(name):
    image = data.photograph(name)
    assert image.shape == (3, 427, 640) and image.dtype == np.float32 and image.flags["C_CONTIGUOUS"]
    assert 0 <= image.min() < 0.1 and 0.9 < image.max() <= 1


def test_an_unknown_photograph_is_refused():
    with pytest.raises(ValueError, match="photograph: name is 'cat'; expected one of 'china', 'flower'"):
        data.photograph("cat")


def test_rows_of_a_data_set_are_a_data_set():
    d = data.iris()
    part = d[d.y == 1]
    assert len(part) == 50 and part.names == d.names and "3 classes: species" in repr(part)


def test_standardizer_is_scikit_learns_and_fitted_on_the_training_part_only(rng):
    x = data.diabetes().x
    train, test = x[:300], x[300:]
    ours, theirs = data.Standardizer.fit(train), StandardScaler().fit(train)
    np.testing.assert_allclose(ours(test), theirs.transform(test), rtol=1e-12)
    np.testing.assert_allclose(ours.undo(ours(test)), test, rtol=1e-12)
    assert np.abs(ours(test).mean(axis=0)).max() > 0.01            # the test part keeps its own mean


def test_standardizer_leaves_constant_features_and_dtype_alone():
    x = data.digits().x                                             # some pixels are blank in every image
    standardize = data.Standardizer.fit(x)
    z = standardize(x)
    assert z.dtype == np.float32 and np.isfinite(z).all()
    np.testing.assert_array_equal(z[:, 0, 0, 0], 0)
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-4)


def test_standardizer_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match=r"at least one sample: x.shape = \(0, 3\)"):
        data.Standardizer.fit(np.empty((0, 3)))
    with pytest.raises(ValueError, match=r"x has samples of shape \(4,\), but it was fitted to \(3,\)"):
        data.Standardizer.fit(np.ones((5, 3)))(np.ones((2, 4)))
    with pytest.raises(TypeError, match="x has dtype int64; expected a floating-point one"):
        data.Standardizer.fit(np.ones((5, 3), dtype=int))


def test_importing_the_data_module_loads_nothing_heavy():
    heavy = ["torch", "sklearn", "scipy", "pooch", "matplotlib", "rich", "requests"]
    code = f"import sys, dl_helpers.data; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
