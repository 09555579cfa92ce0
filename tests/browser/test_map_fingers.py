"""The map under fingers: one scrolls the page past it, two move it and zoom, and so does one from the ring."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from tests.browser.fingers import beside, drag, expect_still, path
from tests.browser.map_page import card, frame, marker_place
from tests.browser.test_map_3d import open_3d, places
from tests.browser.visitor import map_stage, open_view
from tests.browser.waiting import wait_until
from tests.server import Server

HINT = "One finger scrolls the page."


def open_map(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map")
    expect(map_stage(page)).to_have_attribute("aria-busy", "false")


def middle(page: Page) -> NDArray[np.float64]:
    box = map_stage(page).bounding_box()
    assert box is not None
    return np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])


def expect_scrolled_by_one_finger(page: Page, start: NDArray[np.float64]) -> None:
    top = middle(page)[1]
    drag(page, path(start, beside(start, 0, -120)))
    expect_still(map_stage(page))
    assert middle(page)[1] < top - 60


def test_one_finger_scrolls_the_page_past_the_map(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    open_map(page, explorer)
    expect(page.get_by_text(HINT)).to_be_visible()
    before = frame(page)
    expect_scrolled_by_one_finger(page, beside(middle(page), 90, 60))
    after = frame(page)
    assert np.array_equal(before.scale, after.scale)
    assert abs((after.origin - before.origin)[0]) < 0.01  # the page has scrolled, the map has not moved in it
    expect(card(page)).to_be_hidden()


def test_two_fingers_move_and_zoom_the_map(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    open_map(page, explorer)
    before, top = frame(page), middle(page)[1]
    # What lies under each of them stays there: the fingers go apart, and to the left.
    one, other = beside(middle(page), -20, -60), beside(middle(page), 60, 30)
    held = [(place - before.origin) / before.scale for place in (one, other)]
    turned = [beside(one, -70, -60), beside(other, 10, 30)]
    factor = np.linalg.norm(turned[1] - turned[0]) / np.linalg.norm(other - one)
    drag(page, path(one, turned[0]), path(other, turned[1]))
    wait_until(page, lambda: abs(frame(page).scale[0] / before.scale[0] - factor) < 0.02, "the map is not zoomed")
    wanted = (turned[0] + turned[1]) / 2

    def follows() -> bool:
        (shown,) = frame(page).pixels(np.array([np.mean(held, axis=0)], np.float32))
        return bool(np.abs(shown - wanted).max() < 2)

    wait_until(page, follows, "what was under the fingers is elsewhere")
    assert middle(page)[1] == top
    assert page.evaluate("visualViewport.scale") == 1
    expect(card(page)).to_be_hidden()


def test_one_finger_that_begins_on_the_ring_moves_the_map(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    open_map(page, explorer)
    ring, top = marker_place(page), middle(page)[1]
    drag(page, path(beside(ring, 6, -4), beside(ring, 46, -74)))
    wait_until(
        page, lambda: bool(np.abs(marker_place(page) - beside(ring, 40, -70)).max() < 2), "the map has not moved"
    )
    assert middle(page)[1] == top


def test_fingers_turn_the_map_in_space(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    open_3d(page, explorer)
    expect(page.get_by_text(HINT)).to_contain_text("Two turn and zoom the map")
    map_stage(page).evaluate("node => node.scrollIntoView({ block: 'start' })")
    before = places(page)
    top = middle(page)[1]
    one, other = beside(middle(page), -50, 0), beside(middle(page), 50, 0)
    drag(page, path(one, beside(one, 60, 0)), path(other, beside(other, 60, 0)))
    wait_until(page, lambda: bool(np.abs(places(page) - before).max() > 20), "the map does not turn")
    assert middle(page)[1] == top
    turned = places(page)
    ring = marker_place(page)
    drag(page, path(ring, beside(ring, 0, 60)))
    wait_until(page, lambda: bool(np.abs(places(page) - turned).max() > 20), "the ring does not turn it")
    assert middle(page)[1] == top
    # Pinched, all of it comes nearer to the middle.
    spread = float(np.std(places(page), axis=0).mean())
    drag(page, path(one, beside(one, 30, 0)), path(other, beside(other, -30, 0)))
    wait_until(page, lambda: float(np.std(places(page), axis=0).mean()) < 0.7 * spread, "the map is not zoomed")
    still = places(page)
    across = middle(page)[0]
    expect_scrolled_by_one_finger(page, beside(middle(page), 100, 100))
    assert middle(page)[0] == across
    assert np.abs(places(page)[:, 0] - still[:, 0]).max() < 0.01


def test_no_hint_for_a_mouse(page: Page, explorer: Server) -> None:
    open_map(page, explorer)
    expect(page.get_by_text(HINT)).to_be_hidden()
