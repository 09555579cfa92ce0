"""Every page fits its screen: a projector at 1366x768 without scrolling, a phone without scrolling sideways."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.encode_page import input_picture, output_picture
from tests.browser.train_page import press, time_bar, train_map
from tests.browser.visitor import expect_idle, go_to, open_view, picture, slider
from tests.server import Server
from vae_explorer.pages import PAGES

VIEWS = tuple(page.title for page in PAGES)

# What is wider or higher than its window, in pixels, of the document and of Streamlit's own scrolling element.
OVERFLOW = """
() => [document.scrollingElement, document.querySelector("[data-testid=stMain]")].map(
  node => [node.scrollWidth - node.clientWidth, node.scrollHeight - node.clientHeight])
"""


def overflow(page: Page) -> tuple[int, int]:
    """(across, down)"""
    found = page.evaluate(OVERFLOW)
    return max(across for across, _ in found), max(down for _, down in found)


def controls(page: Page, view: str) -> list[Locator]:
    """What has to be in sight at once."""
    if view == "Morph":
        sliders = [slider(page, dimension) for dimension in range(1, 21)]
        return [picture(page), *sliders, *(page.get_by_role("button", name=name) for name in ("Random", "Reset"))]
    if view == "Encode":
        pictures = [input_picture(page), output_picture(page)]
        return [*pictures, *(page.get_by_role("button", name=name, exact=True) for name in ("Sample", "Open in Morph"))]
    if view == "Samples":
        return [page.get_by_role("grid"), page.get_by_role("button", name="Download PNG")]
    if view == "Map":
        return [page.get_by_role("application"), page.get_by_role("button", name="t-SNE")]
    if view == "Train":
        return [train_map(page), press(page, "Start"), press(page, "One epoch"), time_bar(page), press(page, "GIF")]
    return []


def is_light(page: Page) -> bool:
    colour = page.get_by_test_id("stApp").evaluate("node => getComputedStyle(node).backgroundColor")
    return sum(int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")[:3]) > 3 * 128


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_laptop(request: pytest.FixtureRequest, explorer: Server, scheme: str) -> None:
    page: Page = request.getfixturevalue("page" if scheme == "light" else "dark_page")
    open_view(page, explorer)
    assert is_light(page) == (scheme == "light")
    for view in VIEWS:
        if view != "Morph":
            go_to(page, view)
        expect_idle(page)
        assert overflow(page) == (0, 0), view
        for control in controls(page, view):
            expect(control).to_be_in_viewport(ratio=1)
    assert is_light(page) == (scheme == "light")


def test_large_grid_fits_too(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Samples")
    page.get_by_role("combobox", name="Size").select_option(label="16 × 16")
    expect(page.get_by_role("gridcell")).to_have_count(256)
    assert overflow(page) == (0, 0)
    expect(page.get_by_role("gridcell", name="Sample 256", exact=True)).to_be_in_viewport(ratio=1)


def test_phone(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    open_view(page, explorer)
    for view in (*VIEWS[1:], VIEWS[0]):
        go_to(page, view)
        expect_idle(page)
        assert overflow(page)[0] == 0, view
        for control in controls(page, view):
            box = control.bounding_box()
            assert box is not None
            assert box["x"] >= 0, view
            assert box["x"] + box["width"] <= 390, view
    # A finger needs some room: 44 pixels are what Apple asks for, 24 the least that WCAG 2.2 allows.
    box = slider(page, 1).bounding_box()
    assert box is not None
    assert box["width"] >= 140
    assert box["height"] >= 24
    # The picture is what one comes for: it is in sight without scrolling.
    expect(picture(page)).to_be_in_viewport(ratio=1)
