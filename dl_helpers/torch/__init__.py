"""The operations of `dl_helpers.numpy` on torch tensors, CPU or GPU: the same names, signatures and results.

The backward functions are explicit here too, without autograd.
"""

from dl_helpers.torch import initialization
from dl_helpers.torch.activations import *
from dl_helpers.torch.affine import *
from dl_helpers.torch.attention import *
from dl_helpers.torch.classification import *
from dl_helpers.torch.convolution import *
from dl_helpers.torch.divergences import *
from dl_helpers.torch.dropout import *
from dl_helpers.torch.embedding import *
from dl_helpers.torch.graphs import *
from dl_helpers.torch.gru import *
from dl_helpers.torch.losses import *
from dl_helpers.torch.lstm import *
from dl_helpers.torch.normalization import *
from dl_helpers.torch.penalties import *
from dl_helpers.torch.pooling import *
from dl_helpers.torch.positions import *
from dl_helpers.torch.rnn import *
from dl_helpers.torch.softmax import *
from dl_helpers.torch.temporal import *
from dl_helpers.torch.upsampling import *

__all__ = [
    *activations.__all__,
    *affine.__all__,
    *attention.__all__,
    *classification.__all__,
    *convolution.__all__,
    *divergences.__all__,
    *dropout.__all__,
    *embedding.__all__,
    *graphs.__all__,
    *gru.__all__,
    "initialization",
    *losses.__all__,
    *lstm.__all__,
    *normalization.__all__,
    *penalties.__all__,
    *pooling.__all__,
    *positions.__all__,
    *rnn.__all__,
    *softmax.__all__,
    *temporal.__all__,
    *upsampling.__all__,
]
