"""Augmentation: changes to training images (N, C, H, W) that leave their meaning alone. (A mirrored 3 is no 3.)

Each image of the batch draws its own change. The result has the shape and dtype of x; x is not modified.
"""

import numpy as np

from dl_helpers.arguments import count, generator, non_negative, option, positive, shapes

__all__ = ["cutout", "mixup", "random_brightness", "random_crop", "random_flip", "random_rotation", "rotate"]


def random_flip(x, p=0.5, *, rng):
    """Mirror an image left to right, with probability p.

    x: (N, C, H, W); p: from 0 to 1; rng: np.random.Generator. Returns (N, C, H, W).
    """
    n, *_ = _images("random_flip", x, rng)
    option("random_flip", "p", p, (lambda v: np.isscalar(v) and 0 <= v <= 1, "a probability from 0 to 1"))
    flipped = rng.uniform(size=(n, 1, 1, 1)) < p
    return np.where(flipped, x[..., ::-1], x)


def random_crop(x, padding=4, *, rng):
    """Pad an image with zeros on all sides and cut out a window of the old size: a shift by up to `padding` pixels.

    x: (N, C, H, W); padding: in pixels; rng: np.random.Generator. Returns (N, C, H, W).
    """
    n, _, h, w = _images("random_crop", x, rng)
    count("random_crop", "padding", padding, least=0)
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (h, w), axis=(2, 3))
    top, left = rng.integers(0, 2 * padding + 1, (2, n))
    return windows[np.arange(n), :, top, left]


def random_brightness(x, strength=0.3, *, rng):
    """out = clip(f · x, 0, 1) with a factor f ~ U(1 - strength, 1 + strength) for each image.

    x: (N, C, H, W) in [0, 1]; strength: from 0 to 1; rng: np.random.Generator. Returns (N, C, H, W).
    """
    n, *_ = _images("random_brightness", x, rng)
    option("random_brightness", "strength", strength, (lambda v: np.isscalar(v) and 0 <= v <= 1, "a number from 0 to 1"))
    factor = rng.uniform(1 - strength, 1 + strength, (n, 1, 1, 1)).astype(x.dtype)
    return (factor * x).clip(0, 1)


def random_rotation(x, degrees=15.0, *, rng):
    """Turn an image about its centre by an angle ~ U(-degrees, degrees), as rotate does.

    x: (N, C, H, W); degrees: ≥ 0; rng: np.random.Generator. Returns (N, C, H, W).
    """
    n, *_ = _images("random_rotation", x, rng)
    non_negative("random_rotation", "degrees", degrees)
    return rotate(x, rng.uniform(-degrees, degrees, n))


def rotate(x, degrees):
    """Turn images counterclockwise about their centre, with bilinear interpolation and zeros from outside.

    out[r] = x[R r],  R = [[cos φ, sin φ], [-sin φ, cos φ]] on (row, column) measured from the centre:
    each pixel fetches its value from where it came from

    x: (N, C, H, W); degrees: (N,) angles φ, one for each image. Returns (N, C, H, W).
    """
    n, _, h, w = shapes("rotate: x (N, C, H, W)", x)
    angle = np.deg2rad(np.asarray(degrees, dtype=float))
    if angle.shape != (n,):
        raise ValueError(f"rotate: degrees must have one angle for each of the {n} images: degrees.shape = {angle.shape}")
    middle = np.array([(h - 1) / 2, (w - 1) / 2])
    dy, dx = np.arange(h)[:, None] - middle[0], np.arange(w) - middle[1]
    cos, sin = (f(angle)[:, None, None] for f in (np.cos, np.sin))
    row, column = middle[0] + cos * dy + sin * dx, middle[1] - sin * dy + cos * dx          # (N, H, W)

    # One ring of zeros all round: a neighbour outside the image then counts as 0.
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    row, column = row.clip(-1, h) + 1, column.clip(-1, w) + 1
    top, left = np.minimum(row.astype(int), h), np.minimum(column.astype(int), w)
    below, right = (row - top).astype(x.dtype)[:, None], (column - left).astype(x.dtype)[:, None]

    def at(i, j):
        return padded[np.arange(n)[:, None, None], :, i, j].transpose(0, 3, 1, 2)

    upper = (1 - right) * at(top, left) + right * at(top, left + 1)
    lower = (1 - right) * at(top + 1, left) + right * at(top + 1, left + 1)
    return (1 - below) * upper + below * lower


def cutout(x, size=8, *, rng):
    """Blank a square at a random place, partly outside perhaps: no single detail may decide.

    x: (N, C, H, W); size: side of the square in pixels; rng: np.random.Generator. Returns (N, C, H, W).
    Source: DeVries and Taylor, Improved Regularization of Convolutional Neural Networks with Cutout, 2017.
    """
    n, _, h, w = _images("cutout", x, rng)
    count("cutout", "size", size)
    top, left = (rng.integers(0, side, n)[:, None] - size // 2 for side in (h, w))
    rows, columns = np.arange(h), np.arange(w)
    in_rows = (top <= rows) & (rows < top + size)
    in_columns = (left <= columns) & (columns < left + size)
    return np.where((in_rows[:, :, None] & in_columns[:, None, :])[:, None], x.dtype.type(0), x)


def mixup(x, y, alpha=0.2, *, rng):
    """Blend every sample, and its target, with another one of the batch.

    x ← λ x_i + (1 - λ) x_j,  y ← λ y_i + (1 - λ) y_j,  λ ~ Beta(α, α)

    x: (N, C, H, W); y: (N, M) one-hot or soft targets; alpha: α > 0; rng: np.random.Generator.
    Returns x (N, C, H, W) and y (N, M), in their dtypes.
    Source: Zhang, Cissé, Dauphin and Lopez-Paz, mixup: Beyond Empirical Risk Minimization, 2018.
    """
    n, *_ = _images("mixup", x, rng)
    (rows, _) = shapes("mixup: y (N, M)", y)
    if rows != n:
        raise ValueError(f"mixup: x has N = {n} images, but y has N = {rows}: y.shape = {y.shape}")
    positive("mixup", "alpha", alpha)
    share, partner = rng.beta(alpha, alpha, n), rng.permutation(n)

    def blend(a):
        s = share.reshape((n,) + (1,) * (a.ndim - 1)).astype(a.dtype)
        return s * a + (1 - s) * a[partner]

    return blend(x), blend(y)


def _images(op, x, rng):
    sizes = shapes(f"{op}: x (N, C, H, W)", x)
    generator(op, rng)
    return sizes
