"""Pages that cannot connect: a sentence says why."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.pixels import decoded, expect_picture
from tests.browser.visitor import MODEL, open_view, picture, type_value
from tests.browser.waiting import wait_until
from tests.server import Server


def notice(page: Page) -> Locator:
    return page.locator("[data-vx-connection]")


@pytest.mark.console_errors("WebSocket")
def test_network_without_websockets(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    page.route_web_socket("**/_stcore/stream", lambda socket: socket.close())
    page.goto(f"{explorer.url}/?model={MODEL}")
    expect(notice(page)).to_contain_text("does not let the page's WebSocket through")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_page_that_connects_says_nothing(page: Page, explorer: Server) -> None:
    page.goto(f"{explorer.url}/?model={MODEL}")
    expect_picture(picture(page), decoded(MODEL, [20 * [0.0]])[0])
    page.wait_for_timeout(8000)
    expect(notice(page)).to_have_count(0)


@pytest.mark.console_errors(r"Failed to load resource|dynamically imported module|style\.css: 503")
@pytest.mark.parametrize("part", ["views/morph.js", "dom.js", "style.css"])
def test_part_of_a_view_that_did_not_arrive(open_page: OpenPage, explorer: Server, part: str) -> None:
    page = open_page(new_tab=True)
    page.route(f"**/{part}", lambda route: route.fulfill(status=503, body="busy"))
    page.goto(f"{explorer.url}/?model={MODEL}")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("could not be loaded from the server")
    page.unroute(f"**/{part}")
    for _ in range(2):  # a browser may remember that a module did not arrive; then the second time loads the page anew
        alert.get_by_role("button", name="Try again").click()
        with suppress(AssertionError):
            expect(picture(page)).to_be_visible(timeout=10_000)
            break
    expect_picture(picture(page), decoded(MODEL, [20 * [0.0]])[0])
    expect(alert).to_have_count(0)


def test_change_that_gets_no_answer_is_sent_again(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    held: list[Route] = []

    def swallow(route: Route) -> None:  # as some networks do
        held.append(route)

    page.route("**/vx/session", swallow)
    open_view(page, explorer, "Morph", MODEL)
    type_value(page, 3, "1.25")
    wait_until(page, lambda: bool(held), "nothing was sent")
    page.unroute("**/vx/session")
    with page.expect_response("**/vx/session") as answer:
        pass
    assert answer.value.status == 204
    assert json.loads(answer.value.request.post_data or "")["code"]["z"][2] == 1.25
