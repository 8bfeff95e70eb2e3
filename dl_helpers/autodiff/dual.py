"""Forward mode: carry the derivative along with the value."""

import numpy as np

from dl_helpers.autodiff.op import as_floats, in_dtype_of, inside, level_by_hand, raw
from dl_helpers.autodiff.operand import Operand


class Dual(Operand):
    """A dual number x + x' ε with ε² = 0, over arrays.

        x = Dual(3.0, 1.0)
        x * x                             # 9 + 6ε: the value and the derivative in one go

    value: (...) the array; tangent: its derivative along one direction, of the same shape.
    Raises ValueError when the shapes differ.
    """

    def __init__(self, value, tangent):
        self._begin(value, tangent, level_by_hand())

    def _begin(self, value, tangent, level):
        return self._create(as_floats(value), as_floats(tangent), level)

    def _create(self, value, tangent, level):
        if np.shape(value) != np.shape(tangent):
            raise ValueError(f"Dual: tangent.shape = {np.shape(tangent)}, expected that of the value, {np.shape(value)}")
        self.value, self.tangent, self.level = value, in_dtype_of(value, tangent), level
        return self

    @classmethod
    def at(cls, level, value, tangent):
        """A dual number for a transformation of this level."""
        return cls.__new__(cls)._begin(value, tangent, level)

    def record(self, op, args, options):
        values = inside(args, self.level)
        out, tangent = op(*values, **options), None
        for i, arg in enumerate(args):
            if isinstance(arg, Dual) and arg.level == self.level:
                part = op.jvps[i](arg.tangent, out, *values, **options)
                tangent = part if tangent is None else tangent + part
        return Dual.__new__(Dual)._create(out, tangent, self.level)

    def __repr__(self):
        value, tangent = (np.array2string(np.asarray(raw(a)), precision=4) for a in (self.value, self.tangent))
        return f"<Dual {value} + {tangent}ε>"
