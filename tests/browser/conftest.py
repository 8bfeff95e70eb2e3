"""JupyterLab as `make lab` starts it, on a copy of the course, and a headless browser that looks at it."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.machine import find_browser

ROOT = Path(__file__).parents[2]
ARTEFACTS = ROOT / "tests" / "artefacts"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync"]
# What the page reports and no user of the course can see or help.
HARMLESS = ("favicon.ico", "ResizeObserver loop")


@dataclass
class Lab:
    """A running JupyterLab: its course folder, address and token."""

    root: Path
    port: int
    token: str

    def url(self, path="lab", **query):
        pairs = "&".join(f"{k}={v}" for k, v in {"token": self.token, **query}.items())
        return f"http://127.0.0.1:{self.port}/{path}?{pairs}"


@dataclass
class Errors:
    """What the browser's console reports as an error, less what is harmless."""

    seen: list[str] = field(default_factory=list)

    def watch(self, page):
        page.on("console", lambda message: self.note(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.note(str(error)))

    def note(self, text):
        if not any(part in text for part in HARMLESS):
            self.seen.append(text)


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """`dl-course lab --no-browser` on a copy of this course, ready to answer."""
    home = tmp_path_factory.mktemp("lab")
    root = copy_of_the_course(home / "course")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        lab = Lab(root, probe.getsockname()[1], secrets.token_hex(16))
    environment = os.environ | {
        "PYTHONPATH": str(root),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    command = [sys.executable, "-c", "from dl_helpers.cli import main; main()", "lab", "--no-browser",
               "--port", str(lab.port), f"--IdentityProvider.token={lab.token}"]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for_answer(lab, server, home / "log")
        yield lab
    finally:
        server.terminate()
        server.wait(timeout=30)


def copy_of_the_course(to):
    """A copy of all files that git tracks or would track, as a fresh clone has them."""
    names = subprocess.check_output(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, text=True)
    for name in names.splitlines():
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    return to


def wait_for_answer(lab, server, log, seconds=180):
    """Wait until JupyterLab answers; fail with its log when it ends before."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(lab.url("api/status"), timeout=5).close()
            return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.3)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium: the system's or Playwright's."""
    path = find_browser()
    if path is None:
        pytest.fail("no Chromium or Chrome was found; install one, or leave these tests out: make test BROWSER=no")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def errors():
    return Errors()


@pytest.fixture
def page(browser, errors, request) -> Page:
    """A page whose console errors fail the test at its end, and whose last state is kept as a picture."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(60_000)
    errors.watch(page)
    yield page
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{request.node.name}.png")
    context.close()
    assert errors.seen == []


@pytest.fixture
def open_lab(lab, page):
    """open_lab(path): JupyterLab in the page, with a file open, in a workspace of its own."""

    def open_file(path=""):
        workspace = f"test-{secrets.token_hex(4)}"
        page.goto(lab.url(f"lab/workspaces/{workspace}" + (f"/tree/{path}" if path else "")))
        page.locator("#jp-main-dock-panel").wait_for()
        page.locator("#jupyterlab-splash").wait_for(state="detached")
        return page

    return open_file
