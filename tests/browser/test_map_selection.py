"""Map: box and lasso, the figures of a selection, and the direction from A to B that becomes a slider in Morph."""

from __future__ import annotations

import re

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.map_page import frame, projected
from tests.browser.pixels import ROUNDING, decoded, difference, expect_picture, read_picture
from tests.browser.visitor import MODEL, go_to, map_stage, open_view, picture, shipped, shown_code
from tests.browser.waiting import wait_until
from tests.server import Server

Box = tuple[float, float, float, float]


def take(page: Page, tool: str) -> None:
    tools = page.get_by_role("group", name="Drag mode")
    button = tools.get_by_role("button", name=tool, exact=True)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")


def part_of_the_map(page: Page, left: float, top: float, right: float, bottom: float) -> Box:
    """A box in pixels of the window, from shares of the stage."""
    box = map_stage(page).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * np.array([left, right]), box["y"] + box["height"] * np.array([top, bottom])
    return (*(round(float(value)) for value in (x[0], y[0], x[1], y[1])),)  # type: ignore[return-value]


def drag(page: Page, corners: list[tuple[float, float]]) -> None:
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner, steps=5)
    page.mouse.up()


def inside(page: Page, box: Box) -> NDArray[np.int64]:
    places = frame(page).pixels(projected(MODEL, "pca"))
    return np.flatnonzero(((places > box[:2]) & (places < box[2:])).all(axis=1))


def selected_card(page: Page, letter: str) -> Locator:
    aim = page.get_by_role("button", name=f"Select into {letter}")
    return page.locator(".vx-map-selected-card").filter(has=aim)


def expect_selection(page: Page, letter: str, indices: NDArray[np.int64]) -> NDArray[np.float64]:
    """Wait for the figures of these codes; their mean."""
    codes = shipped(MODEL).codes
    mu = codes["mu"][indices].astype(np.float64)
    shown = selected_card(page, letter)
    expect(shown.get_by_role("status")).to_have_text(f"{len(indices):,} digits")
    counts = np.bincount(codes["label"][indices], minlength=10)
    names = ", ".join(f"{label}: {count:,}" for label, count in enumerate(counts))
    expect(shown.get_by_role("img")).to_have_accessible_name(names)
    spread = np.sqrt(((mu - mu.mean(axis=0)) ** 2).sum(axis=1).mean())
    expect(shown).to_contain_text(f"spread {spread:.2f}")
    wanted = decoded(MODEL, mu.mean(axis=0)[np.newaxis])[0]
    canvas = shown.locator("canvas")
    wait_until(page, lambda: difference(read_picture(canvas), wanted) <= ROUNDING, "another mean picture is shown")
    mean: NDArray[np.float64] = mu.mean(axis=0)
    return mean


