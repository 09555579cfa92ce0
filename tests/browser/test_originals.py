"""The original is beside the reconstruction wherever the code of a test digit is shown, and nowhere else."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.interpolate_page import choose_stop, pictures_of, stops
from tests.browser.map_page import clear_points, frame, map_stage, projected
from tests.browser.pixels import Pictures, difference, expect_picture, read_picture
from tests.browser.visitor import MODEL, expect_view, go_to, open_view, shipped, type_value
from tests.browser.waiting import wait_until
from tests.server import Server
from vae_explorer.storage import picture_atlas


def original_of(index: int) -> Pictures:
    (picture,) = picture_atlas.read_atlas(picture_atlas.atlas_path(shipped(MODEL)), index + 1)[-1:]
    return picture


def shown(page: Page) -> Locator:
    return page.get_by_role("img", name=re.compile("^Original of test digit"))


def expect_original(page: Page, index: int) -> None:
    expect(shown(page)).to_have_accessible_name(f"Original of test digit {index}")
    expect_picture(shown(page), original_of(index), rounding=0)
    expect(page.get_by_text(f"Code of test digit {index}", exact=True)).to_be_visible()


def go_to_digit(page: Page, index: int) -> None:
    field = page.get_by_role("textbox", name="Go to test digit")
    field.fill(str(index))
    field.press("Enter")
    map_stage(page).get_by_role("button", name="Open in Morph").click()
    expect_view(page, "Morph")


def test_map_to_morph_and_through_its_history(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map")
    points = projected(MODEL, "pca")
    index = clear_points(page, points)[0]
    page.mouse.click(*frame(page).pixels(points[index : index + 1])[0])
    expect_view(page, "Morph")
    expect_original(page, index)

    go_to(page, "Map")
    go_to_digit(page, 17)
    expect_original(page, 17)
    type_value(page, 3, "2")
    expect(shown(page)).to_have_count(0)
    undo, redo = (page.get_by_role("button", name=name, exact=True) for name in ("Undo", "Redo"))
    undo.click()
    expect_original(page, 17)
    undo.click()
    expect_original(page, index)
    redo.click()
    expect_original(page, 17)
    redo.click()
    expect(shown(page)).to_have_count(0)


@pytest.mark.parametrize("model", ["conv-2", "cvae-8"])
def test_reload_keeps_the_original(page: Page, explorer: Server, model: str) -> None:
    open_view(page, explorer, "Map", model)
    rounded = shipped(model).codes["mu"].round(2)
    _, first, count = np.unique(rounded, axis=0, return_index=True, return_counts=True)
    index = int(first[count == 1][0])  # two may have the same address in two dimensions
    go_to_digit(page, index)
    expect(shown(page)).to_have_accessible_name(f"Original of test digit {index}")
    page.get_by_role("slider").first.press("Shift")  # an address is brought up to date on release
    page.wait_for_function("location.search.includes('z=')")
    page.reload()
    expect_view(page, "Morph")
    expect(shown(page)).to_have_accessible_name(f"Original of test digit {index}")
    page.get_by_role("button", name="Random", exact=True).click()
    expect(shown(page)).to_have_count(0)


def test_stops_have_their_originals(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Interpolate")
    for number, index in ((0, 0), (1, 1)):
        pair = stops(page).nth(number).locator("canvas")
        expect(pair).to_have_count(2)
        first = pair.first
        expect(first).to_have_attribute("title", "Original")
        wait_until(page, lambda f=first, i=index: difference(read_picture(f), original_of(i)) == 0, "another original")
    note = page.get_by_text("the original, then its reconstruction")
    expect(note).to_be_visible()
    pictures_of(page, "Linear").get_by_role("button").first.click()
    expect_view(page, "Morph")
    expect_original(page, 0)
    go_to(page, "Interpolate")
    for number in (1, 2):
        choose_stop(page, number)
        page.get_by_role("button", name="Random", exact=True).click()
        expect(stops(page).nth(number - 1).locator("canvas")).to_have_count(1)
    expect(note).to_be_hidden()
