"""What the cases in which a result is right have in common, and the others lack: "only where dout is 1"."""

import numpy as np

__all__ = ["only_right_where"]


def only_right_where(right, wrong):
    """A phrase for the condition that holds for the inputs of all right cases and of no wrong one; "" when there is none.

    right, wrong: lists of dicts of inputs.
    """
    if not right or not wrong:
        return ""
    for phrase, holds in _CONDITIONS:
        for name in wrong[0]:
            try:
                if all(holds(i[name]) for i in right) and not any(holds(i[name]) for i in wrong):
                    return "only where " + phrase.format(name=name)
            except Exception:
                continue
    return ""


def _is_array(value):
    return isinstance(value, np.ndarray)


def _number(value, wanted):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == wanted


_CONDITIONS = (
    ("{name} is 1", lambda v: _number(v, 1)),
    ("{name} is 0", lambda v: _number(v, 0)),
    ("{name} has a single row", lambda v: _is_array(v) and v.ndim > 1 and v.shape[0] == 1),
    ("{name} has a single entry", lambda v: _is_array(v) and v.size == 1),
    ("{name} has one axis", lambda v: _is_array(v) and v.ndim == 1),
    ("{name} is square", lambda v: _is_array(v) and v.ndim > 1 and v.shape[-1] == v.shape[-2]),
    ("{name} has no two equal entries", lambda v: _is_array(v) and np.unique(v).size == v.size),
)
