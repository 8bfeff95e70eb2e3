"""The instructor's side: release, autograding, feedback, reports and export, on top of nbgrader."""
