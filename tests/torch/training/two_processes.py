"""Started by torchrun in test_distributed.py: trains, and leaves weights and history at the path given.

Without dropout, with dropout, and with dropout and a break."""

import sys

import torch

from dl_helpers.torch.training import process_count, process_rank, processes
from tests.torch.training.digits import TRAIN, VALIDATION, trainer

with processes():
    assert process_count() == 2
    path = sys.argv[1]
    alike = trainer()
    alike.fit(TRAIN, VALIDATION, epochs=2, batch_size=101)
    first = trainer(dropout=0.5, checkpoint=path + ".checkpoint")
    first.fit(TRAIN, VALIDATION, epochs=1, batch_size=101)
    resumed = trainer(dropout=0.5, checkpoint=path + ".checkpoint")
    resumed.fit(TRAIN, VALIDATION, epochs=2, batch_size=101, resume=True)
    whole = trainer(dropout=0.5)
    whole.fit(TRAIN, VALIDATION, epochs=2, batch_size=101)
    weights = {name: t.model.state_dict() for name, t in [("plain", alike), ("whole", whole), ("resumed", resumed)]}
    torch.save({**weights, "history": dict(alike.history)}, f"{path}.{process_rank()}")
