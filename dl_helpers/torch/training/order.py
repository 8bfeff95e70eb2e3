"""In which order samples are shown: a function of the seed and the epoch alone, so that a resumed training sees the same."""

import torch

__all__ = ["Batches"]


class Batches(torch.utils.data.Sampler):
    """The batches of one epoch, lists of indices; with several processes, each process's share of every batch.

    size: number of samples; batch_size: samples in a batch over all processes together; shuffle: a new order each epoch,
    drawn from (seed, epoch). Set `epoch` before each one.
    A batch is dealt out to the processes in turn. Where there are fewer samples than processes, a process without one
    gets the first sample again; `weights` tells how much of the batch's mean each share is (see Trainer).
    """

    def __init__(self, size, batch_size, shuffle=True, seed=0, rank=0, processes=1):
        self.size, self.batch_size, self.shuffle, self.seed = size, batch_size, shuffle, seed
        self.rank, self.processes, self.epoch = rank, processes, 0

    def __len__(self):
        return -(-self.size // self.batch_size)

    def __iter__(self):
        for batch in self._whole_batches():
            yield batch[self.rank::self.processes] or batch[:1]

    @property
    def weights(self):
        """For each batch (samples in it, share of them that are this process's own)."""
        sizes = [len(range(start, min(start + self.batch_size, self.size))) for start in range(0, self.size, self.batch_size)]
        return [(n, len(range(self.rank, n, self.processes)) / n) for n in sizes]

    def _whole_batches(self):
        order = torch.arange(self.size)
        if self.shuffle:
            order = torch.randperm(self.size, generator=torch.Generator().manual_seed(self.seed * 1_000_003 + self.epoch))
        return [batch.tolist() for batch in order.split(self.batch_size)]
