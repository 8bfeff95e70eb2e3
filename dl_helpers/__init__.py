"""What the notebooks of the course call: operations, data, figures, checks and grading.

Import the part that you need (`from dl_helpers import check`, `from dl_helpers.numpy import affine_forward`);
importing `dl_helpers` itself loads neither torch nor matplotlib.
"""

__version__ = "0.1.0"
