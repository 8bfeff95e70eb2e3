"""The figure of unit 00 in JupyterLab: shrink the step, drag the point, choose another curve."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_lecture import figure, run_in_kernel, serial, wait_for_answer

pytestmark = pytest.mark.browser


def test_the_step_the_point_and_the_curve(open_lab):
    page = open_lab("notebooks/00_start_here.ipynb")
    page.locator(".jp-Notebook").wait_for()
    page.get_by_text("| Idle").first.wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator(".lm-Menu-item", has_text="Run All Cells").first.click()
    page.get_by_text("wrong dw: absolute error").first.wait_for(state="attached")
    page.locator(".jp-Notebook").first.evaluate("element => element.focus()")
    found = figure(page, "How steep is the curve?")

    before, secant = serial(found), found.locator(".dlf-layer-forward path").first.get_attribute("d")
    found.locator("input[data-name=h]").press("Home")
    wait_for_answer(page, found, before)
    assert found.locator(".dlf-layer-forward path").first.get_attribute("d") != secant
    expect(found.locator(".dlf-status")).to_contain_text("h = 1e-15")

    before, point = serial(found), found.locator(".dlf-layer-point .dlf-handle").first
    point.press("ArrowLeft")
    wait_for_answer(page, found, before)
    before = serial(found)
    found.locator("select[data-name=curve]").select_option("exponential")
    wait_for_answer(page, found, before)
    expect(found.locator(".dlf-panel-title").first).to_have_text("f(x) = eˣ")
    found.screenshot(path="tests/artefacts/numerical_slope.png")
    said = run_in_kernel(page, "print(slope.curve, slope.h, round(slope.x, 3))")
    assert re.fullmatch(r"exponential 1e-15 1\.1\d*", said)
