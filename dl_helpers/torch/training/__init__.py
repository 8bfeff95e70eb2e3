"""Training with torch: a loop that can be stopped, resumed exactly, spread over processes, and explained."""

from dl_helpers.history import EarlyStopping, History
from dl_helpers.torch.training.checkpoint import *
from dl_helpers.torch.training.distributed import *
from dl_helpers.torch.training.objective import *
from dl_helpers.torch.training.order import *
from dl_helpers.torch.training.precision import *
from dl_helpers.torch.training.trainer import *

__all__ = [
    "EarlyStopping", "History",
    *checkpoint.__all__, *distributed.__all__, *objective.__all__, *order.__all__, *precision.__all__, *trainer.__all__,
]
