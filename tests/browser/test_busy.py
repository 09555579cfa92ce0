"""On a busy machine things reach the server late, together or in another order: nothing a visitor did may be lost."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Route, expect

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
from vae_explorer.server.frontend import frontend_url
from vae_explorer.server.session_api import SESSION_URL
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


def test_change_that_the_server_has_not_heard_of(page: Page, explorer: Server) -> None:
    """It may reach the server long after a click on another page."""
    held: list[Route] = []
    page.route(f"**/{SESSION_URL}", lambda route: held.append(route))  # noqa: PLW0108 - Playwright reads a handler's signature
    open_view(page, explorer, "Samples")
    size(page).select_option(label="4 × 4")
    wait_until(page, lambda: len(held) == 1, "nothing was sent")
    go_to(page, "Morph")
    go_to(page, "Samples")
    expect(size(page)).to_have_value("4")
    held[0].continue_()
    page.unroute(f"**/{SESSION_URL}")
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


def test_many_changes_travel_in_few_requests(page: Page, explorer: Server) -> None:
    """One is under way at a time, and the newest follows; the app's script does not run for any."""
    sent = Sent(page)
    runs = 0

    def count_run(_: object) -> None:
        nonlocal runs
        runs += 1

    page.on("websocket", lambda socket: socket.on("framesent", count_run))
    open_view(page, explorer)
    expect_idle(page)
    before, since = runs, sent.count()
    page.route(f"**/{SESSION_URL}", lambda route: (page.wait_for_timeout(100), route.continue_()))
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
    assert runs == before


@pytest.mark.console_errors("Failed to load resource")
def test_change_that_does_not_arrive_is_sent_again(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Samples")
    failures = iter((True, True))
    answers: list[int] = []
    page.route(f"**/{SESSION_URL}", lambda route: route.abort() if next(failures, False) else route.continue_())
    page.on("response", lambda answer: answers.append(answer.status) if answer.url.endswith(SESSION_URL) else None)
    size(page).select_option(label="4 × 4")
    wait_until(page, lambda: answers == [204], f"answered {answers}")


def test_view_that_comes_when_its_visitor_has_gone_on(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    shown = page.evaluate(
        """async ([loader, frontend]) => {
          const module = await import(URL.createObjectURL(new Blob([loader], { type: "text/javascript" })));
          const parentElement = document.createElement("div");
          const data = [{ frontend, view: "morph", parts: [] }];
          const cleanUp = module.default({ parentElement, data });
          await cleanUp();
          return parentElement.childElementCount;
        }""",
        [LOADER, frontend_url()],
    )
    assert shown == 0
