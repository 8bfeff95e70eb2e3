"""What makes solutions/ from exercises/: the answers, without hidden tests and marking schemes.

nbgrader's own list executes the notebook and leaves the hidden tests in. The answer key is committed and handed to
students after the deadline, so it keeps neither outputs (they differ from run to run) nor hidden tests.
"""

from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearOutput, IncludeHeaderFooter, LockCells

ANSWER_KEY_PREPROCESSORS = [IncludeHeaderFooter, LockCells, ClearOutput, ClearHiddenTests, ClearMarkScheme]
