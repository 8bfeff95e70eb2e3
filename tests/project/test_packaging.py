"""pyproject.toml, the lock, the conda environment and the ignore list tell one story."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def pins():
    lines = (ROOT / "requirements.lock").read_text().split()
    return {canonicalize_name(name): Version(version) for name, version in (line.split("==") for line in lines)}


def requirements():
    extras = PROJECT["optional-dependencies"].values()
    texts = [*PROJECT["dependencies"], *(text for extra in extras for text in extra)]
    return [r for r in map(Requirement, texts) if r.name != PROJECT["name"]]


@pytest.mark.parametrize("requirement", requirements(), ids=str)
def test_every_requirement_is_pinned_within_its_bounds(requirement):
    assert requirement.specifier.contains(pins()[canonicalize_name(requirement.name)])


def test_the_lock_names_versions_only():
    """A pin with a local version or an address would hold on the machine where the lock was made, and nowhere else."""
    for line in (ROOT / "requirements.lock").read_text().split("\n"):
        assert re.fullmatch(r"([\w.\-]+==[\w.]+)?", line), line


def test_conda_installs_the_same_package_from_the_same_pins():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python = next(d for d in environment["dependencies"] if str(d).startswith("python="))
    pip = next(d["pip"] for d in environment["dependencies"] if isinstance(d, dict))
    assert SpecifierSet(PROJECT["requires-python"]).contains(python.removeprefix("python="))
    assert pip == ["--constraint requirements.lock", "--editable .[instructor]"]
    makefile = (ROOT / "Makefile").read_text()
    assert "--constraint requirements.lock" in makefile and "--editable '.[instructor]'" in makefile


def test_importing_the_package_loads_neither_torch_nor_matplotlib():
    code = "import sys, dl_helpers; print([m for m in ('torch', 'matplotlib', 'numpy', 'pandas') if m in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


@pytest.mark.parametrize("part", ["numpy", "check"])
def test_torch_is_loaded_only_where_it_is_needed(part):
    code = f"import sys, dl_helpers.{part}; print('torch' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"


@pytest.mark.parametrize("grades", ["gradebook.db", "submitted/ada/02/x.ipynb", "autograded/ada/x.ipynb", "feedback/a/x.html",
                                    "exchange/x", "grades.csv", "demo/x", "reports/02.html", "work/02/x.ipynb"])
def test_students_work_and_grades_are_never_committed(grades):
    assert subprocess.run(["git", "check-ignore", "-q", grades], cwd=ROOT).returncode == 0


def test_ruff_finds_nothing():
    result = subprocess.run([sys.executable, "-m", "ruff", "check", "."], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
