"""The training loop."""

import math
from contextlib import ExitStack, contextmanager
from pathlib import Path

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel
from torch.optim.lr_scheduler import ReduceLROnPlateau
from torch.utils.data import DataLoader, TensorDataset

from dl_helpers.arguments import option
from dl_helpers.diagnosis import HUGE, explain_loss
from dl_helpers.history import History, Means, progress_bar
from dl_helpers.torch.training.checkpoint import check_same_training, load_checkpoint, save_checkpoint
from dl_helpers.torch.training.distributed import default_device, process_count, process_rank
from dl_helpers.torch.training.order import Batches
from dl_helpers.torch.training.precision import Precision

__all__ = ["Trainer"]


class Trainer:
    """Minimizes an objective by gradient steps.

    model, optimizer: of torch, the optimizer on the model's parameters. objective: (model, batch) -> {"loss": scalar, ...},
    means over the batch; `supervised(F.cross_entropy, accuracy=accuracy)` is the usual one.
    scheduler: of torch; it steps after every `scheduler_every` ("epoch" or "step").
    early_stopping: an EarlyStopping; in the end the model has the weights of the best epoch.
    clip_norm: gradients whose common norm is larger are scaled down to it.
    precision: "float32", "bf16" or "fp16" (see Precision). device: by default the GPU where there is one.
    checkpoint: a file, (over)written after every epoch. log_dir: a folder for TensorBoard: tensorboard --logdir FOLDER.
    seed: decides the order of the data and what the model draws (dropout). Global random state is left as it was.
    show: a progress bar.

    Under torchrun, inside `processes()`, the processes share every batch.
    """

    def __init__(self, model, optimizer, objective, *, scheduler=None, scheduler_every="epoch", early_stopping=None,
                 clip_norm=None, precision="float32", device=None, checkpoint=None, log_dir=None, seed=0, show=True):
        option("Trainer", "scheduler_every", scheduler_every, ("epoch", "step"))
        self.device = torch.device(device) if device is not None else default_device()
        self.model, self.optimizer, self.objective = model.to(self.device), optimizer, objective
        self.scheduler, self.scheduler_every = scheduler, scheduler_every
        self.early_stopping, self.clip_norm, self.seed, self.show = early_stopping, clip_norm, seed, show
        self.precision = Precision(precision, self.device)
        self.checkpoint, self.log_dir = checkpoint and Path(checkpoint), log_dir
        self.history, self.steps, self.best_weights = History(), 0, None

    def fit(self, train, validation=None, *, epochs, batch_size=32, resume=False, workers=0):
        """Train until `epochs` epochs are done in all, and return the History.

        train, validation: a Dataset, or a tuple of tensors of one length. batch_size: over all processes together.
        resume=True goes on from the checkpoint as if there had been no break: same data order, same random numbers, same
        weights to the last bit. workers: processes that prepare batches.
        Raises FileNotFoundError or ValueError when the checkpoint is missing or another training's, and FloatingPointError
        when the loss is no finite number.
        """
        train, validation = _dataset(train), None if validation is None else _dataset(validation)
        rank, count = process_rank(), process_count()
        identity = {
            "samples": len(train), "batch_size": batch_size, "seed": self.seed, "processes": count,
            "precision": self.precision.kind,
            **{name: type(getattr(self, name)).__name__ for name in ("optimizer", "scheduler", "early_stopping")},
        }
        self._begin()
        with ExitStack() as stack:
            stack.enter_context(torch.random.fork_rng(devices=[self.device] if self.device.type == "cuda" else []))
            torch.manual_seed(self.seed * 1_000_003 + rank)
            if resume:
                self._restore(identity)
            loaders = [self._loader(data, batch_size, data is train, workers) for data in (train, validation)]
            model = DistributedDataParallel(self.model) if count > 1 else self.model
            write = stack.enter_context(_tensorboard(self.log_dir if rank == 0 else None, self.history.epochs))
            steps = len(loaders[0][0]) * max(epochs - self.history.epochs, 0)
            advance = stack.enter_context(progress_bar(steps, self.show and rank == 0))
            while self.history.epochs < epochs and not (self.early_stopping and self.early_stopping.stop):
                numbers = self._epoch(model, loaders, lambda n: advance(self.history.epochs, epochs, n))
                self.history.add(numbers)
                improved = self.early_stopping and self.early_stopping.improved(self.history)
                if improved:
                    self.best_weights = {k: v.detach().clone() for k, v in self.model.state_dict().items()}
                if self.scheduler and self.scheduler_every == "epoch":
                    self._schedule(numbers)
                write(numbers, self.history.epochs)
                self._save(identity)
        if self.best_weights is not None:
            self.model.load_state_dict(self.best_weights)
        return self.history

    def evaluate(self, data, batch_size=256):
        """The objective's numbers on data, in evaluation mode: a dict of means over all samples."""
        return self._evaluate(self.model, self._loader(_dataset(data), batch_size, False, 0))

    def _begin(self):
        """A training starts with nothing behind it; what came before is in the model's weights alone."""
        self.history, self.steps, self.best_weights = History(), 0, None
        if self.early_stopping:
            self.early_stopping.reset()

    def _loader(self, data, batch_size, shuffle, workers):
        if data is None:
            return None
        batches = Batches(len(data), batch_size, shuffle, self.seed, process_rank(), process_count())
        # A TensorDataset takes a whole list of indices at once, others give one sample after the other.
        how = dict(sampler=batches, batch_size=None) if isinstance(data, TensorDataset) else dict(batch_sampler=batches)
        pin = self.device.type == "cuda"
        return batches, DataLoader(data, **how, num_workers=workers, pin_memory=pin, generator=torch.Generator())

    def _epoch(self, model, loaders, advance):
        (batches, loader), validation = loaders
        batches.epoch = self.history.epochs
        loader.generator.manual_seed(self.seed * 1_000_003 + self.history.epochs)  # what workers draw
        rate = self.optimizer.param_groups[0]["lr"]
        means = Means()
        model.train()
        for batch, (size, share) in zip(loader, batches.weights):
            numbers = self._step(model, _to(batch, self.device), share)
            means.add(numbers, size * share)
            advance(numbers)
        numbers = _over_processes(means, self.device) | {"lr": rate}
        if validation is not None:
            numbers |= self._evaluate(model, validation, "val_")
        return numbers

    def _step(self, model, batch, share):
        scaler = self.precision.scaler
        self.optimizer.zero_grad(set_to_none=True)
        with self.precision.context():
            results = self.objective(model, batch)
        loss = results["loss"]
        numbers = {name: float(value.detach()) for name, value in results.items()}
        if not math.isfinite(numbers["loss"]):
            raise FloatingPointError(explain_loss(
                numbers["loss"], self.steps + 1, self.history.epochs + 1,
                finite_batch=all(x.isfinite().all() for x in _tensors(batch)),
                broken_weights=[name for name, p in self.model.named_parameters() if not (p.abs() < HUGE).all()],
                rate=self.optimizer.param_groups[0]["lr"],
            ))
        # Processes average their gradients; weighted by its share, each share counts as in the mean over the batch.
        scaler.scale(loss * (share * process_count())).backward()
        if self.clip_norm is not None:
            scaler.unscale_(self.optimizer)
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.clip_norm)
        scaler.step(self.optimizer)
        scaler.update()
        self.steps += 1
        if self.scheduler and self.scheduler_every == "step":
            self._schedule(numbers)
        return numbers

    @torch.no_grad()
    def _evaluate(self, model, batches_and_loader, prefix=""):
        (batches, loader), means, was_training = batches_and_loader, Means(), model.training
        model.eval()
        for batch, (size, share) in zip(loader, batches.weights):
            with self.precision.context():
                means.add(self.objective(model, _to(batch, self.device)), size * share)
        model.train(was_training)
        return _over_processes(means, self.device, prefix)

    def _schedule(self, numbers):
        if isinstance(self.scheduler, ReduceLROnPlateau):
            self.scheduler.step(numbers.get("val_loss", numbers["loss"]))
        else:
            self.scheduler.step()

    def _save(self, identity):
        if self.checkpoint is None:
            return
        random = _gather(_random_state(self.device))
        if process_rank() == 0:
            save_checkpoint(self.checkpoint, {
                "identity": identity,
                "model": self.model.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "scheduler": self.scheduler and self.scheduler.state_dict(),
                "scaler": self.precision.scaler.state_dict(),
                "early_stopping": self.early_stopping and self.early_stopping.state_dict(),
                "best_weights": self.best_weights,
                "history": dict(self.history),
                "steps": self.steps,
                "random": random,
            })
        if process_count() > 1:
            dist.barrier()      # nobody goes on, and perhaps resumes, before the file is there

    def _restore(self, identity):
        if self.checkpoint is None:
            raise ValueError("Trainer.fit: resume=True needs a checkpoint: Trainer(..., checkpoint='runs/model.pt')")
        state = load_checkpoint(self.checkpoint, self.device)
        check_same_training(self.checkpoint, state, {"model": self.model.state_dict(), "identity": identity})
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.precision.scaler.load_state_dict(state["scaler"])
        if self.scheduler:
            self.scheduler.load_state_dict(state["scheduler"])
        if self.early_stopping:
            self.early_stopping.load_state_dict(state["early_stopping"])
        self.best_weights, self.steps, self.history = state["best_weights"], state["steps"], History(state["history"])
        _set_random_state(state["random"][process_rank()], self.device)


