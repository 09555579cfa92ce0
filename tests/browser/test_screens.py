"""Pictures and text grow with the screen, a projector's width is used, and a small laptop shows what one comes for."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import LAPTOP, OpenPage
from tests.browser.encode_page import input_picture, output_picture, panel
from tests.browser.interpolate_page import large, pictures_of, scrubber
from tests.browser.repair_page import board, results
from tests.browser.samples_page import grid
from tests.browser.test_layout import VIEWS, overflow
from tests.browser.train_page import press, reconstructions, time_bar, train_map
from tests.browser.visitor import expect_idle, go_to, map_stage, open_view, picture
from tests.server import Server

SMALL = {"width": 1280, "height": 720}
PROJECTOR = {"width": 1920, "height": 1080}

TEXT_SIZE = "node => parseFloat(getComputedStyle(node).fontSize)"

# The share of a page's width, in strips of 20 pixels, that has a picture, a control or text somewhere below.
USED = """
() => {
  const used = new Set();
  const look = root => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) look(node.shadowRoot);
      if (!node.matches("canvas, svg, img, button, input, select, p, .vx-map-stage")) continue;
      const { left, right, width, height } = node.getBoundingClientRect();
      if (width && height) for (let at = Math.floor(left / 20); at < right / 20; at++) used.add(at);
    }
  };
  look(document);
  return used.size / (innerWidth / 20);
}
"""


def visit(page: Page, explorer: Server, model: str, view: str) -> None:
    if view == "Morph":
        open_view(page, explorer, model=model)
    else:
        go_to(page, view)
    expect_idle(page)


def main_picture(page: Page, view: str) -> Locator:
    return {
        "Morph": picture(page),
        "Encode": output_picture(page),
        "Samples": grid(page),
        "Map": map_stage(page),
        "Interpolate": large(page, "Linear"),
        "Uses": board(page),
        "Train": train_map(page),
    }[view]


def essentials(page: Page, view: str) -> list[Locator]:
    """What has to be in sight without scrolling."""
    if view == "Morph":
        sliders = [page.get_by_role("slider").nth(index) for index in (0, 1)]
        return [picture(page), *sliders, page.locator(".vx-inset-stage")]
    if view == "Encode":
        panels = [panel(page, name) for name in ("Posterior q(z | x)", "Sample z", "Loss, in nats", "Formula and code")]
        return [input_picture(page), output_picture(page), *panels]
    if view == "Samples":
        return [grid(page), page.get_by_role("slider", name="Temperature")]
    if view == "Map":
        return [map_stage(page), page.get_by_role("button", name="t-SNE"), page.get_by_role("group", name="Classes")]
    if view == "Uses":
        return [main_picture(page, view), page.get_by_role("group", name="What is erased"), results(page)]
    if view == "Train":
        settings = page.get_by_role("group", name="Classes to train on")
        return [train_map(page), press(page, "Start"), time_bar(page), reconstructions(page), settings]
    strips = [pictures_of(page, name) for name in ("Linear", "Spherical")]
    return [*strips, scrubber(page), large(page, "Linear"), large(page, "Spherical")]


def test_pictures_and_text_grow_with_the_screen(open_page: OpenPage, explorer: Server) -> None:
    found: dict[str, list[tuple[float, float]]] = {view: [] for view in VIEWS}
    for size in (SMALL, LAPTOP, PROJECTOR):
        page = open_page(viewport=size)
        for view in VIEWS:
            visit(page, explorer, "conv-20", view)
            box = main_picture(page, view).bounding_box()
            assert box is not None
            text = page.locator(".vx-question").evaluate(TEXT_SIZE)
            found[view].append((min(box["width"], box["height"]), text))
    for view, sizes in found.items():
        (small, _), (middle, usual_text), (big, big_text) = sizes
        assert small < middle < big, (view, sizes)
        assert big >= 1.3 * middle, (view, sizes)
        assert big_text >= 1.2 * usual_text, (view, sizes)


@pytest.mark.parametrize("model", ["conv-2", "conv-20"])
def test_projector_is_used(open_page: OpenPage, explorer: Server, model: str) -> None:
    page = open_page(viewport=PROJECTOR)
    for view in VIEWS:
        visit(page, explorer, model, view)
        assert overflow(page) == (0, 0), view
        assert page.evaluate(USED) >= 0.85, view
        for each in essentials(page, view):
            expect(each).to_be_in_viewport(ratio=1)
    for view, share in (("Morph", 0.5), ("Samples", 0.85), ("Map", 0.75)):
        go_to(page, view)
        box = main_picture(page, view).bounding_box()
        assert box is not None
        assert box["height"] >= share * PROJECTOR["height"], view


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("model", ["conv-2", "conv-20"])
def test_small_laptop_shows_what_one_comes_for(open_page: OpenPage, explorer: Server, model: str, scheme: Any) -> None:
    page = open_page(viewport=SMALL, color_scheme=scheme)
    for view in VIEWS:
        visit(page, explorer, model, view)
        assert overflow(page) == (0, 0), view
        for each in essentials(page, view):
            expect(each).to_be_in_viewport(ratio=1)


def test_map_follows_a_window_that_moves_to_another_screen(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map")
    # Asked of the page, not of one number: Plotly puts new ones in its place whenever it draws.
    page.wait_for_selector(".xtick text")
    size = "() => parseFloat(getComputedStyle(document.querySelector('.xtick text')).fontSize)"
    before = page.evaluate(size)
    page.set_viewport_size(PROJECTOR)  # type: ignore[arg-type]
    page.wait_for_function(f"before => ({size})() > 1.2 * before", arg=before)
    page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    page.wait_for_function(f"before => ({size})() === before", arg=before)
