"""Generated images, with the class of every pixel known."""

import numpy as np

from dl_helpers.arguments import count, generator, non_negative

__all__ = ["SHAPES", "shape_images"]

SHAPES = ("background", "disc", "square", "triangle")

# Each shape as a condition on coordinates (u to the right, v upwards) in units of its radius.
_INSIDE = {
    "disc": lambda u, v: u**2 + v**2 <= 1,
    "square": lambda u, v: np.maximum(abs(u), abs(v)) <= np.sqrt(1 / 2),
    "triangle": lambda u, v: (v >= -1 / 2) & (np.sqrt(3) * abs(u) + v <= 1),
}


def shape_images(n=100, size=32, objects=1, noise=0.1, *, rng):
    """Colourful discs, squares and triangles, turned and of many sizes, on a dark noisy ground: to classify or to segment.

    n: number of images; size: H = W ≥ 8 in pixels; objects: how many shapes in each, ≥ 1 (a later one may cover an
    earlier one); noise: standard deviation ≥ 0 of the pixels' noise; rng: np.random.Generator.
    Returns x (N, 3, H, W) float32 in [0, 1], and masks (N, H, W) int64, the class of each pixel as an index into SHAPES.
    With one object, masks.max(axis=(1, 2)) is the class of the image.
    """
    op = "shape_images"
    count(op, "n", n)
    count(op, "size", size, least=8)
    count(op, "objects", objects)
    non_negative(op, "noise", noise)
    generator(op, rng)
    rows, columns = np.mgrid[:size, :size]
    x = np.full((n, 3, size, size), 0.15)
    masks = np.zeros((n, size, size), dtype=np.int64)
    for image, mask in zip(x, masks):
        for _ in range(objects):
            radius = rng.uniform(0.18, 0.35) * size
            centre = rng.uniform(radius, size - 1 - radius, 2)       # the whole shape lies within the image
            angle = rng.uniform(0, 2 * np.pi)
            right, up = (columns - centre[0]) / radius, (centre[1] - rows) / radius
            u, v = np.cos(angle) * right + np.sin(angle) * up, np.cos(angle) * up - np.sin(angle) * right
            shape = int(rng.integers(1, len(SHAPES)))
            inside = _INSIDE[SHAPES[shape]](u, v)
            mask[inside] = shape
            image[:, inside] = rng.uniform(0.4, 1, (3, 1))
    x += rng.normal(0, noise, x.shape)
    return x.clip(0, 1).astype(np.float32), masks
