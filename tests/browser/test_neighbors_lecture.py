"""The lecture of unit 01 as a student uses it: drag a sample, move k, change the distance, mislabel a sample."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_lecture import figure, serial, wait_for_answer

pytestmark = pytest.mark.browser


@pytest.fixture
def regions(open_lab):
    """The decision regions of the lecture in JupyterLab, every cell executed."""
    page = open_lab("notebooks/01_nearest_neighbors.ipynb")
    page.locator(".jp-Notebook").wait_for()
    page.get_by_text("Python 3 | Idle").or_(page.get_by_text("| Idle")).first.wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator(".lm-Menu-item", has_text="Run All Cells").first.click()
    page.get_by_text("nearest / farthest = 0").first.wait_for(state="attached")
    page.locator(".jp-Notebook").first.evaluate("element => element.focus()")
    return page, figure(page, "Who rules where?")


def test_every_control_of_the_regions(regions):
    page, found = regions

    def status_after(act):
        before = serial(found)
        act()
        wait_for_answer(page, found, before)
        return found.locator(".dlf-status").inner_text()

    blue = found.get_by_role("button", name="Sample of class blue, 1 of 20")
    place = blue.get_attribute("transform")
    box = blue.bounding_box()

    def drag():
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + 80, box["y"] + 60, steps=6)
        page.mouse.up()

    status_after(drag)
    assert found.get_by_role("button", name="Sample of class blue, 1 of 20").get_attribute("transform") != place
    assert status_after(lambda: found.locator("input[data-name=k]").press("ArrowRight")).startswith("k = 2, L2")
    assert status_after(lambda: found.locator("select").select_option("l1")).startswith("k = 2, L1")
    assert found.locator(".dlf-panel").first.locator("[class*=layer-neighbors] line").count() == 2
    status_after(lambda: found.get_by_role("button", name="Wrong label").click())
    expect(found.locator("[aria-label*=', 1 of 19:']")).to_have_count(1)
    status_after(lambda: found.get_by_role("button", name="Reset").click())
    assert found.get_by_role("button", name="Sample of class blue, 1 of 20").get_attribute("transform") == place
