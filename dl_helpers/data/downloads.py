"""MNIST, Fashion-MNIST and CIFAR-10: downloaded when first asked for, with a stand-in where there is no network."""

import warnings
from zlib import crc32

import numpy as np

from dl_helpers.arguments import count, option
from dl_helpers.data.augmentation import random_crop
from dl_helpers.data.dataset import DataSet
from dl_helpers.data.download import DownloadError, Remote, fetch
from dl_helpers.data.formats import read_cifar, read_idx
from dl_helpers.data.real import digits

__all__ = ["cifar10", "fashion_mnist", "mnist"]

_TRAIN_IMAGES, _TRAIN_LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"
_TEST_IMAGES, _TEST_LABELS = "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"
_IDX = {"train": (_TRAIN_IMAGES, _TRAIN_LABELS), "test": (_TEST_IMAGES, _TEST_LABELS)}

MNIST = Remote(
    "mnist",
    ("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"),
    {_TRAIN_IMAGES: "f68b3c2dcbeaaa9fbdd348bbdeb94873", _TRAIN_LABELS: "d53e105ee54ea40749a09fcbcd1e9432",
     _TEST_IMAGES: "9fb629c4189551a2d022fa330f9573f3", _TEST_LABELS: "ec29112dd5afa0611ce80d1b7f02629c"},
)
FASHION_MNIST = Remote(
    "fashion-mnist",
    ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",),
    {_TRAIN_IMAGES: "8d4fb7e6c68d591d4c3dfef9ec88bf0d", _TRAIN_LABELS: "25c81989df183df01b3e8a0aad5dffbe",
     _TEST_IMAGES: "bef4ecab320f06d8554ea6380940ec79", _TEST_LABELS: "bb300cfdad3c16e7a12a480ee83cd310"},
)
_CIFAR_ARCHIVE = "cifar-10-python.tar.gz"
CIFAR10 = Remote("cifar10", ("https://www.cs.toronto.edu/~kriz/",), {_CIFAR_ARCHIVE: "c58f30108f718f92721af3b95e74349a"})
_CIFAR_BATCHES = {"train": tuple(f"data_batch_{i}" for i in range(1, 6)), "test": ("test_batch",)}

_STAND_IN_SIZE = {"train": 10_000, "test": 2_000}


def mnist(part="train", limit=None, *, offline_ok=False, progress=True):
    """Handwritten digits of 28 × 28 pixels: 60,000 to train, 10,000 to test (12 MB to download).

    part: "train" or "test"; limit: only that many rows, the first ones; progress: show a bar while downloading;
    offline_ok: where the files cannot be had, warn and return a stand-in: the digits of scikit-learn, enlarged
    and shifted, at most 10,000 to train and 2,000 to test, with `stand_in` set.
    Returns a DataSet with x (N, 1, 28, 28) float32 in [0, 1] and y (N,) int64 in [0, 10).
    Raises DownloadError with one clear sentence where the files cannot be had.
    Source: LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition, 1998.
    """
    return _load("mnist", part, limit, offline_ok, _read_idx_pair(MNIST, part, progress), _enlarged_digits,
                 dict(target="digit", classes=tuple(map(str, range(10))),
                      description="MNIST: handwritten digits, LeCun, Bottou, Bengio and Haffner 1998."))


def fashion_mnist(part="train", limit=None, *, offline_ok=False, progress=True):
    """Pieces of clothing of 28 × 28 pixels, a harder MNIST: 60,000 to train, 10,000 to test (31 MB to download).

    Arguments, results and errors as in mnist. The stand-in has one smooth random pattern for each class, shifted and noisy.
    Source: Xiao, Rasul and Vollgraf, Fashion-MNIST: a Novel Image Dataset, 2017.
    """
    classes = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
    return _load("fashion_mnist", part, limit, offline_ok, _read_idx_pair(FASHION_MNIST, part, progress),
                 lambda part: _patterns(1, 28),
                 dict(target="article", classes=classes,
                      description="Fashion-MNIST: photographs of clothing, Xiao, Rasul and Vollgraf 2017."))


def cifar10(part="train", limit=None, *, offline_ok=False, progress=True):
    """Colour photographs of 32 × 32 pixels, ten classes: 50,000 to train, 10,000 to test (170 MB to download).

    Arguments, results and errors as in mnist, but x is (N, 3, 32, 32): red, green, blue.
    The stand-in has one smooth random pattern for each class, shifted and noisy.
    Source: Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009.
    """
    classes = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")

    def read():
        return read_cifar(fetch(CIFAR10, _CIFAR_ARCHIVE, progress), _CIFAR_BATCHES[part])

    return _load("cifar10", part, limit, offline_ok, read, lambda part: _patterns(3, 32),
                 dict(target="object", classes=classes,
                      description="CIFAR-10: tiny colour photographs, Krizhevsky 2009."))


def _read_idx_pair(remote, part, progress):
    def read():
        images, labels = (read_idx(fetch(remote, file, progress)) for file in _IDX[part])
        return images[:, None], labels.astype(np.int64)

    return read


def _load(name, part, limit, offline_ok, read, prototypes, meaning):
    """The data set that `read` returns as bytes, or the stand-in made of the prototypes."""
    option(name, "part", part, ("train", "test"))
    if limit is not None:
        count(name, "limit", limit)
    try:
        images, labels = read()
    except DownloadError as error:
        if not offline_ok:
            raise
        n = min(limit or _STAND_IN_SIZE[part], _STAND_IN_SIZE[part])
        warnings.warn(f"This is not {name}, but a stand-in of {n} generated images. {error}", stacklevel=3)
        x, y = _stand_in(*prototypes(part), n, np.random.default_rng(crc32(f"{name} {part}".encode())))
        notice = f"A STAND-IN of generated images, not the real data. In its place: {meaning['description']}"
        return DataSet(x=x, y=y, stand_in=True, **meaning | {"description": notice})
    return DataSet(x=images[:limit].astype(np.float32) / 255, y=labels[:limit], **meaning)


def _stand_in(prototypes, classes, n, rng):
    """n images (N, C, H, W) float32 in [0, 1]: prototypes, shifted by up to 2 pixels and made noisy; and their classes (N,)."""
    chosen = rng.integers(0, len(prototypes), n)
    x = random_crop(prototypes[chosen], padding=2, rng=rng)
    x += 0.1 * rng.standard_normal(x.shape, dtype=np.float32)
    return x.clip(0, 1), classes[chosen]


def _enlarged_digits(part):
    """The digits of scikit-learn as (N, 1, 28, 28); the first 1297 for training, the other 500 for the test."""
    from scipy.ndimage import zoom

    small = digits()[:1297] if part == "train" else digits()[1297:]
    large = zoom(small.x, (1, 1, 2.5, 2.5), order=1)
    return np.pad(large, ((0, 0), (0, 0), (4, 4), (4, 4))), small.y


def _patterns(channels, size):
    """One smooth random pattern for each of ten classes, (10, C, H, W) float32 in [0, 1]: always the same ones."""
    from scipy.ndimage import zoom

    coarse = np.random.default_rng(10).uniform(size=(10, channels, 4, 4)).astype(np.float32)
    return zoom(coarse, (1, 1, size / 4, size / 4), order=1), np.arange(10)
