"""Layers around the pairs of functions, with the names that torch's users know: a model is a list of layers.

    rng = np.random.default_rng(0)
    model = Sequential(Affine(64, 32, rng), ReLU(), Affine(32, 10, rng))
    loss = CrossEntropyLoss()
    optimizer = SGD(model.parameters(), lr=0.1)

    value = loss(model(x), labels)
    model.backward(loss.backward())
    optimizer.step(model.gradients())
"""

from dl_helpers.numpy.nn.activations import *
from dl_helpers.numpy.nn.affine import *
from dl_helpers.numpy.nn.images import *
from dl_helpers.numpy.nn.layer import *
from dl_helpers.numpy.nn.losses import *
from dl_helpers.numpy.nn.recurrent import *
from dl_helpers.numpy.nn.regularization import *
from dl_helpers.numpy.nn.sequential import *

__all__ = [
    *activations.__all__, *affine.__all__, *images.__all__, *layer.__all__, *losses.__all__, *recurrent.__all__,
    *regularization.__all__, *sequential.__all__,
]
