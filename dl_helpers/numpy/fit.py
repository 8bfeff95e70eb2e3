"""A small training loop for models made of layers."""

import numpy as np

from dl_helpers.diagnosis import HUGE, explain_loss
from dl_helpers.history import History, Means, progress_bar

__all__ = ["accuracy", "evaluate", "fit"]


def fit(model, optimizer, loss, train, validation=None, *, epochs, rng, batch_size=32, metrics=None, early_stopping=None,
        after_step=None, show=False):
    """Train a model for a number of epochs, and return the History.

    model: a Layer; optimizer: one on model.parameters(); loss: one of dl_helpers.numpy.nn, or any with its two methods.
    train, validation: pairs of arrays (x, target) of one length. rng draws a new order of the samples for each epoch.
    metrics: {"accuracy": accuracy}, functions (out, target) -> a mean over the batch.
    early_stopping: an EarlyStopping; in the end the model has the state of the best epoch.
    after_step: called after every step without arguments, for a schedule or a projection of the weights.
    Raises FloatingPointError when the loss is no finite number, and says where to look.
    """
    history, best, step = History(), None, 0
    n = len(train[0])
    if len(train[1]) != n:
        raise ValueError(f"fit: there are {n} samples, but {len(train[1])} targets")
    if early_stopping:
        early_stopping.reset()
    with progress_bar(epochs * -(-n // batch_size), show) as advance:
        for epoch in range(epochs):
            means, order = Means(), rng.permutation(n)
            model.train()
            for start in range(0, n, batch_size):
                x, target = (array[order[start:start + batch_size]] for array in train)
                step += 1
                with np.errstate(over="ignore", invalid="ignore", divide="ignore"):   # the check below says more
                    out = model.forward(x)
                    value = loss.forward(out, target)
                if not np.isfinite(value):
                    raise FloatingPointError(explain_loss(
                        value, step, epoch + 1, finite_batch=x.dtype.kind != "f" or bool(np.isfinite(x).all()),
                        broken_weights=[k for k, w in model.state_dict().items() if not (np.abs(w) < HUGE).all()],
                        rate=getattr(optimizer, "lr", np.nan),
                    ))
                model.backward_parameters(loss.backward())
                optimizer.step(model.gradients())
                if after_step:
                    after_step()
                numbers = _numbers(value, out, target, metrics)
                means.add(numbers, len(x))
                if show:
                    advance(epoch, epochs, numbers)
            numbers = means.result()
            if validation is not None:
                numbers |= {f"val_{k}": v for k, v in evaluate(model, loss, validation, batch_size, metrics).items()}
            history.add(numbers)
            if early_stopping and early_stopping.improved(history):
                best = model.state_dict()
            if early_stopping and early_stopping.stop:
                break
    if best is not None:
        model.load_state_dict(best)
    return history


def evaluate(model, loss, data, batch_size=256, metrics=None):
    """The means over all samples of the loss and the metrics, with the model in use: a dict. data: a pair (x, target)."""
    means, was_training = Means(), model.training
    model.eval()
    for start in range(0, len(data[0]), batch_size):
        x, target = (array[start:start + batch_size] for array in data)
        out = model.forward(x)
        means.add(_numbers(loss.forward(out, target), out, target, metrics), len(x))
    model.train(was_training)
    return means.result()


def accuracy(scores, labels):
    """The share of rows whose largest score is the label's: scores (..., C), labels (...) -> a number."""
    return (scores.argmax(axis=-1) == labels).mean()


def _numbers(value, out, target, metrics):
    return {"loss": value} | {name: metric(out, target) for name, metric in (metrics or {}).items()}
