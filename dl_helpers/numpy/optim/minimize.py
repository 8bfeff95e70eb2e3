"""Run an optimizer on an objective, and keep the record."""

from dataclasses import dataclass

import numpy as np

from dl_helpers.arguments import non_negative


@dataclass(frozen=True)
class Descent:
    """What happened: for S steps on K numbers,

    path:     (S + 1, K), the start and every point after it.
    counts:   {"loss": (S + 1,), "gradient": ..., ...}, the evaluations used until each point was reached.
    stopped:  why it ended: "steps", "step size", "gradient norm", "budget", "diverged", or "singular" (a linear system
              of the optimizer had no solution; the path ends before that step).
    """

    path: np.ndarray
    counts: dict[str, np.ndarray]
    stopped: str

    @property
    def evaluations(self):
        """All evaluations of all kinds together until each point, (S + 1,): what a race should be measured in."""
        return sum(self.counts.values(), np.zeros(len(self.path), dtype=int))


def minimize(objective, start, optimizer, steps=100, *, schedule=None, step_size=0.0, gradient_norm=0.0, budget=np.inf):
    """Let an optimizer run until a stopping rule holds.

    objective: an Objective of one array; start: (K,); optimizer: function [w] -> Optimizer, as in
    `lambda params: Adam(params, lr=0.1)`, or the name of one that needs no more than its parameters (`BFGS`).
    steps: at most so many; schedule: t -> learning rate; and it ends earlier as soon as
        ‖w_new - w‖ ≤ step_size        (0: only when nothing moves any more)
        ‖∇L(w)‖ ≤ gradient_norm        (0: not asked)
        evaluations ≥ budget           of all kinds together, counted from here
        w is not finite.
    Returns the Descent. Raises ValueError for a rule out of range.
    """
    non_negative("minimize", "step_size", step_size)
    non_negative("minimize", "gradient_norm", gradient_norm)
    w = np.array(start, dtype=float)
    mover, before = optimizer([w]), objective.counts.copy()
    path, counts, stopped = [w.copy()], [], None

    def used():
        return {name: count - before[name] for name, count in objective.counts.items()}

    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):    # a divergence is a result, not an accident
        while stopped is None:
            counts.append(used())
            if not np.isfinite(w).all():
                stopped = "diverged"
            elif len(path) > 1 and np.linalg.norm(path[-1] - path[-2]) <= step_size:
                stopped = "step size"
            elif gradient_norm > 0 and np.linalg.norm(objective.gradient(w)) <= gradient_norm:
                stopped = "gradient norm"
            elif sum(used().values()) >= budget:
                stopped = "budget"
            elif len(path) > steps:
                stopped = "steps"
            else:
                if schedule is not None:
                    mover.lr = schedule(len(path) - 1)
                try:
                    mover.advance(objective)
                    path.append(w.copy())
                except np.linalg.LinAlgError:
                    stopped = "singular"
    return Descent(np.array(path), {name: np.array([c[name] for c in counts]) for name in objective.functions}, stopped)
