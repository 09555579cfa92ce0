"""Pages that cannot connect: a sentence says why."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.pixels import decoded, expect_picture
from tests.browser.visitor import MODEL, picture
from tests.server import Server


def notice(page: Page) -> Locator:
    return page.locator("[data-vx-connection]")


@pytest.mark.console_errors("WebSocket")
def test_network_without_websockets(page: Page, explorer: Server) -> None:
    page.route_web_socket("**/_stcore/stream", lambda socket: socket.close())
    page.goto(f"{explorer.url}/?model={MODEL}")
    expect(notice(page)).to_contain_text("does not let the page's WebSocket through")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_page_that_connects_says_nothing(page: Page, explorer: Server) -> None:
    page.goto(f"{explorer.url}/?model={MODEL}")
    expect_picture(picture(page), decoded(MODEL, [20 * [0.0]])[0])
    page.wait_for_timeout(8000)
    expect(notice(page)).to_have_count(0)


@pytest.mark.console_errors(r"Failed to load resource|dynamically imported module|Failed to fetch|style\.css")
@pytest.mark.parametrize("part", ["views/morph.js", "dom.js", "style.css"])
def test_part_of_a_view_that_failed_once(page: Page, explorer: Server, part: str) -> None:
    failures = iter((True,))

    def fail_once(route: Route) -> None:
        if next(failures, False):
            route.fulfill(status=503, body="busy")
        else:
            route.continue_()

    page.route(f"**/{part}", fail_once)
    page.goto(f"{explorer.url}/?model={MODEL}")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("could not be loaded from the server")
    for _ in range(2):  # a browser may remember that a module did not arrive; then the second time loads the page anew
        retry = alert.get_by_role("button", name="Try again")
        if retry.count():
            retry.click()
            page.wait_for_timeout(1000)
    expect_picture(picture(page), decoded(MODEL, [20 * [0.0]])[0])
    expect(alert).to_have_count(0)
