"""Every operation of the course by hand: plain functions on NumPy arrays, in pairs.

    out, cache = NAME_forward(*arrays, **options)
    gradients  = NAME_backward(dout, cache)          # one for each array argument, in their order

Batch first everywhere; the dtype of the input is the dtype of the output; inputs are never modified.
`dl_helpers.torch` has the same names, signatures and results on torch tensors.
"""

from dl_helpers.numpy import initialization
from dl_helpers.numpy.activations import *
from dl_helpers.numpy.affine import *
from dl_helpers.numpy.attention import *
from dl_helpers.numpy.classification import *
from dl_helpers.numpy.convolution import *
from dl_helpers.numpy.divergences import *
from dl_helpers.numpy.dropout import *
from dl_helpers.numpy.embedding import *
from dl_helpers.numpy.graphs import *
from dl_helpers.numpy.gru import *
from dl_helpers.numpy.losses import *
from dl_helpers.numpy.lstm import *
from dl_helpers.numpy.normalization import *
from dl_helpers.numpy.penalties import *
from dl_helpers.numpy.pooling import *
from dl_helpers.numpy.positions import *
from dl_helpers.numpy.rnn import *
from dl_helpers.numpy.softmax import *
from dl_helpers.numpy.temporal import *
from dl_helpers.numpy.upsampling import *

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
