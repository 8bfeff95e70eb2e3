"""nbgrader's parts of JupyterLab, found through its menu as a user finds them."""

import json
import urllib.request

import pytest

pytestmark = pytest.mark.browser


def menu(page, *path):
    page.get_by_role("menuitem", name=path[0], exact=True).click()
    page.locator(".lm-Menu-item", has_text=path[1]).first.click()


def test_the_formgrader_lists_the_units(open_lab):
    page = open_lab()
    menu(page, "Nbgrader", "Formgrader")
    frame = page.frame_locator("iframe[src*=formgrader]")
    frame.get_by_role("link", name="02_linear_regression").first.wait_for()


def test_a_student_finds_a_released_unit_in_the_assignment_list(lab, open_lab):
    release = urllib.request.Request(
        f"http://127.0.0.1:{lab.port}/formgrader/api/assignment/02_linear_regression/release",
        method="POST", headers={"Authorization": f"token {lab.token}"}, data=b"",
    )
    with urllib.request.urlopen(release) as reply:
        assert json.load(reply)["success"]
    page = open_lab()
    menu(page, "Nbgrader", "Assignment List")
    page.locator("#fetched_assignments_list, #released_assignments_list").get_by_text("02_linear_regression").first.wait_for()


def test_the_create_assignment_sidebar_shows_points(open_lab):
    page = open_lab("exercises/02_linear_regression/02_linear_regression.ipynb")
    page.locator(".jp-Notebook").wait_for()
    page.get_by_title("nbgrader Create Assignment").or_(page.get_by_text("Create Assignment", exact=True)).first.click()
    page.get_by_text("Total points").first.wait_for()
