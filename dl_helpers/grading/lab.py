"""Open the course in JupyterLab."""

import os
import shutil
import socket
import sys
from pathlib import Path

from dl_helpers.grading.errors import CourseError


def begin(course, unit):
    """Copy the release of a unit to work/, where a student works on it; what is there already is never touched.

    Returns the folder, and whether it is new.
    """
    folder = course.root / course.config.Exchange.assignment_dir / unit
    if folder.exists():
        return folder, False
    shutil.copytree(course.folder("release", unit), folder)
    return folder, True


def check_port(arguments):
    """Refuse an explicitly wanted port that is taken: a script that asked for it would talk to the wrong server.

    arguments: the command line for JupyterLab. Without a port JupyterLab looks for a free one itself.
    """
    port = _option(arguments, "--port", "--ServerApp.port")
    if port is None:
        return
    if not port.isdigit() or not 0 <= int(port) < 65536:
        raise CourseError(f"--port {port} is no port; expected a number from 0 to 65535")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError as error:
            raise CourseError(f"port {port} cannot be used ({error.strerror}); choose another one: "
                              f'LAB_ARGS="--port {min(int(port) + 1, 65535)}" make lab') from None


def lab_command(course, arguments):
    """The command line that starts JupyterLab on the course.

    Jupyter refuses to run as root unless told to; in a container there is often nobody else.
    """
    as_root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={course.root}",
            "--LabApp.default_url=/lab/tree/notebooks", *as_root, *arguments]


def lab_environment(course):
    """The environment for JupyterLab.

    nbgrader's assignment list reads its configuration in work/, where it fetches to; the course's file is above.
    The settings beside this module keep JupyterLab from asking whether it may fetch news.
    """
    folders = [course.root, Path(__file__).parent / "jupyter", os.environ.get("JUPYTER_CONFIG_PATH")]
    return os.environ | {"JUPYTER_CONFIG_PATH": os.pathsep.join(str(folder) for folder in folders if folder)}


def _option(arguments, *names):
    """The last value given for an option, as --name value or --name=value; None when it is not given."""
    value = None
    for argument, following in zip(arguments, [*arguments[1:], ""]):
        name, equals, inline = argument.partition("=")
        if name in names:
            value = inline if equals else following
    return value