def _dataset(data):
    return TensorDataset(*data) if isinstance(data, tuple) else data


def _to(batch, device):
    if isinstance(batch, torch.Tensor):
        return batch.to(device, non_blocking=True)
    if isinstance(batch, dict):
        return {name: _to(x, device) for name, x in batch.items()}
    return tuple(_to(x, device) for x in batch) if isinstance(batch, tuple | list) else batch


def _tensors(batch):
    if isinstance(batch, torch.Tensor):
        return [batch]
    parts = batch.values() if isinstance(batch, dict) else batch if isinstance(batch, tuple | list) else ()
    return [x for part in parts for x in _tensors(part)]


def _over_processes(means, device, prefix=""):
    """The means over the samples of all processes."""
    if process_count() > 1:
        totals = torch.tensor([*means.sums.values(), means.count], dtype=torch.float64, device=device)
        dist.all_reduce(totals)
        *sums, means.count = totals.tolist()
        means.sums = dict(zip(means.sums, sums))
    return means.result(prefix)


def _gather(value):
    """The values of all processes, in their order."""
    if process_count() == 1:
        return [value]
    values = [None] * process_count()
    dist.all_gather_object(values, value)
    return values


def _random_state(device):
    return {"cpu": torch.get_rng_state(), "cuda": torch.cuda.get_rng_state(device) if device.type == "cuda" else None}


def _set_random_state(state, device):
    torch.set_rng_state(state["cpu"].cpu())
    if device.type == "cuda" and state["cuda"] is not None:
        torch.cuda.set_rng_state(state["cuda"].cpu(), device)


@contextmanager
def _tensorboard(log_dir, epoch):
    """Yields a function that logs an epoch's numbers; what an interrupted training logged beyond `epoch` is hidden."""
    if log_dir is None:
        yield lambda numbers, epoch: None
        return
    from torch.utils.tensorboard import SummaryWriter  # slow to import, and needed here only

    with SummaryWriter(log_dir, purge_step=epoch + 1) as writer:
        yield lambda numbers, epoch: [writer.add_scalar(name, value, epoch) for name, value in numbers.items()]
