"""Data sets: generated from a seed, shipped with a dependency, or downloaded once and kept.

Everything returns NumPy arrays; everything random takes `rng`, a np.random.Generator. The page docs/data.md
lists the sets with their sources and licences. scikit-learn, pooch and the like are loaded only by what needs them.
"""

from dl_helpers.data.augmentation import *
from dl_helpers.data.classification import *
from dl_helpers.data.dataset import *
from dl_helpers.data.download import *
from dl_helpers.data.downloads import *
from dl_helpers.data.formats import *
from dl_helpers.data.graphs import *
from dl_helpers.data.images import *
from dl_helpers.data.real import *
from dl_helpers.data.regression import *
from dl_helpers.data.sequences import *
from dl_helpers.data.splits import *
from dl_helpers.data.text import *
from dl_helpers.data.vocabulary import *

__all__ = [
    *augmentation.__all__, *classification.__all__, *dataset.__all__, *download.__all__, *downloads.__all__,
    *formats.__all__, *graphs.__all__, *images.__all__, *real.__all__, *regression.__all__, *sequences.__all__,
    *splits.__all__, *text.__all__, *vocabulary.__all__,
]
