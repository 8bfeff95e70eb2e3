"""What the optimizers share that see all parameters at once."""

from dl_helpers.numpy.optim.line_search import backtracking
from dl_helpers.numpy.optim.objective import Joined, join, split
from dl_helpers.numpy.optim.optimizer import Optimizer


class VectorOptimizer(Optimizer):
    """Sees all its parameters as one vector w (K,), and asks the objective itself, as often as it needs.

    A subclass says where to go in `move(w, objective)`, which returns the new vector.
    """

    def advance(self, objective):
        moved = self.move(join(self.params), Joined(objective, self.params))
        for param, new in zip(self.params, split(moved, self.params)):
            param[...] = new

    def step(self, grads):
        name = type(self).__name__
        raise TypeError(f"{name}.step: gradients at one point are not enough for {name}; use {name}.advance(objective)")

    def move(self, w, objective):
        raise NotImplementedError(f"{type(self).__name__} must say where to go: move(w, objective)")


class SteepestDescent(VectorOptimizer):
    """Gradient descent that chooses its learning rate anew in each step.

    w ← w + α d  with  d = -∇L(w)  and α from a line search

    params: list of arrays; line_search: one of `line_search`; start: the first α to try. Needs loss and gradient
    (and the Hessian with exact_on_quadratic). Source: Cauchy, 1847; Nocedal and Wright, chapter 3.
    """

    def __init__(self, params, line_search=backtracking, start=1.0):
        super().__init__(params)
        self.line_search, self.start = line_search, start

    def move(self, w, objective):
        direction = -objective.gradient(w)
        return w + self.line_search(objective, w, direction, self.start) * direction
