"""Interpolate: the slider of the path lies below the strips, its thumb under the picture of its place."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.interpolate_page import pictures_of, scrubber
from tests.browser.visitor import open_view
from tests.server import Server


def expect_thumb_under_pictures(page: Page) -> None:
    """Press the slider below the middle of each picture: that picture becomes the outlined one, exactly."""
    pictures = pictures_of(page, "Spherical").get_by_role("button")
    count = pictures.count()
    last = float(scrubber(page).get_attribute("max") or 0)
    for index in range(count):
        # On a phone the row of pages covers the page's last lines.
        scrubber(page).evaluate("node => node.scrollIntoView({ block: 'center' })")
        frame, box = pictures.nth(index).bounding_box(), scrubber(page).bounding_box()
        assert frame is not None
        assert box is not None
        page.mouse.click(frame["x"] + frame["width"] / 2, box["y"] + box["height"] / 2)
        assert abs(float(scrubber(page).input_value()) - last * index / (count - 1)) <= 0.015
        expect(page.locator(".vx-marked").last).to_have_accessible_name(
            pictures.nth(index).get_attribute("aria-label") or ""
        )


def test_the_thumb_is_under_the_picture_of_its_place(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Interpolate")
    expect_thumb_under_pictures(page)
    page.get_by_role("button", name="Add a stop").click()  # a longer path has other frames
    expect(scrubber(page)).to_have_attribute("max", "2")
    expect_thumb_under_pictures(page)


def test_the_thumb_is_under_its_picture_on_a_phone(phone_page: Page, explorer: Server) -> None:
    open_view(phone_page, explorer, "Interpolate")
    expect_thumb_under_pictures(phone_page)
