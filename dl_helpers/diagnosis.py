"""Why a loss is no number any more, in words, for the training loops of NumPy and torch."""

__all__ = ["HUGE", "explain_loss", "some"]

HUGE = 1e10     # no weight of a sound network is as large


def explain_loss(loss, step, epoch, finite_batch, broken_weights, rate):
    """A sentence for the first of the usual reasons that can be seen.

    loss: nan or inf; step, epoch: counted from 1; finite_batch: whether the batch is; broken_weights: names of parameters
    that hold nan, inf or numbers beyond HUGE; rate: the learning rate.
    """
    where = f"the loss is {loss} at step {step} (epoch {epoch})"
    if not finite_batch:
        return f"{where}: the batch contains nan or inf. Look at the data and at its scaling: a division by a variance of 0?"
    if broken_weights:
        return (f"{where}: there are nan, inf or huge numbers in the weights ({some(broken_weights)}), so an earlier step was "
                f"too large or its gradient infinite. Look at the learning rate (now {rate:g}), at clipping the gradients, and "
                f"at roots and logarithms near 0.")
    return (f"{where}: data and weights are finite, so the model or the loss overflows or is undefined. Look for the logarithm "
            f"of 0, a division by 0, exp() of large scores; in fp16, for anything beyond 65504.")


def some(names):
    """The first three names, and how many more there are."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
