"""The page's address holds what the page shows: for a reload, a bookmark, back and forward."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.interpolate_page import stops
from tests.browser.test_map_selection import drag, part_of_the_map, take
from tests.browser.visitor import (
    MODEL,
    Sent,
    choose_model,
    expect_idle,
    expect_view,
    go_to,
    open_view,
    shipped,
    shown_code,
    slider,
    type_value,
)
from tests.browser.waiting import wait_until
from tests.server import Server


def query(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def expect_query(page: Page, **wanted: str) -> None:
    wait_until(page, lambda: wanted.items() <= query(page).items(), f"the address does not say {wanted}")


def test_address_follows_without_a_message(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    expect_idle(page)
    slider(page, 3).focus()
    page.keyboard.press("ArrowRight")
    z = ["0"] * 20
    z[2] = "0.1"
    expect_query(page, model=f"shipped/{MODEL}", z=",".join(z))
    sent = Sent(page)
    before = sent.count()
    box = slider(page, 4).bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.5 * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], y)
    page.wait_for_timeout(600)
    assert query(page)["z"] == ",".join(z)
    assert sent.count() == before
    page.mouse.up()
    wait_until(page, lambda: query(page)["z"] != ",".join(z), "the address does not follow the release")


@pytest.mark.console_errors(r"404.*/_stcore/")  # Streamlit looks for its own base path in the address
def test_reload_shows_the_same(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    choose_model(page, shipped("conv-20").title)
    type_value(page, 3, "1.25")
    code = shown_code(page)
    expect_query(page, model="shipped/conv-20", z=",".join(f"{value:g}" for value in code))
    page.reload()
    expect_view(page, "Morph")
    wait_until(page, lambda: bool(np.allclose(shown_code(page), code)), "the code is another after a reload")
    expect(page.get_by_role("button", name=f"Model: {shipped('conv-20').title}", exact=True)).to_be_visible()

    go_to(page, "Samples")
    page.get_by_role("spinbutton", name="Seed").fill("77")
    page.keyboard.press("Enter")
    page.get_by_role("combobox", name="Size").select_option(label="4 × 4")
    expect_query(page, model="shipped/conv-20", seed="77", size="4")
    page.reload()
    expect_view(page, "Samples")
    expect(page.get_by_role("spinbutton", name="Seed")).to_have_value("77")
    expect(page.get_by_role("gridcell")).to_have_count(16)

    go_to(page, "Map")
    page.get_by_role("button", name="t-SNE", exact=True).click()
    expect_query(page, projection="tsne")
    page.reload()
    expect_view(page, "Map")
    expect(page.get_by_role("button", name="t-SNE", exact=True)).to_have_attribute("aria-pressed", "true")

    go_to(page, "Interpolate")
    page.get_by_role("button", name="Mean of class 5", exact=True).click()
    wait_until(page, lambda: "m5" in query(page).get("path", ""), "the address does not say the stop")
    page.reload()
    expect_view(page, "Interpolate")
    expect(stops(page).first).to_contain_text("Mean of class 5")


def test_back_and_forward(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    type_value(page, 3, "1.25")
    code = shown_code(page)
    go_to(page, "Samples")
    page.get_by_role("combobox", name="Size").select_option(label="4 × 4")
    expect_query(page, size="4")
    page.go_back()
    expect_view(page, "Morph")
    assert np.allclose(shown_code(page), code)
    page.go_forward()
    expect_view(page, "Samples")
    expect(page.get_by_role("gridcell")).to_have_count(16)


def test_back_shows_what_a_page_was_left_with(page: Page, explorer: Server) -> None:
    """And not what was set, or chosen, since."""
    open_view(page, explorer, "Map")
    colour = page.get_by_role("combobox", name="Colour", exact=True)
    colour.select_option(label="KL")
    expect_query(page, colour="kl")
    go_to(page, "Morph")
    type_value(page, 3, "1.25")
    code = shown_code(page)
    expect_query(page, z=",".join(f"{value:g}" for value in code))
    go_to(page, "Map")
    colour.select_option(label="Class")
    wait_until(page, lambda: "colour" not in query(page), "the address says another colour")
    choose_model(page, shipped("conv-20").title)
    go_to(page, "Morph")
    page.go_back()
    expect_view(page, "Map")
    page.go_back()
    expect_view(page, "Morph")
    expect(page.get_by_role("button", name=f"Model: {shipped(MODEL).title}", exact=True)).to_be_visible()
    wait_until(page, lambda: bool(np.allclose(shown_code(page), code)), "the code is another one")
    page.go_back()
    expect_view(page, "Map")
    expect(colour).to_have_value("kl")
    page.go_forward()
    expect_view(page, "Morph")
    assert np.allclose(shown_code(page), code)


def test_selection_that_no_address_can_hold_is_said(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    open_view(page, explorer, "Map")
    page.get_by_role("button", name="PCA 3-D", exact=True).click()
    expect(page.get_by_role("application", name="Map of")).to_have_attribute("aria-busy", "false")
    take(page, "Box")
    left, top, right, bottom = part_of_the_map(page, 0.3, 0.3, 0.7, 0.7)
    drag(page, [(left, top), (right, bottom)])
    sentence = "election A takes more than an address can hold: a link, or a reload, comes without it."
    expect(page.get_by_text(f"S{sentence}")).to_be_visible()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text(f", but s{sentence}")).to_be_visible()
    assert "groupA" not in page.evaluate("navigator.clipboard.readText()")


@pytest.mark.console_errors(r"404.*/_stcore/")
def test_selection_of_a_link_without_dots_is_said(page: Page, explorer: Server) -> None:
    page.goto(f"{explorer.url}/map?model={MODEL}&groupB=pca!!!100,100~101,100~101,101")
    expect_view(page, "Map")
    expect(page.get_by_text("The link’s selection B has no digits in it.")).to_be_visible()


def test_address_that_nothing_was_changed_at_stays(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    page.goto(explorer.url)
    expect_view(page, "Morph")
    page.wait_for_timeout(1000)
    assert query(page) == {}


@pytest.mark.console_errors(r"404.*/_stcore/")
@pytest.mark.parametrize("path", ["", "samples"])
def test_wrong_value_in_a_link_is_said(page: Page, explorer: Server, path: str) -> None:
    page.goto(f"{explorer.url}/{path}?model={MODEL}&z=1,2&seed=many&size=8&hidden=10&extent=1,0,0,1&groupA=pca")
    names = "extent, groupA, hidden, seed, z"
    expect(page.get_by_text(f"The link has values that this model does not take ({names}).")).to_be_visible()
    expect_view(page, path.capitalize() or "Morph")
    page.wait_for_timeout(1000)
    expect(page.get_by_text("The link has values that this model does not take")).to_be_visible()
    go_to(page, "Map")
    expect(page.get_by_text("The link has values")).to_have_count(0)
