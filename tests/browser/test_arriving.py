"""The first minute: what somebody sees who comes by no link, the list of models, and terms that explain themselves."""

from __future__ import annotations

import re

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, OpenPage
from tests.browser.pixels import decoded, expect_picture, read_picture
from tests.browser.visitor import (
    MODEL,
    choose_model,
    expect_idle,
    expect_view,
    model_list,
    open_view,
    picture,
    shipped,
    shown_code,
    type_value,
)
from tests.browser.waiting import wait_until
from tests.server import Server
from vae_explorer.catalog.start_code import start_code
from vae_explorer.catalog.zoo import TEACHING_ORDER
from vae_explorer.storage import picture_atlas

FIRST = TEACHING_ORDER[0]


def start() -> NDArray[np.float64]:
    return np.array(start_code(shipped(FIRST))["z"])


def arrive(page: Page, server: Server) -> None:
    """Come by the bare address."""
    page.goto(server.url)
    expect_view(page, "Morph")


def expect_start(page: Page) -> None:
    wait_until(page, lambda: bool(np.allclose(shown_code(page), start())), "the code is not the first one")
    expect_picture(picture(page), decoded(FIRST, [start()])[0])


# ---- motion ----


def test_code_moves_by_itself_once_and_ends_where_it_was(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    arrive(page, explorer)
    expect(page.get_by_text("Latent space explorer", exact=True)).to_be_visible()
    wait_until(page, lambda: not np.allclose(shown_code(page), start(), atol=0.1), "nothing moves")
    expect_start(page)
    expect(page.locator(".vx-welcoming .vx-inset-ring")).to_be_visible()  # the word at the ring waits for a touch
    assert page.get_by_role("button", name="Undo", exact=True).is_disabled()
    page.reload()
    expect_view(page, "Morph")
    for _ in range(20):
        assert np.allclose(shown_code(page), start())
        page.wait_for_timeout(50)


def test_any_touch_ends_the_motion(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    arrive(page, explorer)
    wait_until(page, lambda: not np.allclose(shown_code(page), start(), atol=0.1), "nothing moves")
    page.keyboard.press("Shift")
    expect_start(page)
    expect(page.locator(".vx-welcoming")).to_have_count(0)
    page.wait_for_timeout(300)
    expect_start(page)


def test_nothing_moves_for_those_who_prefer_that(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True, reduced_motion="reduce")
    arrive(page, explorer)
    for _ in range(30):
        assert np.allclose(shown_code(page), start())
        page.wait_for_timeout(50)


@pytest.mark.parametrize("model", ["conv-2", "conv-20"])
def test_nothing_lies_over_what_a_term_says(page: Page, explorer: Server, model: str) -> None:
    open_view(page, explorer, model=model)
    terms = page.locator(".vx-explained")
    assert terms.count() > 2
    for index in range(terms.count()):
        terms.nth(index).scroll_into_view_if_needed()
        terms.nth(index).hover()
        tip = terms.nth(index).get_by_role("tooltip")
        expect(tip).to_be_visible()
        hidden = tip.evaluate(
            """tip => {
              const { left, right, top, bottom } = tip.getBoundingClientRect();
              const corners = [left + 6, right - 6].flatMap(x => [top + 6, bottom - 6].map(y => [x, y]));
              const inside = corners.filter(([, y]) => y < innerHeight);
              return inside.filter(([x, y]) => tip.getRootNode().elementFromPoint(x, y) !== tip);
            }"""
        )
        assert hidden == []


# ---- the list of models ----


def test_all_models_above_the_fold_one_tab_from_the_button(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    opener = page.get_by_role("button", name=f"Model: {shipped(MODEL).title}", exact=True)
    opener.focus()
    page.keyboard.press("Enter")
    entries = page.locator(".vx-models-entry")
    expect(entries).to_have_count(len(TEACHING_ORDER))
    for number, name in enumerate(TEACHING_ORDER):
        entry = entries.nth(number)
        expect(entry).to_be_in_viewport(ratio=1)
        expect(entry).to_contain_text(shipped(name).title)
        samples = entry.locator(".vx-models-picture").evaluate("node => getComputedStyle(node).backgroundImage")
        assert re.search(r"/vx/files/[0-9a-f]{32}/samples\.png", samples)
    page.keyboard.press("Tab")
    expect(entries.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(entries.nth(2)).to_be_focused()
    page.keyboard.press("Escape")
    expect(entries.first).to_be_hidden()
    expect(opener).to_be_focused()


def test_list_closes_on_a_choice_and_on_a_click_beside_it(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    listed = model_list(page)
    listed.get_by_role("button", name=re.compile(f"^{shipped(FIRST).title}")).click()
    expect(listed).to_be_hidden()
    expect(page.get_by_role("button", name=f"Model: {shipped(FIRST).title}", exact=True)).to_be_visible()
    expect_start(page)
    model_list(page)
    expect(listed).to_be_visible()
    picture(page).click()
    expect(listed).to_be_hidden()


def test_list_fits_a_phone(phone_page: Page, explorer: Server) -> None:
    open_view(phone_page, explorer)
    box = model_list(phone_page).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    choose_model(phone_page, shipped(FIRST).title)


# ---- terms ----


def tip(page: Page) -> Locator:
    return page.get_by_role("tooltip")


@pytest.mark.parametrize("how", ["hover", "focus", "tap"])
def test_term_explains_itself(open_page: OpenPage, explorer: Server, how: str) -> None:
    page = open_page(**({"viewport": PHONE, "has_touch": True, "is_mobile": True} if how == "tap" else {}))
    open_view(page, explorer)
    expect(tip(page)).to_have_count(0)
    term = page.get_by_role("button", name="variational autoencoder", exact=True)
    getattr(term, how)()
    expect(tip(page)).to_contain_text("Two networks trained together")
    box = tip(page).bounding_box()
    size = page.viewport_size
    assert box is not None
    assert size is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size["width"]
    page.keyboard.press("Escape")
    expect(tip(page)).to_have_count(0)


# ---- the original beside its reconstruction ----


def test_original_of_a_test_digit_is_beside_its_reconstruction(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    original = page.get_by_role("img", name=re.compile("^Original of test digit"))
    expect(original).to_have_count(0)
    page.get_by_role("button", name="Test digit of class 4", exact=True).click()
    expect(original).to_be_visible()
    index = int((original.get_attribute("aria-label") or "").rsplit(" ", 1)[1])
    folder = shipped(MODEL)
    (expected,) = picture_atlas.read_atlas(picture_atlas.atlas_path(folder), index + 1)[-1:]
    assert np.array_equal(read_picture(original), expected)
    assert folder.codes["label"][index] == 4
    expect_picture(picture(page), decoded(MODEL, folder.codes["mu"][index : index + 1])[0])
    type_value(page, 1, "2")  # another code: it is not the reconstruction any more
    expect(original).to_have_count(0)
    expect_idle(page)


def test_reset_leaves_locked_dimensions(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    type_value(page, 1, "1.5")
    type_value(page, 2, "-0.5")
    page.get_by_role("button", name="Lock z1", exact=True).click()
    page.get_by_role("button", name="Reset", exact=True).click()
    expected = np.zeros(20)
    expected[0] = 1.5
    wait_until(page, lambda: bool(np.allclose(shown_code(page), expected)), "another code")
