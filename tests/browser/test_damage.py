"""Damaged files: the view says so in a sentence, and offers to try again; it is never blank."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.pixels import decoded, expect_picture
from tests.browser.visitor import MODEL, expect_idle, map_stage, open_view, picture
from tests.server import Server

# The browser itself reports what it could not fetch.
pytestmark = pytest.mark.console_errors(r"Failed to load resource|integrity|did not arrive whole|could not be imported")

INDEX_PAGE = b"<!doctype html><html><body>the app</body></html>"


def cut(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.body()[:-1000])


def flip_a_bit(route: Route) -> None:
    answer = route.fetch()
    body = bytearray(answer.body())
    body[len(body) // 2] ^= 0x10
    route.fulfill(response=answer, body=bytes(body))


def send_index_page(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html; charset=utf-8", body=INDEX_PAGE)


def send_index_page_as_bytes(route: Route) -> None:
    route.fulfill(status=200, content_type="application/octet-stream", body=INDEX_PAGE)


def say_gone(route: Route) -> None:
    route.fulfill(status=404, content_type="text/plain", body="gone")


def hang_up(route: Route) -> None:
    route.abort("connectionreset")


DAMAGE: dict[str, tuple[Callable[[Route], None], str]] = {
    "cut": (cut, r"decoder\.safetensors arrived damaged: [\d,]+ bytes instead of [\d,]+"),
    "flipped bit": (flip_a_bit, r"decoder\.safetensors arrived damaged: its checksum"),
    "index page": (send_index_page, r"sent a web page instead of decoder\.safetensors"),
    "index page as bytes": (send_index_page_as_bytes, r"arrived damaged: 48 bytes instead of [\d,]+"),
    "404": (say_gone, r"the server answered 404"),
    "connection lost": (hang_up, r"the server does not answer"),
}


def expect_alert(where: Page | Locator, pattern: str) -> Locator:
    """A message in whole sentences, without anything of a program in it."""
    alert = where.get_by_role("alert")
    expect(alert).to_have_count(1)
    expect(alert).to_be_visible()
    expect(alert).to_contain_text(re.compile(pattern))
    text = alert.locator("p").inner_text()
    assert re.search(r"[.?!]$", text)
    assert not re.search(r"undefined|NaN|\[object|Error\b|TypeError", text)
    return alert


@pytest.mark.parametrize("kind", DAMAGE)
def test_decoder_for_morph(page: Page, explorer: Server, kind: str) -> None:
    damage, sentence = DAMAGE[kind]
    page.route("**/decoder.safetensors", damage)
    page.goto(f"{explorer.url}/?model={MODEL}")
    alert = expect_alert(page, sentence)
    expect(picture(page)).to_have_attribute("data-frames", "0")
    # Still damaged: the message comes again.
    alert.get_by_role("button", name="Try again").click()
    alert = expect_alert(page, sentence)
    page.unroute("**/decoder.safetensors")
    alert.get_by_role("button", name="Try again").click()
    expect_picture(picture(page), decoded(MODEL, [20 * [0.0]])[0])
    expect(page.get_by_role("alert")).to_have_count(0)


def test_decoder_for_samples(page: Page, explorer: Server) -> None:
    page.context.route("**/decoder.safetensors", flip_a_bit)
    page.goto(f"{explorer.url}/?model={MODEL}")
    expect_alert(page, r"decoder\.safetensors arrived damaged: its checksum")
    expect_idle(page)
    page.get_by_role("link", name="Samples", exact=True).click()
    expect(page.get_by_role("button", name="Download PNG")).to_be_visible()
    alert = expect_alert(page, r"decoder\.safetensors arrived damaged: its checksum")
    expect(page.get_by_role("button", name="Download PNG")).to_be_disabled()
    page.context.unroute("**/decoder.safetensors")
    alert.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="Download PNG")).to_be_enabled()
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("codes.safetensors", r"codes\.safetensors could not be fetched: the server answered 404"),
        ("digits.png", r"digits\.png could not be fetched: the server answered 404"),
        ("plotly.min.js", r"The chart library \(plotly\.js\) could not be fetched"),
    ],
)
def test_files_of_the_map(page: Page, explorer: Server, file: str, sentence: str) -> None:
    page.route(f"**/{file}", say_gone)
    page.goto(f"{explorer.url}/?model={MODEL}")
    page.get_by_role("link", name="Map", exact=True).click()
    if file == "digits.png":
        expect(map_stage(page)).to_have_attribute("aria-busy", "false")
        map_stage(page).hover()  # it is for cards
    alert = expect_alert(page.locator(".vx-map"), sentence)  # Morph misses its own, until it is gone
    page.unroute(f"**/{file}")
    alert.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(map_stage(page)).to_have_attribute("aria-busy", "false")
    expect(page.locator(".js-plotly-plot")).to_be_visible()


def test_codes_for_the_inset_and_a_test_digit(page: Page, explorer: Server) -> None:
    page.route("**/codes.safetensors", cut)
    open_view(page, explorer)
    inset = page.get_by_role("application", name="Where the code lies")
    tests = page.get_by_role("group", name="From a test digit").locator("..")
    expect_alert(inset, r"codes\.safetensors arrived damaged")
    page.get_by_role("button", name="Test digit of class 3", exact=True).click()
    expect_alert(tests, r"codes\.safetensors arrived damaged")
    page.unroute("**/codes.safetensors")
    tests.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Code of test digit")).to_be_visible()
    inset.get_by_role("button", name="Try again").click()
    expect(inset).to_have_attribute("aria-busy", "false")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_view_that_does_not_arrive(page: Page, explorer: Server) -> None:
    page.route("**/views/morph.js", say_gone)
    page.goto(f"{explorer.url}/?model={MODEL}")
    expect(page.get_by_role("alert")).to_contain_text("could not be loaded from the server")
    expect_idle(page)
