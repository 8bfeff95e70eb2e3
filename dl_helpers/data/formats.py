"""The file formats of MNIST and CIFAR-10, read without trusting them."""

import gzip
import math
import pickle
import tarfile
import zlib

import numpy as np

__all__ = ["read_cifar", "read_idx"]


# What an archive cut short, an archive of something else or a broken pickle may raise.
_NOT_CIFAR = (tarfile.TarError, pickle.UnpicklingError, zlib.error, OSError, EOFError, LookupError, TypeError, ValueError,
              AttributeError, ImportError)


def read_idx(path):
    """An array of bytes from a gzipped idx file, as MNIST has them: (...) uint8.

    path: the file. It holds two zero bytes, the type (8: unsigned byte), the number of axes,
    each size as 4 bytes with the highest first, and the data.
    Raises ValueError where the file is no such one.
    """
    try:
        with gzip.open(path) as file:
            content = file.read()
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"read_idx: {path} is no gzip file: {error}") from error
    if content[:3] != b"\x00\x00\x08" or len(content) < 4 + 4 * content[3]:
        raise ValueError(f"read_idx: {path} is no idx file of bytes: it begins with {content[:4].hex(' ')}")
    axes = content[3]
    shape = tuple(np.frombuffer(content, ">u4", axes, offset=4).tolist())
    pixels = np.frombuffer(content, np.uint8, offset=4 + 4 * axes)
    if pixels.size != math.prod(shape):
        raise ValueError(f"read_idx: {path} announces the shape {shape}, but holds {pixels.size} bytes")
    return pixels.reshape(shape)


def read_cifar(path, batches):
    """Images and labels from batches of the CIFAR-10 archive: (N, 3, 32, 32) uint8 and (N,) int64.

    path: cifar-10-python.tar.gz, read where it lies (nothing is unpacked); batches: their names ("data_batch_1", ...).
    Raises ValueError where the file is no such archive.
    """
    images, labels = [], []
    try:
        with tarfile.open(path) as archive:
            for name in batches:
                with archive.extractfile(f"cifar-10-batches-py/{name}") as file:
                    batch = _ArraysOnly(file, encoding="bytes").load()
                images.append(np.asarray(batch[b"data"], dtype=np.uint8).reshape(-1, 3, 32, 32))
                labels.append(np.asarray(batch[b"labels"], dtype=np.int64))
    except _NOT_CIFAR as error:
        raise ValueError(f"read_cifar: {path} is not the CIFAR-10 archive: {error}") from error
    return np.concatenate(images), np.concatenate(labels)


class _ArraysOnly(pickle.Unpickler):
    """Unpickles arrays and plain containers, nothing else: a pickle may otherwise call any function it names."""

    _ALLOWED = frozenset({("multiarray", "_reconstruct"), ("numpy", "ndarray"), ("numpy", "dtype"), ("_codecs", "encode")})

    def find_class(self, module, name):
        # Old files say numpy.core for what is numpy._core today.
        short = "multiarray" if module in ("numpy.core.multiarray", "numpy._core.multiarray") else module
        if (short, name) not in self._ALLOWED:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which has no place in a file of images")
        return super().find_class("numpy._core.multiarray" if short == "multiarray" else module, name)
