"""A laptop at a zoom of 200 %: half as many pixels each way. The wheel scrolls the page, whatever it is over."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.map_page import frame
from tests.browser.test_layout import VIEWS, overflow
from tests.browser.visitor import expect_idle, go_to, map_stage, open_view, picture, slider, typed
from tests.browser.waiting import wait_until
from tests.server import Server

WIDTH, HEIGHT = 683, 384

SCROLLED = "() => document.querySelector('[data-testid=stMain]').scrollTop"
# Controls and pictures that no one can scroll to, because they begin left of the page or end right of it.
CUT_OFF = """
() => {
  const cut = [];
  const look = root => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) look(node.shadowRoot);
      if (!node.matches("canvas, button, input, select, p, a")) continue;
      const { left, right, width, height } = node.getBoundingClientRect();
      if (width > 1 && height > 1 && (left < 0 || right > innerWidth)) cut.push(node.outerHTML.slice(0, 120));
    }
  };
  look(document);
  return cut;
}
"""


@pytest.fixture
def zoomed_page(open_page: OpenPage) -> Page:
    return open_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=2)


def expect_wheel_scrolls(page: Page, over: Locator) -> None:
    """Turn the wheel over it, and wait for the page to move."""
    over.hover()
    before = page.evaluate(SCROLLED)
    page.mouse.wheel(0, 100)
    wait_until(page, lambda: page.evaluate(SCROLLED) >= before + 90, "the page was not scrolled")


def test_nothing_is_cut_off(zoomed_page: Page, explorer: Server) -> None:
    page = zoomed_page
    for model in ("conv-2", "conv-20", "cvae-8"):
        open_view(page, explorer, model=model)
        for view in VIEWS:
            if view != "Morph":
                go_to(page, view)
            expect_idle(page)
            assert overflow(page)[0] == 0, view
            assert page.evaluate(CUT_OFF) == [], view


def test_wheel_scrolls_the_page_over_every_control(zoomed_page: Page, explorer: Server) -> None:
    page = zoomed_page
    open_view(page, explorer, model="conv-20")
    first = slider(page, 5)
    expect_wheel_scrolls(page, first)
    expect_wheel_scrolls(page, page.get_by_role("img", name="Filmstrip of z7,"))
    field = typed(page, 10)
    field.focus()
    expect_wheel_scrolls(page, field)
    expect(field).to_have_value("0.00")
    expect(field).to_be_focused()
    expect(field).to_be_editable()
    expect_wheel_scrolls(page, picture(page))

    go_to(page, "Samples")
    seed = page.get_by_role("spinbutton", name="Seed")
    seed.focus()
    expect_wheel_scrolls(page, seed)
    expect(seed).to_have_value("1")
    go_to(page, "Interpolate")
    expect_wheel_scrolls(page, page.get_by_role("list", name="Stops"))


def test_picture_stays_in_view_beside_the_sliders(zoomed_page: Page, explorer: Server) -> None:
    page = zoomed_page
    open_view(page, explorer, model="conv-20")
    page.get_by_role("slider", name=re.compile(r"^z\d+$")).nth(-3).hover()  # one of the last
    assert page.evaluate(SCROLLED) > HEIGHT
    expect(picture(page)).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("projection", ["PCA", "PCA 3-D"])
@pytest.mark.parametrize("tool", ["Move", "Box"])
def test_wheel_scrolls_past_the_map_and_zooms_with_control(
    zoomed_page: Page, explorer: Server, tool: str, projection: str
) -> None:
    page = zoomed_page
    open_view(page, explorer, "Map", "conv-20")
    page.get_by_role("button", name=projection, exact=True).click()
    expect(map_stage(page)).to_have_attribute("aria-busy", "false")
    page.get_by_role("button", name=tool, exact=True).click()
    hint = map_stage(page).get_by_text("Ctrl and the wheel zoom the map")
    expect(hint).to_be_hidden()
    before = scale(page)
    expect_wheel_scrolls(page, map_stage(page))
    expect(hint).to_be_visible()
    assert scale(page) == before
    expect(hint).to_be_hidden()

    scrolled = page.evaluate(SCROLLED)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    wait_until(page, lambda: scale(page) > 1.02 * before, "the map was not zoomed")
    page.keyboard.up("Control")
    assert page.evaluate(SCROLLED) == scrolled
    expect(hint).to_be_hidden()


def scale(page: Page) -> float:
    """How much the map is enlarged, in any unit."""
    eye = page.evaluate(
        "() => document.querySelector('.js-plotly-plot')._fullLayout.scene?._scene.getCamera().eye ?? null"
    )
    if eye is not None:
        return float(1 / (eye["x"] ** 2 + eye["y"] ** 2 + eye["z"] ** 2) ** 0.5)
    return float(frame(page).scale[0])
