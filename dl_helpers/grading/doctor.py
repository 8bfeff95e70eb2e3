"""What is installed, what is missing, and the command that mends it."""

import importlib.metadata
import os
import platform
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

DISTRIBUTION = "dl-helpers"


@dataclass
class Finding:
    """One line of the doctor's table. state: "ok", "missing" (something will not work) or "note"."""

    what: str
    state: str
    detail: str
    mend: str = ""


def examine(root="."):
    """All findings for the Python that runs, and the course in the folder root."""
    root = Path(root)
    return [_python(), *_packages(root), _device(), *_jupyter(), *_programs(), *_folders(root)]


def _python():
    version = platform.python_version()
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("Python", "ok", version)
    return Finding("Python", "missing", f"{version}; 3.11 to 3.13 are supported", "make clean lab PYTHON=python3.12")


def _packages(root):
    """The requirements of the course, extras for instructors included, against what is installed and what is pinned."""
    pins = _pins(root / "requirements.lock")
    for text in importlib.metadata.requires(DISTRIBUTION) or []:
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate({"extra": "instructor"}):
            continue
        name = requirement.name
        pinned = pins.get(_normal(name))
        wanted = f"{name}=={pinned}" if pinned else str(requirement).partition(";")[0].strip()
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, "missing", "not installed", f"{sys.executable} -m pip install '{wanted}'")
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            yield Finding(name, "missing", f"{version}, but {requirement.specifier} is needed",
                          f"{sys.executable} -m pip install '{wanted}'")
        elif pinned and version.partition("+")[0] != pinned:
            yield Finding(name, "note", f"{version}; the course is tested with {pinned}")
        else:
            yield Finding(name, "ok", version)


def _pins(lock):
    if not lock.exists():
        return {}
    pairs = re.findall(r"^([\w.\-]+)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE)
    return {_normal(name): version for name, version in pairs}


def _normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def _device():
    import torch  # takes a second, so only here

    if torch.cuda.is_available():
        return Finding("GPU", "ok", f"{torch.cuda.get_device_name()}, CUDA {torch.version.cuda}")
    return Finding("GPU", "note", "none; everything in the course runs on the CPU")


def _jupyter():
    """nbgrader's parts of JupyterLab: the server extensions that its wheel enables."""
    from jupyter_core.paths import jupyter_path

    found = any((Path(p) / "labextensions" / "@jupyter" / "nbgrader").exists() for p in jupyter_path())
    if found:
        yield Finding("formgrader", "ok", "in JupyterLab's menu")
    else:
        yield Finding("formgrader", "missing", "nbgrader's JupyterLab extension is not installed",
                      f"{sys.executable} -m pip install --force-reinstall --no-deps nbgrader")
    kernels = [p for p in jupyter_path("kernels") if (Path(p) / "python3").exists()]
    if kernels:
        yield Finding("kernel", "ok", str(Path(kernels[0]) / "python3"))
    else:
        yield Finding("kernel", "missing", "no python3 kernel", f"{sys.executable} -m ipykernel install --sys-prefix")


def _programs():
    for what, names, use, package in (
        ("browser", ("chromium", "google-chrome", "chromium-browser"), "for the browser tests only", "chromium"),
    ):
        path = next(filter(None, map(shutil.which, names)), None)
        yield (Finding(what, "ok", path) if path else Finding(what, "note", f"none found; {use}", f"apt install {package}"))


def _folders(root):
    from dl_helpers.grading.course import CONFIG

    if not (root / CONFIG).exists():
        yield Finding("course", "note", f"{root.resolve()} has no {CONFIG}", "change to the course's folder")
        return
    if os.access(root, os.W_OK):
        yield Finding("course", "ok", str(root.resolve()))
    else:
        yield Finding("course", "missing", f"{root.resolve()} is read-only", f"chmod u+w {root.resolve()}")
    unit_count = len(list((root / "release").glob("*/*.ipynb")))
    state, mend = ("ok", "") if unit_count else ("missing", "dl-course release")
    yield Finding("release", state, f"{unit_count} units", mend)
