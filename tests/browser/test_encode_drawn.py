"""Encode, drawn on by hand: what comes out of the decoder is the digit that was drawn."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.encode_page import compared_row
from tests.browser.strokes import PLACES, strokes_of
from tests.browser.test_encode_picture import button, places, seen
from tests.browser.visitor import SHIPPED, open_view, shipped
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
        seen(page)  # by now all of it is painted
        expect(own).to_be_visible()
        found = re.search(r"(\d) \(\d+ %\)", own.inner_text())
        assert found is not None
        read[digit] = int(found[1])
    assert read == {digit: digit for digit in range(10)}
