import numpy as np
import pytest
from scipy import ndimage

from dl_helpers import data


@pytest.fixture
def x(rng):
    return rng.uniform(size=(6, 3, 9, 12))


AUGMENTATIONS = {
    "flip": data.random_flip, "crop": data.random_crop, "brightness": data.random_brightness,
    "rotation": data.random_rotation, "cutout": data.cutout,
}
every_augmentation = pytest.mark.parametrize("augment", AUGMENTATIONS.values(), ids=AUGMENTATIONS)


@every_augmentation
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shape_and_dtype_stay_and_the_input_is_left_alone(augment, dtype, x, rng):
    x = x.astype(dtype)
    before = x.copy()
    out = augment(x, rng=rng)
    assert out.shape == x.shape and out.dtype == dtype
    assert not np.array_equal(out, x)
    np.testing.assert_array_equal(x, before)
    out[:] = -1                                       # nor is the result a view of it
    np.testing.assert_array_equal(x, before)


@every_augmentation
def test_images_change_one_by_one_and_by_the_seed(augment, rng):
    x = np.repeat(rng.uniform(size=(1, 1, 12, 12)), 20, axis=0)
    out = augment(x, rng=np.random.default_rng(3))
    assert len({image.tobytes() for image in out}) > 1
    np.testing.assert_array_equal(out, augment(x, rng=np.random.default_rng(3)))


def test_flip_mirrors_all_or_none_or_half(x, rng):
    np.testing.assert_array_equal(data.random_flip(x, p=1, rng=rng), np.flip(x, axis=3))
    np.testing.assert_array_equal(data.random_flip(x, p=0, rng=rng), x)
    many = np.broadcast_to(np.arange(2.0), (2000, 1, 1, 2))
    assert abs((data.random_flip(many, rng=rng)[:, 0, 0, 0] == 1).mean() - 0.5) < 0.05


def test_crop_is_a_shift_with_zeros_from_outside(x, rng):
    out, seen = data.random_crop(x, padding=2, rng=rng), []
    for before, after in zip(x, out):
        shifts = [(i, j) for i in range(-2, 3) for j in range(-2, 3)
                  if np.allclose(ndimage.shift(before, (0, i, j), order=0, mode="constant"), after)]
        seen += shifts
        assert len(shifts) == 1
    assert len(set(seen)) > 1
    np.testing.assert_array_equal(data.random_crop(x, padding=0, rng=rng), x)


def test_brightness_is_one_factor_for_each_image(rng):
    x = rng.uniform(0.1, 0.5, size=(300, 3, 4, 4))
    factor = data.random_brightness(x, 0.3, rng=rng) / x
    np.testing.assert_allclose(factor, factor[:, :1, :1, :1] * np.ones_like(x))
    assert 0.7 <= factor.min() < 0.72 and 1.28 < factor.max() <= 1.3
    assert data.random_brightness(np.ones((50, 1, 2, 2)), 0.5, rng=rng).max() == 1


@pytest.mark.parametrize("shape", [(9, 12), (8, 8), (1, 5), (7, 2)])
def test_rotation_is_scipys(shape, rng):
    x = rng.normal(size=(7, 2, *shape))
    degrees = np.array([0, 5, -30, 90, 135, 180, -301.5])
    expected = [ndimage.rotate(image, angle, axes=(1, 2), reshape=False, order=1, mode="grid-constant")
                for image, angle in zip(x, degrees)]
    np.testing.assert_allclose(data.rotate(x, degrees), expected, atol=1e-12)


def test_rotation_by_a_right_angle_is_counterclockwise(rng):
    x = rng.normal(size=(1, 1, 6, 6))
    np.testing.assert_allclose(data.rotate(x, [90])[0, 0], np.rot90(x[0, 0]), atol=1e-12)


def test_random_rotation_stays_within_its_angle(rng):
    x = np.zeros((200, 1, 41, 41))
    x[:, :, 20, 40] = 1                                # a dot at the right end, 20 pixels from the centre
    seen = data.random_rotation(x, 15, rng=rng).sum(axis=(0, 1, 3)) > 1e-9
    highest = 20 * np.sin(np.deg2rad(15))
    assert np.flatnonzero(seen).min() >= 20 - np.ceil(highest) and np.flatnonzero(seen).max() <= 20 + np.ceil(highest)
    assert seen.sum() >= 9


def test_cutout_blanks_one_square(rng):
    out = data.cutout(np.ones((500, 2, 10, 12)), size=4, rng=rng)
    for image in out:
        blank = image[0] == 0
        np.testing.assert_array_equal(image[0], image[1])
        rows, columns = np.flatnonzero(blank.any(axis=1)), np.flatnonzero(blank.any(axis=0))
        assert blank.sum() == len(rows) * len(columns) and 2 <= len(rows) <= 4 and 2 <= len(columns) <= 4
    assert (out == 0).any(axis=0).all()                # every pixel has its turn


def test_mixup_blends_images_and_targets_alike(rng):
    y = np.eye(5)
    x = y.reshape(5, 5, 1, 1) * np.ones((5, 5, 2, 2))      # image n is bright in channel n only: it shows its target
    mixed, targets = data.mixup(x, y, alpha=1.0, rng=rng)
    np.testing.assert_allclose(mixed[:, :, 0, 0], targets)
    np.testing.assert_allclose(targets.sum(axis=1), 1)
    assert ((targets > 0).sum(axis=1) == 2).any()
    a, b = data.mixup(x.astype(np.float32), y.astype(np.float32), rng=rng)
    assert a.dtype == b.dtype == np.float32


def test_wrong_arguments_are_named(x, rng):
    for name, call in {
        r"random_flip: x has 3 axes, but 4 are expected": lambda: data.random_flip(x[0], rng=rng),
        r"random_flip: p is 2; expected a probability": lambda: data.random_flip(x, p=2, rng=rng),
        r"random_crop: padding is -1; expected a whole number ≥ 0": lambda: data.random_crop(x, padding=-1, rng=rng),
        r"cutout: size is 0; expected a whole number ≥ 1": lambda: data.cutout(x, size=0, rng=rng),
        r"rotate: degrees must have one angle for each of the 6 images": lambda: data.rotate(x, [1.0, 2.0]),
        r"mixup: x has N = 6 images, but y has N = 2": lambda: data.mixup(x, np.eye(2), rng=rng),
        r"mixup: alpha is 0; expected a positive number": lambda: data.mixup(x, np.eye(6), alpha=0, rng=rng),
    }.items():
        with pytest.raises(ValueError, match=name):
            call()
    with pytest.raises(TypeError, match="random_flip: x has dtype int64; expected a floating-point one"):
        data.random_flip(x.astype(int), rng=rng)
