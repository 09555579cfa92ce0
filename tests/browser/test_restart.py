"""The server goes away and comes back while a page is open: the page goes on where it was."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from tests.browser.conftest import NextServer, OpenPage
from tests.browser.visitor import (
    choose_model,
    expect_idle,
    expect_view,
    go_to,
    model_list,
    open_view,
    picture,
    shown_code,
    type_value,
)
from tests.browser.waiting import wait_until
from tests.server import Server

# What the browser says of a server that is away.
CONNECTION_ERRORS = (
    r"Failed to load resource|WebSocket connection|ERR_CONNECTION|reaching server endpoint|server is not responding|"
    r"disconnected from server|DoInitPings timed out|Connection timed out"
)
pytestmark = pytest.mark.console_errors(CONNECTION_ERRORS)


def test_page_goes_on(page: Page, next_server: NextServer) -> None:
    with next_server() as server:
        open_view(page, server, "Samples", "conv-2")
        page.get_by_role("combobox", name="Size").select_option(label="4 × 4")
        go_to(page, "Morph")
        choose_model(page, "Convolutional VAE")
        type_value(page, 3, "1.25")
        page.get_by_role("button", name="Keep", exact=True).click()
        type_value(page, 5, "-0.5")
        expect_idle(page)
        before = shown_code(page)
    # The server is away. What needs only the page works; nothing is in its way.
    type_value(page, 7, "0.75")
    wait_until(page, lambda: shown_code(page)[6] == 0.75, "the slider does not move")
    notice = page.locator("[data-vx-connection]")
    expect(notice).to_contain_text("This page works on")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="Samples", exact=True).click()
    expect(notice).to_contain_text("What you chose comes as soon as it is back")
    with next_server():
        expect(page.get_by_role("combobox", name="Size")).to_be_visible()
        go_to(page, "Morph")
        expected = before.copy()
        expected[6] = 0.75
        wait_until(page, lambda: shows(page, expected), "the code is another")
        expect(picture(page)).to_be_visible()
        expect(notice).to_have_count(0)
        page.get_by_role("button", name="Undo", exact=True).click()
        wait_until(page, lambda: shows(page, before), "nothing was undone")


def shows(page: Page, code: NDArray[np.float64]) -> bool:
    """Whether Morph shows this code; until the new session knows the model, it shows none."""
    shown = shown_code(page)
    return shown.shape == code.shape and bool(np.allclose(shown, code))


# How many sliders Morph shows, at each picture of the screen.
WATCH_SLIDERS = """() => {
  window.seen = new Set();
  const look = () => {
    const sliders = (root) => [...root.querySelectorAll("*")].flatMap((each) => [
      ...(each.matches(".vx-morph input[type=range]") && each.closest(".vx-morph").checkVisibility() ? [each] : []),
      ...(each.shadowRoot ? sliders(each.shadowRoot) : []),
    ]);
    window.seen.add(sliders(document).length);
    requestAnimationFrame(look);
  };
  look();
}"""


def test_no_other_model_is_seen_on_the_way_to_the_visitors(open_page: OpenPage, next_server: NextServer) -> None:
    """Who goes to a page after a restart has an address that says no model: the session hears of it a run later."""
    page = open_page(new_tab=True)
    with next_server() as server:
        open_view(page, server, "Samples", "conv-20")
        expect_idle(page)
    expect_away(page)
    with next_server():
        expect(page.locator("[data-test-connection-state=CONNECTED]")).to_have_count(1)
        page.evaluate(WATCH_SLIDERS)
        go_to(page, "Morph")
        expect_idle(page)
        wait_until(page, lambda: 20 in page.evaluate("[...window.seen]"), "the model is not shown")
        assert set(page.evaluate("[...window.seen]")) == {0, 20}


@pytest.mark.parametrize("model", ["conv-20", "mlp-20"])
def test_first_thing_after_a_restart_is_to_open_a_sample(page: Page, next_server: NextServer, model: str) -> None:
    """The new session hears of the model, and of the code, only by that."""
    with next_server() as server:
        open_view(page, server, "Morph", model)
        type_value(page, 3, "1.25")
        go_to(page, "Samples")
        expect_idle(page)
    with next_server():
        expect(page.locator("[data-test-connection-state=CONNECTED]")).to_have_count(1)
        page.get_by_role("gridcell", name="Sample 5", exact=True).click()
        expect(picture(page)).to_be_visible()
        code = shown_code(page)
        assert abs(code[2] - 1.25) > 1e-6
        assert np.abs(code).max() > 0.5
        page.get_by_role("button", name="Undo", exact=True).click()
        wait_until(page, lambda: shown_code(page)[2] == 1.25, "the code before is not in the history")


def test_model_that_is_chosen_while_the_server_is_away(page: Page, next_server: NextServer) -> None:
    with next_server() as server:
        open_view(page, server, "Morph", "mlp-20")
        type_value(page, 3, "1.25")
        expect_idle(page)
    expect_away(page)
    choose_away(page, "Conditional VAE")
    expect(page.locator("[data-vx-connection]")).to_contain_text("What you chose comes as soon as it is back")
    with next_server():
        expect(page.get_by_role("group", name="Class given to the decoder")).to_be_visible()
        choose_model(page, "Beta-VAE")
        choose_model(page, "Textbook VAE")
        wait_until(page, lambda: shown_code(page)[2] == 1.25, "the code of the first model is lost")


def choose_away(page: Page, title: str) -> None:
    """Choose a model without a connection: the list stays as it is."""
    model_list(page).locator("strong").get_by_text(title, exact=True).click()


def click_away(page: Page, view: str) -> None:
    page.get_by_role("link", name=view, exact=True).click()
    expect(page.locator("[data-vx-connection]")).to_contain_text("What you chose comes as soon as it is back")


def expect_away(page: Page) -> None:
    expect(page.locator("[data-test-connection-state=CONNECTED]")).to_have_count(0)


def expect_shown(page: Page, view: str, title: str) -> None:
    """Wait for a page with a model, after the server was away."""
    expect(page.get_by_role("heading", name=view, exact=True, level=1)).to_be_visible()
    expect(page.get_by_role("button", name=f"Model: {title}", exact=True)).to_be_visible()
    expect_view(page, view)


@pytest.mark.parametrize("is_page_first", [True, False], ids=["the page first", "the model first"])
def test_page_and_model_that_are_chosen_while_the_server_is_away(
    page: Page, next_server: NextServer, is_page_first: bool
) -> None:
    with next_server() as server:
        open_view(page, server, "Morph", "mlp-20")
        expect_idle(page)
    expect_away(page)
    if is_page_first:
        click_away(page, "Samples")
    choose_away(page, "Beta-VAE")
    if not is_page_first:
        click_away(page, "Samples")
    with next_server():
        expect_shown(page, "Samples", "Beta-VAE")


@pytest.mark.parametrize("is_page_first", [True, False], ids=["the page first", "the model first"])
def test_page_and_model_that_are_chosen_while_the_connection_is_lost(
    open_page: OpenPage, explorer: Server, is_page_first: bool
) -> None:
    """The server has stayed, and the session with it."""
    page = open_page(new_tab=True)
    page.add_init_script("""
        const Socket = window.WebSocket;
        window.WebSocket = class extends Socket {
            constructor(...args) { super(...args); window.socket = this; }
        };
    """)
    open_view(page, explorer, "Morph", "mlp-20")
    expect_idle(page)
    page.route("**/_stcore/**", lambda route: route.abort())
    page.evaluate("socket.close()")
    expect_away(page)
    if is_page_first:
        click_away(page, "Samples")
    choose_away(page, "Beta-VAE")
    if not is_page_first:
        click_away(page, "Samples")
    page.unroute("**/_stcore/**")
    expect_shown(page, "Samples", "Beta-VAE")


@pytest.mark.parametrize("is_away", [True, False], ids=["while it is away", "when it is back"])
def test_browser_goes_back(page: Page, next_server: NextServer, is_away: bool) -> None:
    """To a page that was left with another model."""
    with next_server() as server:
        open_view(page, server, "Morph", "mlp-20")
        type_value(page, 3, "1.25")
        go_to(page, "Samples")
        choose_model(page, "Beta-VAE")
    expect_away(page)
    if is_away:
        page.go_back()
    with next_server():
        expect(page.locator("[data-test-connection-state=CONNECTED]")).to_have_count(1)
        if not is_away:
            page.go_back()
        expect_shown(page, "Morph", "Textbook VAE")
        wait_until(page, lambda: shown_code(page)[2] == 1.25, "the code is another")


# What a test does at a moment that no person hits but by chance: it clicks on a page's name
CLICKS = {
    # as soon as a page's title is there, before its view has said anything
    "before the view": """view => {
        const main = document.querySelector("[data-testid=stMain]");
        const observer = new MutationObserver(() => {
            if (document.querySelector("h1")?.textContent !== "Samples") return;
            observer.disconnect();
            link(view).click();
        });
        observer.observe(main, { childList: true, subtree: true, characterData: true });
    }""",
    # right after the page has told the server which model was chosen, so that the run which that causes is cut short
    "after the model": """view => {
        const send = WebSocket.prototype.send;
        WebSocket.prototype.send = function (data) {
            send.call(this, data);
            if (!new TextDecoder().decode(data).includes("shipped/conv-20")) return;
            WebSocket.prototype.send = send;
            link(view).click();
        };
    }""",
}
LINK = """const link = view => [...document.querySelectorAll("[data-testid=stPageLink-NavLink]")]
    .find(each => each.textContent === view);"""


@pytest.mark.parametrize("moment", CLICKS)
def test_another_page_is_chosen_while_the_new_session_learns_the_model(
    page: Page, next_server: NextServer, moment: str
) -> None:
    with next_server() as server:
        open_view(page, server, "Morph", "conv-20")
        type_value(page, 3, "1.25")
        expect_idle(page)
    expect_away(page)
    click_away(page, "Samples")
    page.evaluate(f"{{ {LINK} ({CLICKS[moment]})('Map'); }}")
    with next_server():
        expect_shown(page, "Map", "Convolutional VAE")
        go_to(page, "Morph")
        wait_until(page, lambda: shown_code(page)[2] == 1.25, "the code is another")
