"""On a busy machine things reach the server late, together or in another order: nothing a visitor did may be lost."""

from __future__ import annotations

import numpy as np
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.browser.conftest import OpenPage
from tests.browser.visitor import (
    MODEL,
    Sent,
    expect_idle,
    expect_view,
    go_to,
    open_view,
    shipped,
    shown_code,
    type_value,
)
from tests.browser.waiting import wait_until
from tests.server import Server
from vae_explorer.server.routes import frontend_url
from vae_explorer.ui.view import LOADER


def size(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Size")


def seed(page: Page) -> Locator:
    return page.get_by_role("spinbutton", name="Seed")


def test_click_on_another_page_in_the_moment_of_a_change(page: Page, explorer: Server) -> None:
    """A busy browser handles the click before it sends the change."""
    open_view(page, explorer, "Samples")
    link = page.get_by_role("link", name="Morph", exact=True).element_handle()
    size(page).evaluate(
        """(node, link) => {
          node.value = "4";
          node.dispatchEvent(new Event("change"));
          link.click();
        }""",
        link,
    )
    expect_view(page, "Morph")
    go_to(page, "Samples")
    expect(size(page)).to_have_value("4")


def test_changes_that_the_server_never_heard_of(open_page: OpenPage, explorer: Server) -> None:
    """Of a change and a click on another page that arrive together, Streamlit's server keeps the click alone."""
    page = open_page(new_tab=True)
    server: list[WebSocketRoute] = []
    held: list[str | bytes] = []
    is_held = False

    def connect(route: WebSocketRoute) -> None:
        server.append(route.connect_to_server())
        route.on_message(lambda message: held.append(message) if is_held else server[-1].send(message))

    page.route_web_socket("**/_stcore/stream", connect)
    open_view(page, explorer, "Samples")
    expect_idle(page)
    is_held = True
    size(page).select_option(label="4 × 4")
    wait_until(page, lambda: len(held) == 1, f"{len(held)} messages were sent")
    page.get_by_role("link", name="Morph", exact=True).click()
    wait_until(page, lambda: len(held) == 2, f"{len(held)} messages were sent")
    is_held = False
    server[-1].send(held[-1])
    expect_view(page, "Morph")
    go_to(page, "Samples")
    expect(size(page)).to_have_value("4")
    # What is set now does not bring back the other.
    seed(page).fill("7")
    seed(page).press("Enter")
    go_to(page, "Map")
    go_to(page, "Samples")
    expect(size(page)).to_have_value("4")
    expect(seed(page)).to_have_value("7")


def test_key_on_the_map_before_what_preceded_it_is_painted(page: Page, explorer: Server) -> None:
    """The ring on the map follows the pictures that are painted; a key moves the code, wherever the ring still is."""
    open_view(page, explorer)
    type_value(page, 2, "1.9")
    inset = page.get_by_role("application", name="Where the code lies: PCA")
    expect(inset).to_have_attribute("aria-busy", "false")
    reset = page.get_by_role("button", name="Reset", exact=True).element_handle()
    inset.evaluate(
        """(node, reset) => {
          reset.click();
          node.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
        }""",
        reset,
    )
    step = 0.1 * shipped(MODEL).codes["projection/pca/components"][0].astype(float)
    wait_until(page, lambda: np.abs(shown_code(page) - step).max() < 0.00501, "the code is not one step from 0")


def test_many_changes_travel_in_few_messages(page: Page, explorer: Server) -> None:
    """A run of the script that begins too early makes Streamlit mount the view anew, under the visitor's hands."""
    sent = Sent(page)
    open_view(page, explorer)
    expect_idle(page)
    since = sent.count()
    page.get_by_role("button", name="Random", exact=True).evaluate(
        """async (random) => {
          for (let i = 0; i < 20; i++) {
            random.click();
            await new Promise((go) => setTimeout(go, 10));
          }
        }"""
    )
    shown = shown_code(page)

    def newest_is_sent() -> bool:
        values = sent.values(since, "code", 1)
        return np.abs(np.array(values[-1]["z"]) - shown).max() < 0.00501

    wait_until(page, newest_is_sent, "the newest code was not sent")
    assert sent.count() - since < 10


def test_view_that_comes_when_its_visitor_has_gone_on(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    shown = page.evaluate(
        """async ([loader, frontend]) => {
          const module = await import(URL.createObjectURL(new Blob([loader], { type: "text/javascript" })));
          const parentElement = document.createElement("div");
          const data = [{ frontend, view: "morph", modules: [], styleSheets: ["style.css"] }];
          const cleanUp = module.default({ parentElement, data });
          await cleanUp();
          return parentElement.childElementCount;
        }""",
        [LOADER, frontend_url()],
    )
    assert shown == 0
