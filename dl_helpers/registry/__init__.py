"""The list of all operations. The gradient checks, the parity tests, the benchmarks and the API page are driven by it."""

from dl_helpers.registry import affine, convolution, losses, penalties, pooling
from dl_helpers.registry.op import Op

REGISTRY = [*affine.OPS, *convolution.OPS, *losses.OPS, *penalties.OPS, *pooling.OPS]

__all__ = ["REGISTRY", "Op"]
