"""Encode, drawn on by hand: what comes out of the decoder is the digit that was drawn."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.encode_page import compared_row, loss_numbers, output_picture, panel
from tests.browser.pixels import expect_picture, read_picture
from tests.browser.strokes import PLACES, strokes_of
from tests.browser.test_encode_picture import button, places, seen
from tests.browser.visitor import MODEL, SHIPPED, open_view, shipped
from tests.server import Server


def draw_digit(page: Page, digit: int) -> None:
    for stroke in strokes_of(digit):
        first, *others = places(page, stroke)
        page.mouse.move(*first)
        page.mouse.down()
        for x, y in others:
            page.mouse.move(x, y)
        page.mouse.up()


@pytest.mark.parametrize("model", SHIPPED)
def test_drawn_digit_is_still_that_digit_after_the_decoder(page: Page, explorer: Server, model: str) -> None:
    """The page's own classifier, in the table of models, reads it in the reconstruction."""
    open_view(page, explorer, "Encode", model)
    page.get_by_role("button", name="Compare models").click()
    own = compared_row(page, shipped(model).title)
    expect(own).to_contain_text("%")
    read = {}
    for digit in PLACES:
        button(page, "Clear").click()
        expect(own).to_be_hidden()
        draw_digit(page, digit)
        seen(page)  # by now the row is painted, and soon the table
        output = read_picture(output_picture(page))
        expect_picture(own.locator("canvas"), output, 0)
        found = re.search(r"(\d) \(\d+ %\)", own.inner_text())
        assert found is not None
        read[digit] = int(found[1])
    assert read == {digit: digit for digit in range(10)}


def test_everything_shows_the_picture_when_the_pen_rests(open_page: OpenPage, explorer: Server) -> None:
    """Where frames take long, panels and table take turns while it moves."""
    page = open_page(new_tab=True)
    open_view(page, explorer, "Encode")
    page.get_by_role("button", name="Compare models").click()
    own = compared_row(page, shipped(MODEL).title)
    expect(own).to_contain_text("%")
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 8})
    button(page, "Clear").click()
    draw_digit(page, 8)
    seen(page)
    total, reconstruction, kl = loss_numbers(page)
    objective = f"{reconstruction:.2f} + 1 × {kl:.2f} = {total:.2f} nats"
    expect(panel(page, "Loss, in nats")).to_contain_text(objective)
    expect(own).to_contain_text(f"{total:.2f}")
