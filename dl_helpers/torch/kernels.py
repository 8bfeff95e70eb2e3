"""torch's own kernels for backward formulas, called by name: what autograd would call, without autograd.

The loops over entries run inside the library, one for a whole formula: on a GPU each kernel that is saved is time saved.
"""

import torch

__all__ = []

aten = torch.ops.aten
MEAN, SUM = 1, 2        # how the kernels of losses name their reductions


def scalar(dout, like):
    """dout, the gradient of a scalar, as a tensor () of the dtype and on the device of `like`: kernels take no plain number."""
    return dout if torch.is_tensor(dout) else torch.full((), dout, dtype=like.dtype, device=like.device)
