"""The list of all operations. The gradient checks, the parity tests, the benchmarks and the API page are driven by it."""

from dl_helpers.registry import (
    activations,
    affine,
    classification,
    convolution,
    dropout,
    embedding,
    losses,
    normalization,
    penalties,
    pooling,
)
from dl_helpers.registry.op import Op

REGISTRY = [
    *activations.OPS,
    *affine.OPS,
    *classification.OPS,
    *convolution.OPS,
    *dropout.OPS,
    *embedding.OPS,
    *losses.OPS,
    *normalization.OPS,
    *penalties.OPS,
    *pooling.OPS,
]

__all__ = ["REGISTRY", "Op"]
