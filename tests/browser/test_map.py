"""Map: every test picture a point that shows itself under the pointer and opens in Morph at a click."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.map_page import (
    card,
    choose,
    clear_points,
    expect_card,
    expect_ranges_around,
    frame,
    leave_the_map,
    marker_place,
    point_at,
    projected,
)
from tests.browser.pixels import Pictures, decoded, expect_picture
from tests.browser.visitor import (
    MODEL,
    expect_view,
    go_to,
    map_stage,
    open_view,
    picture,
    shipped,
    shown_code,
    type_value,
)
from tests.server import Server
from vae_explorer.storage import picture_atlas


@pytest.fixture(scope="module")
def test_digits() -> Pictures:
    folder = shipped(MODEL)
    return picture_atlas.read_atlas(picture_atlas.atlas_path(folder), folder.data.count)


def test_names(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map")
    expect(page.get_by_role("heading", name="Map", level=1)).to_be_visible()
    expect(page.get_by_role("application", name=re.compile("^Map of 10,000 test digits"))).to_be_visible()
    expect(page.get_by_text("10,000 test digits", exact=True)).to_be_visible()
    classes = page.get_by_role("group", name="Classes")
    for label in range(10):
        expect(classes.get_by_role("button", name=str(label), exact=True)).to_have_attribute("aria-pressed", "true")
    drawn = page.locator(".js-plotly-plot").evaluate("plot => plot._fullData.map(trace => trace.x.length)")
    assert sum(drawn) == 10_000


def test_pointing_shows_the_picture_and_its_label(page: Page, explorer: Server, test_digits: Pictures) -> None:
    open_view(page, explorer, "Map")
    labels = shipped(MODEL).codes["label"]
    for title, projection in (("PCA", "pca"), ("t-SNE", "tsne")):
        choose(page, title)
        points = projected(MODEL, projection)
        expect_ranges_around(page, points)
        for index in clear_points(page, points)[:4]:
            point_at(page, points, index)
            expect_card(page, index, labels[index])
            # Painted in the frame after the words, and not before the atlas has come.
            expect_picture(map_stage(page).locator("canvas.vx-map-picture"), test_digits[index], rounding=0)
        leave_the_map(page)


def test_click_opens_the_code_in_morph(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map")
    points, codes = projected(MODEL, "pca"), shipped(MODEL).codes
    index = clear_points(page, points)[0]
    point_at(page, points, index)
    expect_card(page, index, codes["label"][index])
    x, y = frame(page).pixels(points[index : index + 1])[0]
    page.mouse.click(x, y)
    expect_view(page, "Morph")
    assert np.abs(shown_code(page) - codes["mu"][index]).max() < 0.00501
    expect_picture(picture(page), decoded(MODEL, codes["mu"][index : index + 1])[0])


def test_class_that_is_switched_off_cannot_be_hit(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map")
    points, labels = projected(MODEL, "pca"), shipped(MODEL).codes["label"]
    index = clear_points(page, points)[0]
    label = int(labels[index])
    others = 10_000 - int((labels == label).sum())
    switch = page.get_by_role("group", name="Classes").get_by_role("button", name=str(label), exact=True)
    for on in (True, False, True):
        if not on or switch.get_attribute("aria-pressed") == "false":
            switch.click()
        shown = "10,000 test digits" if on else f"{others:,} of 10,000 test digits"
        expect(page.get_by_text(shown, exact=True)).to_be_visible()
        page.wait_for_function(
            "count => document.querySelector('.js-plotly-plot')._fullData[0].x.length === count",
            arg=10_000 if on else others,
        )
        point_at(page, points, index)
        if on:
            expect_card(page, index, label)
        elif card(page).is_visible():  # of a neighbour that another class hid
            expect(card(page)).not_to_have_text(f"Test digit {index}")
            expect(map_stage(page).locator("strong")).not_to_have_text(str(label))
        leave_the_map(page)


def test_none_and_all(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map")
    points, labels = projected(MODEL, "pca"), shipped(MODEL).codes["label"]
    index = clear_points(page, points)[0]
    classes = page.get_by_role("group", name="Classes")
    classes.get_by_role("button", name="None").click()
    expect(page.get_by_text("0 of 10,000 test digits", exact=True)).to_be_visible()
    point_at(page, points, index)
    expect(card(page)).to_be_hidden()
    leave_the_map(page)
    classes.get_by_role("button", name="All").click()
    expect(page.get_by_text("10,000 test digits", exact=True)).to_be_visible()
    point_at(page, points, index)
    expect_card(page, index, labels[index])


def test_marker_is_where_the_code_of_morph_lies(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map")
    codes = shipped(MODEL).codes
    z = np.zeros(20, np.float32)
    for dimension, value in ((1, 0.0), (1, 2.5), (4, -2.0)):
        if value:
            go_to(page, "Morph")
            type_value(page, dimension, str(value))
            go_to(page, "Map")
        z[dimension - 1] = value
        place = (z - codes["projection/pca/mean"]) @ codes["projection/pca/components"][:2].T
        wanted = frame(page).pixels(place[np.newaxis])[0]
        assert np.abs(marker_place(page) - wanted).max() < 1.5
    # A code that is a test digit's own lies on that digit's point, in t-SNE too.
    index = clear_points(page, projected(MODEL, "pca"))[0]
    point_at(page, projected(MODEL, "pca"), index)
    expect_card(page, index, codes["label"][index])
    page.mouse.down()
    page.mouse.up()
    expect_view(page, "Morph")
    go_to(page, "Map")
    choose(page, "t-SNE")
    expect_ranges_around(page, projected(MODEL, "tsne"))
    wanted = frame(page).pixels(projected(MODEL, "tsne")[index : index + 1])[0]
    assert np.abs(marker_place(page) - wanted).max() < 1.5


def test_projection_stays_when_the_page_changes(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map")
    choose(page, "t-SNE")
    go_to(page, "Samples")
    go_to(page, "Map")
    expect(page.get_by_role("button", name="t-SNE", exact=True)).to_have_attribute("aria-pressed", "true")
    expect_ranges_around(page, projected(MODEL, "tsne"))


def test_keys(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map")
    stage = map_stage(page)
    stage.focus()
    page.keyboard.press("ArrowRight")
    expect(card(page)).to_be_visible()
    first = card(page).text_content()
    page.keyboard.press("ArrowRight")
    expect(card(page)).not_to_have_text(first or "")
    index = int((card(page).text_content() or "").rpartition(" ")[2])
    page.keyboard.press("Enter")
    expect_view(page, "Morph")
    assert np.abs(shown_code(page) - shipped(MODEL).codes["mu"][index]).max() < 0.00501


def test_points_stay_under_the_pointer_when_zoomed(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map")
    points, labels = projected(MODEL, "pca"), shipped(MODEL).codes["label"]
    index = clear_points(page, points)[0]
    before = frame(page)
    point_at(page, points, index)
    page.mouse.wheel(0, -300)
    page.wait_for_function(
        """scale => {
          const { xaxis } = document.querySelector(".js-plotly-plot")._fullLayout;
          return Math.abs(xaxis.d2p(1) - xaxis.d2p(0)) > 1.05 * scale;
        }""",
        arg=float(before.scale[0]),
    )
    index = clear_points(page, points)[0]
    point_at(page, points, index)
    expect_card(page, index, labels[index])


def test_finger_shows_first_and_opens_then(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    open_view(page, explorer)
    go_to(page, "Map")
    map_stage(page).scroll_into_view_if_needed()
    points, codes = projected(MODEL, "pca"), shipped(MODEL).codes
    index = clear_points(page, points)[0]
    x, y = frame(page).pixels(points[index : index + 1])[0]
    page.touchscreen.tap(x, y)
    expect_card(page, index, codes["label"][index])
    page.get_by_role("button", name="Open in Morph").tap()
    expect_view(page, "Morph")
    assert np.abs(shown_code(page) - codes["mu"][index]).max() < 0.00501
