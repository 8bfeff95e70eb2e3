"""The operations of `dl_helpers.numpy` on torch tensors, CPU or GPU: the same names, signatures and results.

The backward functions are explicit here too, without autograd.
"""

from dl_helpers.torch.affine import *
from dl_helpers.torch.convolution import *
from dl_helpers.torch.losses import *
from dl_helpers.torch.penalties import *
from dl_helpers.torch.pooling import *
from dl_helpers.torch.upsampling import *

__all__ = [
    *affine.__all__,
    *convolution.__all__,
    *losses.__all__,
    *penalties.__all__,
    *pooling.__all__,
    *upsampling.__all__,
]
