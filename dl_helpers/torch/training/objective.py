"""What is minimized: functions (model, batch) -> {"loss": scalar, ...}."""

__all__ = ["accuracy", "supervised"]


def supervised(loss, **metrics):
    """The objective of batches (x, target): loss(model(x), target), and any metrics, functions of the same two.

    supervised(F.cross_entropy, accuracy=accuracy) gives {"loss": ..., "accuracy": ...}. Each is a mean over the batch.
    """

    def objective(model, batch):
        x, target = batch
        out = model(x)
        return {"loss": loss(out, target)} | {name: metric(out.detach(), target) for name, metric in metrics.items()}

    return objective


def accuracy(scores, labels):
    """The share of rows whose largest score is the label's: scores (N, C), labels int (N,) -> a scalar."""
    return (scores.argmax(dim=1) == labels).float().mean()
