"""Morph: the picture follows a drag, decoded in the page; the server hears of it on release."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.pixels import decoded, difference, expect_picture, read_picture
from tests.browser.visitor import (
    MODEL,
    SHIPPED,
    Sent,
    choose_model,
    expect_idle,
    go_to,
    open_view,
    picture,
    shipped,
    shown_code,
    slider,
    type_value,
    typed,
)
from tests.server import Server
from vae_explorer.catalog.start_code import start_code

STEPS = 12

# Two dimensions that both models carry something in: their sliders are in sight, not folded away.
LEAST_KL = np.min([shipped(name).mean_kl for name in SHIPPED], axis=0)
ONE, OTHER, *_ = (int(index) + 1 for index in np.flatnonzero(LEAST_KL > 0.1))


def code(values: dict[int, float]) -> list[float]:
    """The code that has these values, by dimension from 1, and is 0 elsewhere."""
    return [values.get(dimension, 0.0) for dimension in range(1, 21)]


def grab(page: Page, dimension: int) -> tuple[float, float, float]:
    """Put the mouse on a slider that stands at 0. Returns x and y of its middle, and its width."""
    box = slider(page, dimension).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    return x, y, box["width"]


@pytest.mark.parametrize("model", SHIPPED)
def test_picture_changes_while_dragging_and_the_server_hears_nothing(page: Page, explorer: Server, model: str) -> None:
    sent = Sent(page)
    open_view(page, explorer, model=model)
    expect_idle(page)
    x, y, width = grab(page, ONE)
    page.mouse.down()
    before = sent.count()
    seen = [read_picture(picture(page))]
    for step in range(1, STEPS + 1):
        frames = picture(page).get_attribute("data-frames") or ""
        page.mouse.move(x + 0.4 * width * step / STEPS, y)
        expect(picture(page)).not_to_have_attribute("data-frames", frames)
        seen.append(read_picture(picture(page)))
        value = float(slider(page, ONE).input_value())
        expect_picture(picture(page), decoded(model, [code({ONE: value})])[0])
    assert sum(difference(one, other) > 0 for one, other in itertools.pairwise(seen)) >= STEPS - 2
    assert sent.count() == before
    assert value > 1
    page.mouse.up()
    # Each of these waits for the one before: two messages for one release would show among them.
    codes = [code({ONE: value, OTHER: moved}) for moved in (0.0, 0.1, 0.2)]
    for released, z in enumerate(codes):
        if released:
            slider(page, OTHER).press("ArrowRight")
        sent.expect_values(before, "code", [{"z": each, "label": None} for each in codes[: released + 1]])
        assert z[OTHER - 1] == float(slider(page, OTHER).input_value())


def test_names(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    expect(page.get_by_role("heading", name="Morph", level=1)).to_be_visible()
    assert picture(page).evaluate("node => node.tagName") == "CANVAS"
    for dimension in range(1, 21):
        node = slider(page, dimension)
        expect(node).to_be_visible()
        assert node.evaluate("node => `${node.tagName} ${node.type}`") == "INPUT range"
        expect(typed(page, dimension)).to_be_visible()
    expect(page.get_by_role("slider")).to_have_count(20)
    for name in ("Random", "Reset", *(f"Test digit of class {label}" for label in range(10))):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
    expect(page).to_have_title(re.compile("Latent space explorer|Morph"))


def test_typed_value(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    type_value(page, 5, "-1.25")
    expect(slider(page, 5)).to_have_value("-1.25")
    expect_code(page, {5: -1.25})
    # Three decimals: the picture has them all, the field shows two.
    type_value(page, 6, "0.333")
    expect(typed(page, 6)).to_have_value("0.33")
    expect_code(page, {5: -1.25, 6: 0.333})


def expect_code(page: Page, values: dict[int, float], model: str = MODEL) -> None:
    """The picture is the one of the code that has these values and is 0 elsewhere."""
    wanted = decoded(model, [code(values)])[0]
    expect_picture(picture(page), wanted)


def test_what_is_no_number_is_not_taken(page: Page, explorer: Server) -> None:
    sent = Sent(page)
    open_view(page, explorer)
    expect_idle(page)
    before = sent.count()
    type_value(page, 3, "0.5")
    for text in ("-", "e", "1e", "--3", "1e999"):
        type_value(page, 3, text)
        expect(typed(page, 3)).to_have_value("0.50")
        expect(slider(page, 3)).to_have_value("0.5")
    # r and c are Streamlit's shortcuts, for running again and for clearing the cache.
    type_value(page, 3, "rc")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect_code(page, {3: 0.5})
    type_value(page, 3, "0.75")
    codes = [[0.0, 0.0, value] + 17 * [0.0] for value in (0.5, 0.75)]
    sent.expect_values(before, "code", [{"z": z, "label": None} for z in codes])


def test_value_beyond_the_slider_stops_at_its_end(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    limit = float(slider(page, 3).get_attribute("max") or "")
    for text, wanted in (("99", limit), ("-99", -limit)):
        type_value(page, 3, text)
        expect(typed(page, 3)).to_have_value(f"{wanted:.2f}")
        expect_code(page, {3: wanted})


def test_arrow_keys(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    expect_idle(page)
    slider(page, 4).focus()
    for key, wanted in (
        ("ArrowRight", "0.10"),
        ("ArrowUp", "0.20"),
        ("ArrowLeft", "0.10"),
        ("ArrowDown", "0.00"),
        ("ArrowDown", "-0.10"),
        ("Shift+ArrowDown", "-0.11"),
    ):
        page.keyboard.press(key)
        expect(typed(page, 4)).to_have_value(wanted)
    expect_code(page, {4: -0.11})


def test_double_click_sets_one_slider_back(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    type_value(page, 7, "1.5")
    type_value(page, 8, "2")
    x, y, width = grab(page, 8)
    page.mouse.dblclick(x + width / 4, y)
    expect(typed(page, 8)).to_have_value("0.00")
    expect(slider(page, 8)).to_have_value("0")
    expect_code(page, {7: 1.5})
    # Its first click has moved the slider to where it was; that is no step of its own.
    page.get_by_role("button", name="Undo", exact=True).click()
    expect_code(page, {7: 1.5, 8: 2})


def test_random_and_reset(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    at_origin = read_picture(picture(page))
    codes = []
    for _ in range(2):
        page.get_by_role("button", name="Random", exact=True).click()
        codes.append(shown_code(page))
    assert np.count_nonzero(codes[0] != codes[1]) > 15
    assert 0.3 < np.std(codes) < 3
    # The values shown have two decimals, the picture is of all of them.
    expect_picture(picture(page), decoded(MODEL, [codes[1]])[0], rounding=32)
    assert difference(read_picture(picture(page)), at_origin) > 32
    page.get_by_role("button", name="Reset", exact=True).click()
    assert not shown_code(page).any()
    expect_code(page, {})


def test_from_a_test_digit(page: Page, explorer: Server) -> None:
    codes = shipped(MODEL).codes
    open_view(page, explorer)
    source = page.get_by_text(re.compile(r"^Code of test digit [\d,]+$"))
    before = "none yet"
    for _ in range(3):
        page.get_by_role("button", name="Test digit of class 3", exact=True).click()
        expect(source).to_be_visible()
        expect(source).not_to_have_text(before)
        before = source.text_content() or ""
        index = int(before.rpartition(" ")[2].replace(",", ""))
        assert codes["label"][index] == 3
        assert np.abs(shown_code(page) - codes["mu"][index]).max() < 0.00501
        expect_picture(picture(page), decoded(MODEL, codes["mu"][index : index + 1])[0])
    # Moving a slider makes it another code, of no test digit.
    slider(page, 1).press("ArrowRight")
    expect(page.get_by_text("Code of test digit")).to_have_count(0)


def test_values_stay_when_the_page_changes(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    type_value(page, 2, "1.75")
    x, y, width = grab(page, 9)
    page.mouse.down()
    page.mouse.move(x + width / 5, y, steps=4)
    page.mouse.up()
    expect_idle(page)
    before, value = read_picture(picture(page)), slider(page, 9).input_value()
    for view in ("Samples", "Map"):
        go_to(page, view)
        go_to(page, "Morph")
        expect(slider(page, 2)).to_have_value("1.75")
        expect(slider(page, 9)).to_have_value(value)
        assert difference(read_picture(picture(page)), before) == 0


def test_values_stay_when_the_model_changes(page: Page, explorer: Server) -> None:
    first, second = SHIPPED
    open_view(page, explorer, model=first)
    type_value(page, OTHER, "1.75")
    choose_model(page, shipped(second).title)
    start = dict(enumerate(start_code(shipped(second))["z"], start=1))
    expect(slider(page, OTHER)).to_have_value(str(start[OTHER]))
    expect_code(page, start, second)
    type_value(page, OTHER, "-0.5")
    choose_model(page, shipped(first).title)
    expect(slider(page, OTHER)).to_have_value("1.75")
    expect_code(page, {OTHER: 1.75}, first)
    choose_model(page, shipped(second).title)
    expect(slider(page, OTHER)).to_have_value("-0.5")
    expect_code(page, start | {OTHER: -0.5}, second)


def test_what_the_server_never_received_stays_too(open_page: OpenPage, explorer: Server) -> None:
    """A key that is still down has committed nothing; a view that is put up again must not fall back."""
    page = open_page(new_tab=True)
    open_view(page, explorer)
    slider(page, 2).focus()
    page.keyboard.down("ArrowRight")
    expect(typed(page, 2)).to_have_value("0.10")
    page.emulate_media(color_scheme="dark")
    expect(typed(page, 2)).to_have_value("0.10")
    page.keyboard.up("ArrowRight")
    expect_code(page, {2: 0.1})


def test_two_visitors_never_meet(open_page: OpenPage, explorer: Server) -> None:
    one, other = open_page(), open_page()
    for visitor, dimension, value in ((one, ONE, 2.5), (other, OTHER, -1.0)):
        sent = Sent(visitor)
        open_view(visitor, explorer)
        expect_idle(visitor)
        before = sent.count()
        type_value(visitor, dimension, str(value))
        sent.expect_values(before, "code", [{"z": code({dimension: value}), "label": None}])
    choose_model(other, shipped("conv-20").title)
    start = start_code(shipped("conv-20"))["z"]
    expect(slider(other, OTHER)).to_have_value(str(start[OTHER - 1]))
    # A rerun on each side, and a page change, bring what the server has kept.
    for visitor in (one, other):
        go_to(visitor, "Samples")
        go_to(visitor, "Morph")
    assert shown_code(one).tolist() == code({ONE: 2.5})
    assert shown_code(other).tolist() == start
    choose_model(other, shipped("mlp-20").title)
    expect(slider(other, OTHER)).to_have_value("-1")
    assert shown_code(other).tolist() == code({OTHER: -1.0})
    expect_code(one, {ONE: 2.5})
