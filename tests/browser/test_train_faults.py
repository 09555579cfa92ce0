"""Train where something is missing, or goes away: it trains on, or says what is wrong, and loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Worker, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_restart import CONNECTION_ERRORS
from tests.browser.test_without_webassembly import COMPILE, FORBID, forbid
from tests.browser.train_page import one_epoch, open_train, press, status, step
from tests.browser.visitor import expect_view
from tests.browser.waiting import wait_until
from tests.server import Server, serve

LONG = "h64,m1000"  # what is started does not end before it is looked at
STOPPED = "The training has stopped: this browser has ended it"

# No headless browser hides a tab. This is what a page sees of it.
SHOW = """
state => {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""

# From now on every second is a hundred.
HURRY = """
() => {
  const [now, begin] = [performance.now.bind(performance), performance.now()];
  performance.now = () => begin + 100 * (now() - begin);
}
"""


def trainer(page: Page) -> Worker:
    (worker,) = [each for each in page.workers if each.url.endswith("train_worker.js")]
    return worker


def start(page: Page) -> None:
    press(page, "Start").click()
    expect(status(page)).to_have_text("Training")
    wait_until(page, lambda: step(page) > 0, "nothing is trained")


def expect_fresh(page: Page) -> None:
    expect(status(page)).to_have_text("Not trained yet")
    wait_until(page, lambda: step(page) == 0, "it goes on from where it was")


def alert(page: Page, text: str) -> Locator:
    return page.get_by_role("alert").filter(has_text=text)


def save(page: Page) -> str:
    """The name of the file that Save gives."""
    with page.expect_download() as download:
        press(page, "Save").click()
    assert download.value.path().stat().st_size > 0
    return download.value.suggested_filename


def test_tab_that_is_hidden(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    open_train(page, explorer, LONG)
    start(page)
    page.evaluate(SHOW, "hidden")
    expect(status(page)).to_have_text("Paused while this tab is hidden")
    at = step(page)
    page.wait_for_timeout(300)  # in which it would take many steps
    assert step(page) == at
    page.evaluate(SHOW, "visible")
    expect(status(page)).to_have_text("Training")
    wait_until(page, lambda: step(page) > at, "it does not go on")
    # What a visitor paused stays so.
    press(page, "Pause").click()
    expect(status(page)).to_have_text("Paused")
    at = step(page)
    page.evaluate(SHOW, "hidden")
    page.evaluate(SHOW, "visible")
    one_epoch(page)  # by then it would have been heard
    assert step(page) > at


def test_three_minutes(page: Page, explorer: Server) -> None:
    open_train(page, explorer, LONG)
    start(page)
    trainer(page).evaluate(HURRY)
    expect(status(page)).to_have_text("Paused after 3 minutes, so that no device gets hot unasked")
    at = step(page)
    press(page, "Go on").click()
    wait_until(page, lambda: step(page) > at, "it does not go on")


def test_without_webassembly(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    page.add_init_script(FORBID)
    page.route("**/*_worker.js", forbid)
    open_train(page, explorer)
    assert trainer(page).evaluate(COMPILE) == "CompileError"
    one_epoch(page)
    assert step(page) == 10


def test_without_indexed_db(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    page.add_init_script("Object.defineProperty(globalThis, 'indexedDB', { value: undefined })")
    open_train(page, explorer)
    one_epoch(page)
    press(page, "Explore this model").click()
    expect(alert(page, "This browser does not let the page keep models")).to_be_visible()
    assert step(page) == 10
    assert save(page) == "vae-2-seed-1-step-10.zip"
    one_epoch(page)
    assert step(page) == 20


def test_full_storage(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    open_train(page, explorer)
    one_epoch(page)
    session = page.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": explorer.url, "quotaSize": 100_000})
    press(page, "Explore this model").click()
    full = alert(page, "There is no room left")
    expect(full).to_be_visible()
    assert step(page) == 10
    assert save(page) == "vae-2-seed-1-step-10.zip"
    press(page, "Explore this model").click()
    expect(full).to_be_visible()
    session.send("Storage.overrideQuotaForOrigin", {"origin": explorer.url})
    press(page, "Try again").click()
    expect_view(page, "Morph")
    expect(press(page, "Model: My VAE: 2 dimensions")).to_be_visible()


@pytest.mark.console_errors("no memory left")
@pytest.mark.parametrize(
    "end",
    ["close()", "setTimeout(() => { throw new Error('no memory left') })"],
    ids=["without a word", "with an error"],
)
@pytest.mark.parametrize("running", [True, False])
def test_worker_that_ends(page: Page, explorer: Server, end: str, running: bool) -> None:
    open_train(page, explorer)
    if running:
        start(page)
    else:
        one_epoch(page)
    trainer(page).evaluate(end)
    expect(alert(page, STOPPED)).to_be_visible()
    expect(press(page, "Save")).to_be_disabled()
    press(page, "Begin again").click()
    expect_fresh(page)
    expect(alert(page, STOPPED)).to_be_hidden()
    one_epoch(page)
    assert step(page) == 10


@pytest.mark.console_errors(CONNECTION_ERRORS)
def test_server_that_is_gone(page: Page, tmp_path: Path) -> None:
    with serve(tmp_path) as server:
        open_train(page, server, LONG)
        start(page)
    at = step(page)
    wait_until(page, lambda: step(page) > at, "it does not go on")
    press(page, "Pause").click()
    expect(status(page)).to_have_text("Paused")
    one_epoch(page)
    press(page, "Reset").click()
    expect_fresh(page)
    one_epoch(page)
    assert step(page) == 16
    assert save(page) == "vae-2-seed-1-step-16.zip"
