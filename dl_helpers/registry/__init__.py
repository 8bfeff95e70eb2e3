"""The list of all operations. The gradient checks, the parity tests, the benchmarks and the API page are driven by it."""

from dl_helpers.registry import (
    activations,
    affine,
    classification,
    dropout,
    embedding,
    losses,
    normalization,
    penalties,
)
from dl_helpers.registry.op import Op

REGISTRY = [
    *activations.OPS,
    *affine.OPS,
    *classification.OPS,
    *dropout.OPS,
    *embedding.OPS,
    *losses.OPS,
    *normalization.OPS,
    *penalties.OPS,
]

__all__ = ["REGISTRY", "Op"]
