"""The list of all operations. The gradient checks, the parity tests, the benchmarks and the API page are driven by it."""

from dl_helpers.registry import (
    activations,
    affine,
    attention,
    classification,
    convolution,
    dropout,
    embedding,
    graphs,
    losses,
    normalization,
    penalties,
    pooling,
    sequences,
)
from dl_helpers.registry.op import Op

REGISTRY = [
    *activations.OPS,
    *affine.OPS,
    *attention.OPS,
    *classification.OPS,
    *convolution.OPS,
    *dropout.OPS,
    *embedding.OPS,
    *graphs.OPS,
    *losses.OPS,
    *normalization.OPS,
    *penalties.OPS,
    *pooling.OPS,
    *sequences.OPS,
]

__all__ = ["REGISTRY", "Op"]
