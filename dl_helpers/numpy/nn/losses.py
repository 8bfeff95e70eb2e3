"""Losses as objects: forward(pred, target) is a scalar, the mean over the batch, and backward() its gradient."""

from dl_helpers.numpy import classification, losses, temporal

__all__ = ["BCEWithLogitsLoss", "CrossEntropyLoss", "HuberLoss", "L1Loss", "MSELoss", "MulticlassHingeLoss"]


class _Loss:
    """A pair of functions. backward(dout=1) is the gradient of what was given to forward first."""

    def __init__(self, forward, backward, **options):
        self.functions, self.options, self.cache = (forward, backward), options, None

    def __call__(self, pred, target):
        return self.forward(pred, target)

    def forward(self, pred, target):
        out, self.cache = self.functions[0](pred, target, **self.options)
        return out

    def backward(self, dout=1.0):
        if self.cache is None:
            raise RuntimeError(f"{type(self).__name__}: there was no forward pass whose cache it could use")
        return self.functions[1](dout, self.cache)


class CrossEntropyLoss(_Loss):
    """-log softmax(scores)[label]: scores (N, C) and labels (N,), or scores (N, T, C) and labels (N, T)."""

    def __init__(self):
        super().__init__(classification.softmax_cross_entropy_forward, classification.softmax_cross_entropy_backward)
        self.over_classes = self.functions
        self.over_steps = temporal.temporal_softmax_cross_entropy_forward, temporal.temporal_softmax_cross_entropy_backward

    def forward(self, pred, target):
        self.functions = self.over_steps if pred.ndim == 3 else self.over_classes
        return super().forward(pred, target)


class MulticlassHingeLoss(_Loss):
    """Σ max(0, s_j - s_label + margin) over the wrong classes j: scores (N, C) and labels (N,)."""

    def __init__(self, margin=1.0):
        forward, backward = classification.multiclass_hinge_loss_forward, classification.multiclass_hinge_loss_backward
        super().__init__(forward, backward, margin=margin)


class BCEWithLogitsLoss(_Loss):
    """-t log σ(s) - (1 - t) log(1 - σ(s)) for scores s and targets t of one shape."""

    def __init__(self):
        super().__init__(classification.bce_with_logits_loss_forward, classification.bce_with_logits_loss_backward)


class MSELoss(_Loss):
    """(pred - target)²"""

    def __init__(self):
        super().__init__(losses.mse_loss_forward, losses.mse_loss_backward)


class L1Loss(_Loss):
    """|pred - target|"""

    def __init__(self):
        super().__init__(losses.l1_loss_forward, losses.l1_loss_backward)


class HuberLoss(_Loss):
    """Squared for small errors, absolute for those beyond delta."""

    def __init__(self, delta=1.0):
        super().__init__(losses.huber_loss_forward, losses.huber_loss_backward, delta=delta)
