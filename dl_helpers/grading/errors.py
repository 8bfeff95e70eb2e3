"""The one error of the instructor's side."""


class CourseError(Exception):
    """Something the user can mend; the message is one line and says how."""
