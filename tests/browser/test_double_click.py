"""What opens a code with one click does the same with two, however slow the second; sliders do what their hint says."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.interpolate_page import mu, open_part, pictures_of
from tests.browser.map_page import clear_points, frame, map_stage, projected
from tests.browser.morph_page import FRAMES, stops, strip
from tests.browser.test_settings_in_links import STCORE
from tests.browser.visitor import MODEL, expect_view, go_to, open_view, picture, shown_code, slider, typed
from tests.browser.waiting import wait_until
from tests.server import Server

SLOW_MS = 400  # Morph may be there by then
QUICK_MS = 60


def double_click(page: Page, x: float, y: float, pause_ms: int) -> None:
    page.mouse.move(x, y)
    for count in (1, 2):
        page.mouse.down(click_count=count)
        page.mouse.up(click_count=count)
        if count == 1:
            page.wait_for_timeout(pause_ms)


def middle_of(place: Locator) -> tuple[float, float]:
    place.scroll_into_view_if_needed()
    box: FloatRect | None = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def expect_opened_once(page: Page) -> None:
    """Morph shows the code that was opened; one step back is the code before, the origin."""
    expect_view(page, "Morph")
    page.wait_for_timeout(SLOW_MS)  # a second click would have come by now
    opened = page.evaluate("decodeURIComponent(location.search)")
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_enabled()
    assert shown_code(page).any()
    undo.click()
    wait_until(page, lambda: not shown_code(page).any(), f"more than one step has been made: {opened}")
    expect(undo).to_be_disabled()


@pytest.mark.parametrize("pause_ms", [QUICK_MS, SLOW_MS])
def test_frames_of_other_pages_open_once(page: Page, explorer: Server, pause_ms: int) -> None:
    open_view(page, explorer, "Samples")
    double_click(page, *middle_of(page.get_by_role("gridcell").nth(13)), pause_ms)
    expect_opened_once(page)

    go_to(page, "Interpolate")
    double_click(page, *middle_of(pictures_of(page, "Linear").get_by_role("button").nth(1)), pause_ms)
    expect_opened_once(page)

    go_to(page, "Interpolate")
    double_click(page, *middle_of(page.get_by_role("button", name="Spherical, at this position")), pause_ms)
    expect_opened_once(page)

    go_to(page, "Interpolate")
    open_part(page, "Traversals")
    double_click(page, *middle_of(pictures_of(page, "z4").get_by_role("button").nth(1)), pause_ms)
    expect_opened_once(page)

    go_to(page, "Interpolate")
    open_part(page, "Arithmetic")
    double_click(page, *middle_of(page.get_by_role("button", name="B: open in Morph")), pause_ms)
    expect_opened_once(page)


@pytest.mark.console_errors(STCORE)
def test_code_before_is_in_the_history_of_a_page_that_was_opened_first(page: Page, explorer: Server) -> None:
    page.goto(f"{explorer.url}/samples?model={MODEL}")
    expect_view(page, "Samples")
    page.get_by_role("gridcell").nth(13).click()
    expect_opened_once(page)


@pytest.mark.parametrize("pause_ms", [QUICK_MS, SLOW_MS])
def test_dot_and_card_of_the_map_open_once(page: Page, explorer: Server, pause_ms: int) -> None:
    open_view(page, explorer, "Map")
    points = projected(MODEL, "pca")
    index = clear_points(page, points)[0]
    x, y = frame(page).pixels(points[index : index + 1])[0]
    double_click(page, x, y, pause_ms)
    expect_view(page, "Morph")
    assert np.allclose(shown_code(page), mu(index), atol=0.00501)
    expect_opened_once(page)

    go_to(page, "Map")
    field = page.get_by_role("textbox", name="Go to test digit")
    field.fill("17")
    field.press("Enter")
    double_click(page, *middle_of(map_stage(page).get_by_role("button", name="Open in Morph")), pause_ms)
    expect_view(page, "Morph")
    assert np.allclose(shown_code(page), mu(17), atol=0.00501)
    expect_opened_once(page)


def test_frame_of_morph_goes_there_and_stays(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    box = strip(page, 5).bounding_box()
    assert box is not None
    for frame_, value in enumerate(stops(MODEL)):
        x, y = box["x"] + box["width"] * (frame_ + 0.5) / FRAMES, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        expect(strip(page, 5)).to_have_attribute("title", f"Click to set z5 to {value:g}")
        double_click(page, x, y, QUICK_MS)
        expect(typed(page, 5)).to_have_value(f"{value:.2f}")
        expect(picture(page)).to_be_visible()


def test_slider_and_its_name_are_reset(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    box = slider(page, 5).bounding_box()
    assert box is not None
    for share in (0.02, 0.5, 0.8, 0.98):
        double_click(page, box["x"] + box["width"] * share, box["y"] + box["height"] / 2, QUICK_MS)
        expect(typed(page, 5)).to_have_value("0.00")
    strip(page, 5).click(position={"x": 5, "y": 5})
    expect(typed(page, 5)).to_have_value(f"{stops(MODEL)[0]:.2f}")
    name = page.locator(".vx-slider-name").get_by_text("z5", exact=True)
    double_click(page, *middle_of(name), QUICK_MS)
    expect(typed(page, 5)).to_have_value("0.00")
