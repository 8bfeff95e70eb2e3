"""Every operation of the course by hand: plain functions on NumPy arrays, in pairs.

    out, cache = NAME_forward(*arrays, **options)
    gradients  = NAME_backward(dout, cache)          # one for each array argument, in their order

Batch first everywhere; the dtype of the input is the dtype of the output; inputs are never modified.
`dl_helpers.torch` has the same names, signatures and results on torch tensors.
"""

from dl_helpers.numpy.affine import affine_backward, affine_forward
from dl_helpers.numpy.losses import l1_loss_backward, l1_loss_forward, mse_loss_backward, mse_loss_forward
from dl_helpers.numpy.penalties import (
    l1_penalty_backward,
    l1_penalty_forward,
    l2_penalty_backward,
    l2_penalty_forward,
)

__all__ = [
    "affine_backward",
    "affine_forward",
    "l1_loss_backward",
    "l1_loss_forward",
    "l1_penalty_backward",
    "l1_penalty_forward",
    "l2_penalty_backward",
    "l2_penalty_forward",
    "mse_loss_backward",
    "mse_loss_forward",
]
