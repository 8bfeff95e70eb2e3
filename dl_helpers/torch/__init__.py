"""The operations of `dl_helpers.numpy` on torch tensors, CPU or GPU: the same names, signatures and results.

The backward functions are explicit here too, without autograd.
"""

from dl_helpers.torch.affine import affine_backward, affine_forward
from dl_helpers.torch.losses import l1_loss_backward, l1_loss_forward, mse_loss_backward, mse_loss_forward
from dl_helpers.torch.penalties import (
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
