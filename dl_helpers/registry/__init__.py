"""The list of all operations. The gradient checks, the parity tests, the benchmarks and the API page are driven by it."""

from dl_helpers.registry import (
    activations,
    affine,
    classification,
    losses,
    penalties,
)
from dl_helpers.registry.op import Op

REGISTRY = [
    *activations.OPS,
    *affine.OPS,
    *classification.OPS,
    *losses.OPS,
    *penalties.OPS,
]

__all__ = ["REGISTRY", "Op"]
