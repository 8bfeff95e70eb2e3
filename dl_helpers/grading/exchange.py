"""Where the exchange is."""

from pathlib import Path

from jupyter_core.paths import jupyter_config_path
from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader


def configured_elsewhere(section, name, besides):
    """Whether a nbgrader_config.py of the machine or the user, not the one in the folder `besides`, sets a value."""
    for folder in map(Path, jupyter_config_path()):
        if folder.resolve() == Path(besides).resolve():
            continue
        try:
            config = PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()
        except ConfigFileNotFound:
            continue
        if name in config.get(section, {}):
            return True
    return False
