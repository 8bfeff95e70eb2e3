"""What is to be minimised, and how often an optimizer looked at it."""

from collections import Counter

import numpy as np

_DERIVED = {"loss": "residuals", "gradient": "jacobian"}


class Objective:
    """A loss with as many derivatives as you have, and a count of how often each was evaluated.

    loss:      function (*params) -> number.
    gradient:  function (*params) -> one array for each parameter, of its shape; for one parameter, the bare array.
    hessian:   function (*params) -> (K, K), with K the number of entries of all parameters together.
    residuals: function (*params) -> r (M,), and jacobian: function (*params) -> J (M, K), for least squares; from them
               follow loss = ½ Σ r² and gradient = Jᵀ r, where these are not given.

    `counts` says how often each function was called. An answer is kept until the next question of its kind: the same
    question again (a stopping rule asks for the gradient that the next step needs anyway) costs nothing.
    """

    def __init__(self, loss=None, gradient=None, hessian=None, residuals=None, jacobian=None):
        given = dict(loss=loss, gradient=gradient, hessian=hessian, residuals=residuals, jacobian=jacobian)
        self.functions = {name: function for name, function in given.items() if function is not None}
        self.counts = Counter(dict.fromkeys(self.functions, 0))
        self.answers = {}

    def has(self, name):
        """Whether "loss", "gradient", ... can be asked for."""
        return name in self.functions or (name in _DERIVED and {"residuals", _DERIVED[name]} <= set(self.functions))

    def loss(self, *params):
        """L(w), a number."""
        if "loss" in self.functions or not self.has("loss"):
            return self._ask("loss", params)
        r = self.residuals(*params)
        return 0.5 * (r @ r)

    def gradient(self, *params):
        """∇L(w): one array for each parameter, bare where there is one parameter."""
        if "gradient" in self.functions or not self.has("gradient"):
            return self._ask("gradient", params)
        grads = split(self.jacobian(*params).T @ self.residuals(*params), params)
        return grads if len(grads) > 1 else grads[0]

    def hessian(self, *params):
        """The second derivatives (K, K)."""
        return self._ask("hessian", params)

    def residuals(self, *params):
        """r(w), of shape (M,)."""
        return self._ask("residuals", params)

    def jacobian(self, *params):
        """∂r/∂w, of shape (M, K)."""
        return self._ask("jacobian", params)

    def _ask(self, name, params):
        if name not in self.functions:
            known = ", ".join(self.functions) or "nothing"
            raise TypeError(f"Objective: asked for the {name}, but only {known} is known; give it: Objective(..., {name}=...)")
        question = [np.array(p) for p in params]
        asked, answer = self.answers.get(name, (None, None))
        if asked is None or not all(map(np.array_equal, asked, question)):
            self.counts[name] += 1
            answer = self.functions[name](*question)
            self.answers[name] = (question, answer)
        return answer


class Joined:
    """An objective of several arrays, seen as one of a single vector w (K,) of all their entries."""

    def __init__(self, objective, like):
        self.objective, self.like = objective, like

    def loss(self, w):
        return self.objective.loss(*split(w, self.like))

    def gradient(self, w):
        grads = self.objective.gradient(*split(w, self.like))
        return join([grads] if isinstance(grads, np.ndarray) else grads)

    def hessian(self, w):
        return self.objective.hessian(*split(w, self.like))

    def residuals(self, w):
        return self.objective.residuals(*split(w, self.like))

    def jacobian(self, w):
        return self.objective.jacobian(*split(w, self.like))


def join(arrays):
    """All entries of some arrays as one vector (K,)."""
    return np.concatenate([np.ravel(a) for a in arrays])


def split(w, like):
    """The vector w (K,) cut into arrays of the shapes of `like`: the inverse of `join`."""
    ends = np.cumsum([a.size for a in like])
    return [part.reshape(a.shape) for part, a in zip(np.split(w, ends[:-1]), like, strict=True)]
