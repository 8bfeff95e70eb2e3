"""What nbgrader says, in one line."""

import re

from nbgrader.utils import capture_log as run

__all__ = ["last_error", "run"]

_EXCEPTION = re.compile(r"^\s*[\w.]*(?:Error|Exception|Entry): (.+)$")
_ERROR = re.compile(r"^\[(?:ERROR|CRITICAL)\] (.+)$")
_GENERAL = ("There was an error processing assignment", "Please see the", "Traceback")


def last_error(result):
    """The reason in the result of one of nbgrader's API calls: the last exception or error that says something."""
    lines = (result.get("log", "") + "\n" + result.get("error", "")).splitlines()
    for pattern in (_EXCEPTION, _ERROR):
        reasons = [match[1] for match in map(pattern.match, lines) if match and not match[1].startswith(_GENERAL)]
        if reasons:
            return reasons[-1].strip()
    return "nbgrader gave no reason"
