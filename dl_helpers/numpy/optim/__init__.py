"""Optimizers with torch's names and update rules, on lists of NumPy arrays that they update in place.

Two kinds, with one interface. `optimizer.advance(objective)` moves the parameters once, whatever it needs to know:

    first order    GD, SGD, Adagrad, RMSprop, Adadelta, Adam, AdamW, and your own StepFunction: also `step(grads)`
    objective      SteepestDescent, Newton, BFGS, LBFGS, GaussNewton, LevenbergMarquardt: several questions in each step

`minimize` runs any of them and keeps path and evaluations. `line_search` and `schedules` are modules of functions.
"""

from dl_helpers.numpy.optim import line_search, schedules
from dl_helpers.numpy.optim.adaptive import Adadelta, Adagrad, Adam, AdamW, RMSprop
from dl_helpers.numpy.optim.clipping import clip_grad_norm, clip_grad_value
from dl_helpers.numpy.optim.gradient_descent import GD, descend
from dl_helpers.numpy.optim.least_squares import GaussNewton, LevenbergMarquardt
from dl_helpers.numpy.optim.minimize import Descent, minimize
from dl_helpers.numpy.optim.newton import Newton
from dl_helpers.numpy.optim.objective import Objective
from dl_helpers.numpy.optim.optimizer import Optimizer, StepFunction
from dl_helpers.numpy.optim.quasi_newton import BFGS, LBFGS
from dl_helpers.numpy.optim.sgd import SGD
from dl_helpers.numpy.optim.vector_optimizer import SteepestDescent, VectorOptimizer

__all__ = [
    "BFGS", "GD", "LBFGS", "SGD", "Adadelta", "Adagrad", "Adam", "AdamW", "Descent", "GaussNewton", "LevenbergMarquardt",
    "Newton", "Objective", "Optimizer", "RMSprop", "SteepestDescent", "StepFunction", "VectorOptimizer",
    "clip_grad_norm", "clip_grad_value", "descend", "line_search", "minimize", "schedules",
]
