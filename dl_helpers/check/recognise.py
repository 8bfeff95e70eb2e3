"""Which known misconceptions a student's results agree with, by their fingerprints."""

import numpy as np

from dl_helpers.check.sheets import Raised, Returned, ending, fingerprint, same_print

__all__ = ["recognised"]


def recognised(sheet, outcomes):
    """name of a wrong result -> index of the misconception that explains it; the name "" stands for all results together.

    Either one misconception explains all that was seen, in every case; or each wrong result may have one of its own. To be
    recognised it must agree wherever it is wrong, and the student be right wherever it is right.
    """
    everything = range(len(sheet.sentences))
    for i in everything:
        if _explains_all(sheet, outcomes, i):
            return {"": i}
    wrong_names = [name for name in sheet.returns if any(name in _values(o) for o in outcomes)]
    found = {}
    for name in wrong_names:
        for i in everything:
            if name not in found and _explains(sheet, outcomes, i, name):
                found[name] = i
    return found


def _explains_all(sheet, outcomes, i):
    evidence, right = False, any(not o.failed for o in outcomes)
    for o in outcomes:
        wrong = o.case.wrong[i]
        if wrong is None or (wrong == {} and not o.error and not _values(o)):
            continue
        if isinstance(wrong, Raised):
            if o.error is None or type(o.error).__name__ != wrong.kind:
                return False
            # an error alone says little; the same text, or an error in these cases only, says more
            evidence = evidence or right or (wrong.text and wrong.text == ending(o.error))
        elif isinstance(wrong, Returned):
            if "" not in o.differences and not o.error:
                return False
            evidence = evidence or right
        elif o.error or o.behaviour or not wrong or _values(o) - set(wrong):
            return False
        elif all(_alike(sheet, name, o, wrong[name]) for name in wrong if wrong[name] is not None):
            evidence = evidence or any(wrong.values())
        else:
            return False
    return evidence


def _explains(sheet, outcomes, i, name):
    evidence = False
    for o in outcomes:
        wrong = o.case.wrong[i]
        if wrong is None or name not in o.results:
            continue
        if isinstance(wrong, (Raised, Returned)):
            return False
        if name in wrong and wrong[name] is None:
            continue
        if name in wrong:
            if not _alike(sheet, name, o, wrong[name]):
                return False
            evidence = True
        elif name in _values(o):
            return False
    return evidence


def _values(outcome):
    """The names of results whose numbers differ; a dtype alone is no sign of a wrong formula."""
    return {name for name, difference in outcome.differences.items() if difference.kind != "dtype"}


def _alike(sheet, name, outcome, wrong):
    if name in sheet.scores:          # many ways lead to nearly the same predictions
        return same_print(fingerprint(outcome.results[name]), wrong, rtol=5e-2, of_largest=1)
    float32 = any(isinstance(v, np.ndarray) and v.dtype == np.float32 for v in outcome.case.inputs.values())
    return same_print(fingerprint(outcome.results[name]), wrong, rtol=2e-3 if float32 else 1e-4)
