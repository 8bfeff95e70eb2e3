"""Training in several processes that torchrun starts: each takes a share of every batch, and gradients are averaged.

    torchrun --nproc-per-node 2 train.py

with, in train.py:

    with processes():
        Trainer(model, optimizer, objective).fit(train, epochs=10)

The result is that of one process with the same batch size, up to rounding; only batch norm differs, which sees a process's
own share (torch.nn.SyncBatchNorm cures that on GPUs), and dropout, whose masks are drawn by each process.
"""

import gc
import os
from contextlib import contextmanager

import torch
import torch.distributed as dist

__all__ = ["default_device", "process_count", "process_rank", "processes"]


@contextmanager
def processes():
    """Joins the processes that torchrun started: NCCL between GPUs, Gloo between CPUs. Does nothing in a process by itself."""
    if "WORLD_SIZE" not in os.environ:
        yield
        return
    device = default_device()
    if device.type == "cuda":
        torch.cuda.set_device(device)
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield
        dist.barrier()      # nobody leaves while another may still talk to it
    finally:
        gc.collect()        # wrapped models end before the group that they talk through
        dist.destroy_process_group()


def process_rank():
    """This process's number, 0 in a process by itself."""
    return dist.get_rank() if dist.is_initialized() else 0


def process_count():
    """How many processes train together."""
    return dist.get_world_size() if dist.is_initialized() else 1


def default_device():
    """This process's GPU where there is one, else the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
    return torch.device("cpu")
