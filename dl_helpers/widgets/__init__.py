"""Interactive figures. `dl_helpers` computes, the browser draws; the sources of the browser's side are in widgets_src/."""

from dl_helpers.widgets.capacity_explorer import CapacityExplorer
from dl_helpers.widgets.decision_regions import DecisionRegions
from dl_helpers.widgets.descent_1d import Descent1D
from dl_helpers.widgets.descent_bowl import DescentBowl
from dl_helpers.widgets.fit_by_hand import FitByHand
from dl_helpers.widgets.likelihood_surface import LikelihoodSurface
from dl_helpers.widgets.numerical_slope import NumericalSlope
from dl_helpers.widgets.prior_and_likelihood import PriorAndLikelihood

__all__ = [
    "CapacityExplorer", "DecisionRegions", "Descent1D", "DescentBowl", "FitByHand", "LikelihoodSurface", "NumericalSlope",
    "PriorAndLikelihood",
]
