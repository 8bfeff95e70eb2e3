"""The operations of `dl_helpers.numpy` on torch tensors, CPU or GPU: the same names, signatures and results.

The backward functions are explicit here too, without autograd.
"""

from dl_helpers.torch.affine import *
from dl_helpers.torch.attention import *
from dl_helpers.torch.graphs import *
from dl_helpers.torch.gru import *
from dl_helpers.torch.losses import *
from dl_helpers.torch.lstm import *
from dl_helpers.torch.penalties import *
from dl_helpers.torch.positions import *
from dl_helpers.torch.rnn import *
from dl_helpers.torch.temporal import *

__all__ = [
    *affine.__all__,
    *attention.__all__,
    *graphs.__all__,
    *gru.__all__,
    *losses.__all__,
    *lstm.__all__,
    *penalties.__all__,
    *positions.__all__,
    *rnn.__all__,
    *temporal.__all__,
]
