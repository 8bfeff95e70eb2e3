"""The affine layer, and the table that turns words into vectors."""

import numpy as np

from dl_helpers.numpy.affine import affine_backward, affine_forward
from dl_helpers.numpy.embedding import embedding_backward, embedding_forward
from dl_helpers.numpy.nn.layer import Layer, uniform
from dl_helpers.numpy.temporal import temporal_affine_backward, temporal_affine_forward

__all__ = ["Affine", "Embedding", "TemporalAffine"]


class Affine(Layer):
    """out = x w + b: (N, inputs) -> (N, outputs). torch calls it Linear, and keeps w transposed."""

    learned = ("w", "b")

    def __init__(self, inputs, outputs, rng, dtype=np.float32):
        super().__init__(affine_forward, affine_backward)
        self.w = uniform(rng, inputs, inputs, outputs, dtype=dtype)
        self.b = uniform(rng, inputs, outputs, dtype=dtype)

    def backward_parameters(self, dout):
        x, _ = self.remembered()
        rows, drows = x.reshape(-1, x.shape[-1]), dout.reshape(-1, dout.shape[-1])
        self.dw, self.db = rows.T @ drows, drows.sum(axis=0)


class TemporalAffine(Affine):
    """The same affine map at every step of a sequence: (N, T, inputs) -> (N, T, outputs)."""

    def __init__(self, inputs, outputs, rng, dtype=np.float32):
        super().__init__(inputs, outputs, rng, dtype)
        self.functions = (temporal_affine_forward, temporal_affine_backward)


class Embedding(Layer):
    """out = w[ids]: integers (...) in [0, items) -> (..., size). Nothing flows further back: backward returns None."""

    learned = ("w",)

    def __init__(self, items, size, rng, dtype=np.float32):
        super().__init__(embedding_forward, embedding_backward)
        self.w = rng.standard_normal((items, size)).astype(dtype)

    def backward(self, dout):
        return self.keep(None, self.functions[1](dout, self.remembered()))
