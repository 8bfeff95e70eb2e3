"""Programs of the environment, for when it is not activated."""

import os
import sys


def find_programs_beside_python():
    """Put the folder of the running Python on the PATH of this process and of those that it starts.

    nbgrader starts `alembic` by its name to make a new gradebook. `.venv/bin/dl-course` works without the environment
    being activated, and then that name would not be found.
    """
    here = os.path.dirname(sys.executable)
    path = os.environ.get("PATH", "")
    if here not in path.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join(filter(None, [here, path]))
