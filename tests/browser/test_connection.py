"""Pages that cannot connect, and parts of them that do not arrive: a sentence says why, and what mends it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Request, Response, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.pixels import decoded, expect_picture
from tests.browser.visitor import MODEL, expect_view, go_to, open_view, picture, shown_code, type_value
from tests.browser.waiting import wait_until
from tests.browser.weak_network import weak_network
from tests.server import Server

# What the browser and the page report of a part that did not arrive as the server has it.
SPOILED = (
    r"Failed to load resource|integrity|did not arrive whole|could not be imported|dynamically imported|has no view|"
    r"SyntaxError|Unexpected|MIME type|does not provide an export"
)


def notice(page: Page) -> Locator:
    return page.locator("[data-vx-connection]")


def trouble(page: Page) -> Locator:
    """What stands in the place of the page's view; the list of models above it may miss the same part."""
    return page.get_by_role("alert").last


def try_again(page: Page) -> None:
    trouble(page).get_by_role("button", name="Try again").click()


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


def test_socket_that_carries_nothing(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    page.route_web_socket("**/_stcore/stream", lambda _: None)
    page.goto(f"{explorer.url}/?model={MODEL}")
    expect(notice(page)).to_contain_text("nothing has come through the page's WebSocket yet")


def busy(route: Route) -> None:
    route.fulfill(status=503, body="busy")


def cut(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.body()[: len(answer.body()) // 2])


def empty(route: Route) -> None:
    route.fulfill(response=route.fetch(), body="")


def web_page(route: Route) -> None:
    route.fulfill(content_type="text/html", body="<!doctype html><html><body>the app</body></html>")


@pytest.mark.console_errors(SPOILED)
@pytest.mark.parametrize("spoil", [busy, cut, empty, web_page])
@pytest.mark.parametrize("part", ["views/morph.js", "shell.js", "style.css"])
def test_part_of_a_view_that_did_not_arrive(
    open_page: OpenPage, explorer: Server, part: str, spoil: Callable[[Route], None]
) -> None:
    page = open_page(new_tab=True)
    page.route(f"**/{part}", spoil)
    page.goto(f"{explorer.url}/?model={MODEL}")
    expect(trouble(page)).to_contain_text("could not be loaded from the server")
    page.unroute_all(behavior="wait")  # an answer may be in work
    try_again(page)
    expect_picture(picture(page), decoded(MODEL, [20 * [0.0]])[0])
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.console_errors(SPOILED)
@pytest.mark.parametrize("part", ["views/samples.js", "views/samples.css"])
def test_work_outlives_a_view_that_did_not_arrive(open_page: OpenPage, explorer: Server, part: str) -> None:
    page = open_page(new_tab=True)
    open_view(page, explorer)
    before = shown_code(page)
    type_value(page, 3, "1.25")
    page.route(f"**/{part}", busy)
    page.get_by_role("link", name="Samples", exact=True).click()
    for _ in range(2):
        expect(trouble(page)).to_be_visible()
        with page.expect_request(f"**/{part}"):
            try_again(page)
    expect(trouble(page)).to_be_visible()
    page.unroute_all(behavior="wait")  # an answer may be in work
    try_again(page)
    expect_view(page, "Samples")
    go_to(page, "Morph")
    assert shown_code(page)[2] == 1.25
    page.get_by_role("button", name="Undo", exact=True).click()
    wait_until(page, lambda: bool((shown_code(page) == before).all()), "nothing was undone")


@pytest.mark.console_errors(SPOILED)
@pytest.mark.parametrize(("part", "kind"), [("views/samples.js", "text/javascript"), ("views/samples.css", "text/css")])
def test_part_that_the_browser_keeps_damaged(open_page: OpenPage, explorer: Server, part: str, kind: str) -> None:
    page = open_page(new_tab=True)
    with weak_network(explorer, part, kind) as url:
        page.goto(f"{url}/?model={MODEL}")
        expect_view(page, "Morph")
        page.get_by_role("link", name="Samples", exact=True).click()
        expect(trouble(page)).to_contain_text("could not be loaded from the server")
        try_again(page)
        expect_view(page, "Samples")
        expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.console_errors("Failed to load resource|could not be imported")
def test_module_that_the_browser_does_not_ask_for_again(open_page: OpenPage, explorer: Server) -> None:
    """It arrives whole, and then not when it is imported: without a cache the browser fetches it for both."""
    page = open_page(new_tab=True)
    open_view(page, explorer)
    page.route(
        "**/views/samples.js",
        lambda route: busy(route) if route.request.resource_type == "script" else route.continue_(),
    )
    page.get_by_role("link", name="Samples", exact=True).click()
    expect(trouble(page)).to_contain_text("is lost")
    page.unroute("**/views/samples.js")
    trouble(page).get_by_role("button", name="Reload the page").click()
    expect_view(page, "Samples")


def test_change_that_gets_no_answer_is_sent_again(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    held: list[Route] = []
    answered: list[Request] = []

    def swallow(route: Route) -> None:  # as some networks do
        held.append(route)

    def note(response: Response) -> None:
        if response.status == 204:
            answered.append(response.request)

    page.on("response", note)
    page.route("**/vx/session", swallow)
    open_view(page, explorer, "Morph", MODEL)
    type_value(page, 3, "1.25")
    wait_until(page, lambda: bool(held), "nothing was sent")
    page.unroute("**/vx/session")
    wait_until(page, lambda: bool(answered), "it is not sent again")
    assert json.loads(answered[0].post_data or "")["code"]["z"][2] == 1.25
