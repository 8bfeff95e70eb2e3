"""`python -P -m dl_helpers.check FOLDER TASK SEED` prints the hidden test of a task as JSON; see dl_helpers.check.apart."""

import sys

from dl_helpers.check.apart import drawn_text
from dl_helpers.check.course import CourseError

try:
    print(drawn_text(*sys.argv[1:]))
except CourseError as error:
    sys.exit(str(error))
