"""What a derivative costs, counted instead of quoted."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from dl_helpers.autodiff.op import as_floats, basis, inside
from dl_helpers.autodiff.operand import Operand
from dl_helpers.autodiff.transforms import jvp, vjp


class Counted(Operand):
    """An array whose operations are counted: the third thing, beside Variable and Dual, that an Op can be called with.

    It lies below both modes, so that it sees what their passes compute.
    """

    level = 0

    def __init__(self, value, tally):
        self.value, self.tally = value, tally

    def record(self, op, args, options):
        out = op(*inside(args, self.level), **options)
        self.tally[op.name] += op.work(out, *inside(args, self.level))
        return Counted(out, self.tally)


@dataclass(frozen=True)
class Cost:
    """Scalar operations (additions, products, exponentials, ...) by name of operation: of f, and of its whole Jacobian."""

    function: Counter
    forward: Counter
    reverse: Counter

    def __str__(self):
        base = self.function.total()
        rows = [("f", base), ("Jacobian, forward mode", self.forward.total()), ("Jacobian, reverse mode", self.reverse.total())]
        return "\n".join(f"{name:24}{count:8d} operations{count / base:8.1f} × f" for name, count in rows if base)


def cost(f, *args, argnum=0):
    """The operations that f takes at args, and its Jacobian by args[argnum] in forward and in reverse mode.

    f: function of arrays with one array as its result. Forward mode makes a pass for each input, reverse mode one pass
    forward and then one back for each output.
    """
    args = [as_floats(a) for a in args]
    x = args[argnum]

    def of_x(tally):
        fixed = [Counted(a, tally) for a in args]
        return lambda x: f(*fixed[:argnum], x, *fixed[argnum + 1:])

    function, forward, reverse = Counter(), Counter(), Counter()
    out = of_x(function)(Counted(x, function))
    for e in basis(x.shape, x.dtype):
        jvp(of_x(forward), Counted(x, forward), Counted(e, forward))
    _, pull = vjp(of_x(reverse), Counted(x, reverse))
    for e in basis(np.shape(out), x.dtype):
        pull(Counted(e, reverse))
    return Cost(function, forward, reverse)