def select_two(page: Page) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Select A by a box and B by a line around; their mean codes."""
    take(page, "Box")
    a = part_of_the_map(page, 0.35, 0.15, 0.48, 0.4)
    drag(page, [(a[0], a[1]), (a[2], a[3])])
    mean_a = expect_selection(page, "A", inside(page, a))
    take(page, "Lasso")
    b = part_of_the_map(page, 0.5, 0.6, 0.65, 0.85)
    drag(page, [(b[0], b[1]), (b[2], b[1]), (b[2], b[3]), (b[0], b[3])])
    mean_b = expect_selection(page, "B", inside(page, b))
    return mean_a, mean_b


def test_box_and_lasso_say_what_they_hold(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map")
    select_two(page)
    # Kept while pages change, and all that is in view can be selected without a pointer.
    go_to(page, "Samples")
    go_to(page, "Map")
    page.get_by_role("button", name="Clear A").click()
    expect(selected_card(page, "A").get_by_role("status")).to_have_text("nothing selected")
    classes = page.get_by_role("group", name="Classes")
    classes.get_by_role("button", name="None").click()
    classes.get_by_role("button", name="7", exact=True).click()
    page.get_by_role("button", name="Select all").click()
    expect_selection(page, "A", np.flatnonzero(shipped(MODEL).codes["label"] == 7))


def test_selections_vanish_with_their_dots(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map")
    select_two(page)
    badges = page.locator(".vx-map-badge")
    drawn = page.locator(".vx-map-selected")
    expect(badges).to_have_text(["A", "B"])
    before = drawn.evaluate("canvas => canvas.toDataURL()")
    classes = page.get_by_role("group", name="Classes")
    classes.get_by_role("button", name="1", exact=True).click()
    wait_until(page, lambda: drawn.evaluate("canvas => canvas.toDataURL()") != before, "the outlines stay")
    classes.get_by_role("button", name="None").click()
    expect(badges).to_have_count(0)
    classes.get_by_role("button", name="All").click()
    expect(badges).to_have_text(["A", "B"])
    wait_until(page, lambda: drawn.evaluate("canvas => canvas.toDataURL()") == before, "the outlines are others")


def test_direction_from_a_to_b_is_a_slider_in_morph(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map")
    mean_a, mean_b = select_two(page)
    name = page.get_by_role("textbox", name="Name of the slider")
    page.get_by_role("button", name="Add slider").click()
    expect(page.get_by_text("Give the slider a name")).to_be_visible()
    name.fill("rounder")
    name.press("Enter")
    expect(page.get_by_text("“rounder” is now a slider in Morph.")).to_be_visible()
    name.fill("rounder")
    name.press("Enter")
    expect(page.get_by_text("There is already a slider “rounder”.")).to_be_visible()
    go_to(page, "Morph")
    value = page.get_by_role("spinbutton", name=re.compile("^rounder"))
    value.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("0.5")
    page.keyboard.press("Enter")
    step = mean_b - mean_a
    wait_until(page, lambda: bool(np.abs(shown_code(page) - 0.5 * step).max() < 0.00501), "z is not moved along it")
    expect_picture(picture(page), decoded(MODEL, 0.5 * step[np.newaxis])[0])


def test_removing_a_direction_leaves_the_others_as_they_stand(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map")
    select_two(page)
    name = page.get_by_role("textbox", name="Name of the slider")
    for direction in ("one", "two", "three"):
        name.fill(direction)
        name.press("Enter")
        expect(page.get_by_text(f"“{direction}” is now a slider in Morph.")).to_be_visible()
    go_to(page, "Morph")
    value = page.get_by_role("spinbutton", name="two value")
    value.fill("0.5")
    value.press("Enter")
    expect(value).to_have_value("0.50")
    before = shown_code(page)
    page.get_by_role("button", name="Remove one").click()
    expect(page.get_by_role("slider", name="one", exact=True)).to_have_count(0)
    expect(value).to_have_value("0.50")
    expect(page.get_by_role("slider", name="two", exact=True)).to_have_value("0.5")
    assert shown_code(page).tolist() == before.tolist()
    # By keyboard: the focus goes to the next, then to the one before, then to the sliders below.
    expect(page.get_by_role("button", name="Remove two")).to_be_focused()
    page.get_by_role("button", name="Remove three").press("Enter")
    expect(page.get_by_role("button", name="Remove two")).to_be_focused()
    expect(value).to_have_value("0.50")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your directions")).to_be_hidden()
    expect(page.get_by_role("slider").first).to_be_focused()


def test_selections_are_a_visitors_own(open_page: OpenPage, explorer: Server) -> None:
    one, other = open_page(), open_page()
    open_view(one, explorer, "Map")
    select_two(one)
    open_view(other, explorer, "Map")
    expect(selected_card(other, "A").get_by_role("status")).to_have_text("nothing selected")


@pytest.mark.console_errors(r"404.*/map/_stcore/")  # Streamlit looks for its own base path in the address
def test_finger_draws_a_box(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    page.goto(f"{explorer.url}/map?model={MODEL}")
    expect(map_stage(page)).to_have_attribute("aria-busy", "false")
    map_stage(page).scroll_into_view_if_needed()
    take(page, "Box")
    # Where there are few: a hundredth of a pixel decides about a point on the edge.
    box = part_of_the_map(page, 0.3, 0.2, 0.6, 0.35)
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    touch("touchStart", (box[0], box[1]))
    for share in (0.25, 0.5, 0.75, 1.0):
        touch("touchMove", (box[0] + share * (box[2] - box[0]), box[1] + share * (box[3] - box[1])))
    touch("touchEnd")
    expect_selection(page, "A", inside(page, box))
