"""A model that is a list of layers."""

from dl_helpers.numpy.nn.layer import Layer

__all__ = ["Sequential"]


class Sequential(Layer):
    """Layers one after the other: what one puts out is what the next takes in.

    out = f_L(... f_2(f_1(x))),   dx = f_1'(f_2'(... f_L'(dout)))

    model = Sequential(Affine(64, 32, rng), ReLU(), Affine(32, 10, rng)); model[0] is the first layer.
    """

    def __init__(self, *layers):
        super().__init__()
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dout):
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout

    def backward_parameters(self, dout):
        for layer in reversed(self.layers[1:]):
            dout = layer.backward(dout)
        self.layers[0].backward_parameters(dout)

    def parameters(self):
        return [array for layer in self.layers for array in layer.parameters()]

    def gradients(self):
        return [array for layer in self.layers for array in layer.gradients()]

    def train(self, training=True):
        for layer in self.layers:
            layer.train(training)
        return super().train(training)

    def _state(self):
        return {f"{i}.{name}": array for i, layer in enumerate(self.layers) for name, array in layer._state().items()}

    def __getitem__(self, index):
        return self.layers[index]

    def __len__(self):
        return len(self.layers)
