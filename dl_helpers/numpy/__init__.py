"""Every operation of the course by hand: plain functions on NumPy arrays, in pairs.

    out, cache = NAME_forward(*arrays, **options)
    gradients  = NAME_backward(dout, cache)          # one for each array argument, in their order

Batch first everywhere; the dtype of the input is the dtype of the output; inputs are never modified.
`dl_helpers.torch` has the same names, signatures and results on torch tensors.
"""

from dl_helpers.numpy.affine import *
from dl_helpers.numpy.attention import *
from dl_helpers.numpy.graphs import *
from dl_helpers.numpy.gru import *
from dl_helpers.numpy.losses import *
from dl_helpers.numpy.lstm import *
from dl_helpers.numpy.penalties import *
from dl_helpers.numpy.positions import *
from dl_helpers.numpy.rnn import *
from dl_helpers.numpy.temporal import *

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
