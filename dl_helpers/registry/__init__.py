"""The list of all operations. The gradient checks, the parity tests, the benchmarks and the API page are driven by it."""

from dl_helpers.registry import affine, attention, graphs, losses, penalties, sequences
from dl_helpers.registry.op import Op

REGISTRY = [*affine.OPS, *attention.OPS, *graphs.OPS, *losses.OPS, *penalties.OPS, *sequences.OPS]

__all__ = ["REGISTRY", "Op"]
