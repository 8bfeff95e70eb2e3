"""The lecture of unit 02 as a student uses it: run it, drag a point, move a slider, and see the figures change."""

import json

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

LECTURE = "notebooks/02_linear_regression.ipynb"
FIGURE = "figure.dlf"


@pytest.fixture
def lecture(open_lab):
    """The lecture in JupyterLab, every cell executed."""
    page = open_lab(LECTURE)
    page.locator(".jp-Notebook").wait_for()
    page.get_by_text("Python 3 | Idle").or_(page.get_by_text("| Idle")).first.wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator(".lm-Menu-item", has_text="Run All Cells").first.click()
    page.get_by_text("test error (root of the mean square)").first.wait_for(state="attached")
    page.locator(".jp-Notebook").first.evaluate("element => element.focus()")
    return page


def figure(page, title):
    """The interactive figure of a title, scrolled into view. (JupyterLab draws a cell when it comes near.)"""
    cells = page.locator(".jp-Notebook .jp-CodeCell")
    found = page.locator(FIGURE, has_text=title).first
    for k in range(cells.count()):
        if found.count():
            break
        cells.nth(k).scroll_into_view_if_needed()
        page.wait_for_timeout(50)
    found.scroll_into_view_if_needed()
    found.locator(".dlf-panel svg").first.wait_for()
    return found


def serial(found):
    return int(found.get_attribute("data-serial"))


def wait_for_answer(page, found, before):
    changed = "([element, before]) => Number(element.dataset.serial) > before"
    page.wait_for_function(changed, arg=[found.element_handle(), before])


def run_in_kernel(page, source):
    """Run a line in a new cell below the last one and return what it printed."""
    page.locator(".jp-Notebook .jp-Cell").last.scroll_into_view_if_needed()
    page.locator(".jp-Notebook .jp-Cell").last.click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(source)
    page.keyboard.press("Control+Enter")
    output = page.locator(".jp-Notebook .jp-Cell").last.locator(".jp-OutputArea-output pre")
    output.wait_for()
    return output.inner_text().strip()


def test_dragging_a_point_moves_the_line_and_python_knows(lecture):
    found = figure(lecture, "Fit a line by hand")
    before, line_before = serial(found), found.locator(".dlf-layer-l2 path").first.get_attribute("d")
    point = found.locator(".dlf-layer-points .dlf-handle").last.bounding_box()
    x, y = point["x"] + point["width"] / 2, point["y"] + point["height"] / 2
    lecture.mouse.move(x, y)
    lecture.mouse.down()
    lecture.mouse.move(x - 5, y + 60, steps=8)
    lecture.mouse.up()
    wait_for_answer(lecture, found, before)
    assert found.locator(".dlf-layer-l2 path").first.get_attribute("d") != line_before
    found.screenshot(path="tests/artefacts/fit_by_hand.png")
    found.get_by_role("button", name="Least squares").click()
    wait_for_answer(lecture, found, before + 1)
    state = "[fit.points[-1][1], fit.slope, fit.scene['l2'][1]]"
    said = json.loads(run_in_kernel(lecture, f"import json; print(json.dumps({state}))"))
    assert said[0] < warmest(), "the dragged point is lower than it was"
    assert said[1] == pytest.approx(said[2])


def warmest():
    import numpy as np

    rng = np.random.default_rng(2)
    hours = np.sort(rng.uniform(0, 10, 14))
    return (12 + 0.9 * hours + rng.normal(0, 1.2, hours.shape))[-1]


def test_the_learning_rate_slider_moves_the_path(lecture):
    found = figure(lecture, "Gradient descent on the cost bowl")
    before, path = serial(found), found.locator(".dlf-layer-path path").first.get_attribute("d")
    slider = found.locator("input[data-name=lr]")
    slider.focus()
    for _ in range(3):
        lecture.keyboard.press("PageUp")
    wait_for_answer(lecture, found, before)
    assert found.locator(".dlf-layer-path path").first.get_attribute("d") != path
    lecture.keyboard.press("End")
    found.get_by_text("Diverged").wait_for()
    found.screenshot(path="tests/artefacts/descent_bowl.png")
    assert float(run_in_kernel(lecture, "print(bowl.lr / bowl.scene['border'])")) == pytest.approx(2, rel=1e-3)
    run_in_kernel(lecture, "bowl.lr = 0.01; print('set')")
    found = figure(lecture, "Gradient descent on the cost bowl")
    expect(found.locator(".dlf-slider", has_text="learning rate").locator("output")).to_have_text("0.01")


@pytest.mark.parametrize("title, control, name, to", [
    ("Descent in one dimension", "input[data-name=lr]", ".dlf-layer-points path", "PageUp"),
    ("Capacity: how flexible", "input[data-name=degree]", ".dlf-layer-curve path", "ArrowRight"),
])
def test_a_slider_changes_the_figure(lecture, title, control, name, to):
    found = figure(lecture, title)
    before, drawn = serial(found), found.locator(".dlf-panels").inner_html()
    found.locator(control).press(to)
    wait_for_answer(lecture, found, before)
    assert found.locator(".dlf-panels").inner_html() != drawn
    found.screenshot(path=f"tests/artefacts/{title.split()[0].strip(':').lower()}.png")


def test_a_point_is_moved_with_the_arrow_keys(lecture):
    found = figure(lecture, "Fit a line by hand")
    before, point = serial(found), found.locator(".dlf-layer-points .dlf-handle").first
    place = point.get_attribute("transform")
    point.press("ArrowUp")
    wait_for_answer(lecture, found, before)
    assert point.get_attribute("transform") != place


def test_no_two_figures_share_an_id(lecture):
    """A clip path that is found by its id in another figure would cut this one to the other's size."""
    for title in ("Fit a line by hand", "Descent in one dimension", "Gradient descent on the cost bowl"):
        figure(lecture, title)
    ids = lecture.locator(".dlf [id], .dlf[id]").evaluate_all("elements => elements.map(e => e.id)")
    assert len(ids) > 10 and len(set(ids)) == len(ids)


def test_playing_needs_no_kernel(lecture):
    found = figure(lecture, "Descent in one dimension")
    before = serial(found)
    found.get_by_role("button", name="Play").click()
    found.get_by_text("step 3 of 20").or_(found.get_by_text("step 20 of 20")).first.wait_for()
    found.get_by_text("step 20 of 20").wait_for()
    assert serial(found) == before
