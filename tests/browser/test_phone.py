"""A phone: what fingers do, and room for them."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.conftest import PHONE, OpenPage
from tests.browser.fingers import beside, drag, expect_still, path
from tests.browser.interpolate_page import open_part
from tests.browser.map_page import card
from tests.browser.morph_page import by_use
from tests.browser.test_interpolate_parts import PARTS
from tests.browser.test_layout import overflow
from tests.browser.test_models import write_model
from tests.browser.touch_room import too_small
from tests.browser.visitor import MODEL, choose_model, expect_idle, map_stage, model_list, open_view, shipped, slider
from tests.browser.waiting import wait_until
from tests.server import Server


def to_the_middle(shown: Locator) -> FloatRect:
    """Scrolls an element to the middle of the window; where it is now."""
    shown.evaluate("node => node.scrollIntoView({ block: 'center' })")
    box = shown.bounding_box()
    assert box is not None
    return box


def test_one_finger_scrolls_past_a_slider_and_moves_it_sideways(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    open_view(page, explorer)
    control = slider(page, by_use(MODEL)[0][8])
    box = to_the_middle(control)
    place = np.array([box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2])
    drag(page, path(place, beside(place, 0, 120)))
    expect_still(control)
    scrolled = control.bounding_box()
    assert scrolled is not None
    assert scrolled["y"] > box["y"] + 60
    assert float(control.input_value()) == 0
    box = to_the_middle(control)  # nobody knows how far it has glided
    place = np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
    drag(page, path(place, beside(place, 0.3 * box["width"], 0)))
    wait_until(page, lambda: float(control.input_value()) > 1, "the slider has not moved")
    after = control.bounding_box()
    assert after is not None
    assert after["y"] == box["y"]


# ---- hints ----


def test_it_says_that_the_sliders_and_the_ring_can_be_dragged(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True, viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(explorer.url)  # without a link: the code moves by itself, and the ring says what to do
    ring = page.locator(".vx-welcoming .vx-inset-ring")
    expect(ring).to_be_in_viewport(ratio=1)
    assert ring.evaluate("node => getComputedStyle(node, '::after').content") == '"Drag me"'
    hint = page.get_by_text("Drag to morph", exact=True)
    expect(hint).to_be_visible()
    expect(page.get_by_text("click a frame")).to_be_hidden()
    choose_model(page, shipped("conv-20").title)
    expect(hint).to_be_in_viewport(ratio=1)


# ---- room ----


def test_a_long_title_stays_beside_the_name(phone_page: Page, explorer: Server) -> None:
    title = "My VAE: 20 dimensions, and a long story"
    write_model(explorer.models / title)
    phone_page.goto(explorer.url)
    choose_model(phone_page, title)
    name, chosen = (
        found.bounding_box()
        for found in (
            phone_page.get_by_text("Latent space explorer", exact=True),
            phone_page.get_by_role("button", name=f"Model: {title}", exact=True),
        )
    )
    assert name
    assert chosen
    assert chosen["y"] < name["y"] + name["height"] / 2 < chosen["y"] + chosen["height"]
    assert overflow(phone_page)[0] == 0


def expect_room(page: Page, where: str) -> None:
    expect_idle(page)
    found = too_small(page)
    assert not found, "\n".join([f"{where}:", *found])
    assert overflow(page)[0] == 0, where


@pytest.mark.parametrize("model", ["conv-2", "conv-20", "cvae-8", "fashion-20"])
def test_morph_has_room_for_fingers(phone_page: Page, explorer: Server, model: str) -> None:
    page = phone_page
    open_view(page, explorer, model=model)
    page.get_by_role("button", name="Keep", exact=False).first.tap()
    for folded in page.locator("summary").all():
        folded.tap()
    expect_room(page, model)


@pytest.mark.parametrize("model", ["conv-20", "ae-2", "cvae-8", "fashion-20"])
def test_encode_has_room_for_fingers(phone_page: Page, explorer: Server, model: str) -> None:
    page = phone_page
    open_view(page, explorer, "Encode", model)
    for folded in page.locator("summary").filter(visible=True).all():
        folded.tap()
    expect_room(page, model)


def test_list_of_models_has_room_for_fingers(phone_page: Page, explorer: Server) -> None:
    (explorer.models / "broken").mkdir()
    (explorer.models / "broken" / "model.json").write_text("{")
    open_view(phone_page, explorer)
    model_list(phone_page)
    expect_room(phone_page, "the list")


def test_samples_have_room_for_fingers(phone_page: Page, explorer: Server) -> None:
    open_view(phone_page, explorer, "Samples")
    expect_room(phone_page, "Samples")


def test_map_has_room_for_fingers(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    open_view(page, explorer, "Map")
    expect(map_stage(page)).to_have_attribute("aria-busy", "false")
    expect_room(page, "Map")
    page.get_by_role("group", name="Drag mode").get_by_role("button", name="Box", exact=True).tap()
    map_stage(page).evaluate("node => node.scrollIntoView({ block: 'start' })")
    for left in (80, 180):
        box = map_stage(page).bounding_box()
        assert box is not None
        corner = np.array([box["x"] + left, box["y"] + 140])
        drag(page, path(corner, beside(corner, 90, 160)))
        expect(page.locator(".vx-map-badge")).to_have_count(1 if left == 80 else 2)
    expect_room(page, "two selections")
    # A card that stays, and what is folded away.
    page.get_by_role("textbox", name="Go to test digit").fill("7")
    page.keyboard.press("Enter")
    expect(card(page)).to_have_text("Test digit 7")
    page.locator("summary").filter(visible=True).first.tap()
    expect_room(page, "a card")
    page.get_by_role("button", name="t-SNE", exact=True).tap()
    expect_room(page, "t-SNE")


def test_interpolate_has_room_for_fingers(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    open_view(page, explorer, "Interpolate")
    page.get_by_role("button", name="Add a stop").tap()
    for part in PARTS:
        open_part(page, part)
        expect(page.locator("[aria-busy=true]").filter(visible=True)).to_have_count(0)
        expect_room(page, part)
