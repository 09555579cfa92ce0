"""What a visitor does on any page, by role and label, and what the browser tells the server meanwhile."""

from __future__ import annotations

import functools
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, Request, WebSocket, expect

from tests.browser.waiting import wait_until
from tests.server import Server
from vae_explorer import paths
from vae_explorer.pages import PAGES
from vae_explorer.server.session_api import SESSION_URL
from vae_explorer.storage import model_folder
from vae_explorer.storage.model_folder import ModelFolder

# Both kinds of network. What depends on the network is tested with these, what depends on a model's kind with the zoo.
SHIPPED = ("mlp-20", "conv-20")
ZOO = tuple(sorted(path.name for path in paths.shipped_models().iterdir()))
# Most tests need any model: the one that costs the browser least.
MODEL = "mlp-20"


@functools.cache
def shipped(name: str) -> ModelFolder:
    return model_folder.read(paths.shipped_models() / name)


# For scripts that tests run in the page: a module of the frontend by its path, as the page itself has loaded it.
MODULE = """
const module = async path =>
  (await import(document.querySelector('script[src$="/shell.js"]').src)).modules[path];
"""


def open_view(page: Page, server: Server, view: str = "Morph", model: str = MODEL) -> None:
    """Come from outside, by a link that names a model, and go on to a page."""
    page.goto(f"{server.url}/?model={model}")
    if view == "Morph":
        expect_view(page, view)
    else:
        go_to(page, view)


def go_to(page: Page, view: str) -> None:
    """Choose another page."""
    page.get_by_role("link", name=view, exact=True).click()
    expect_view(page, view)


def expect_view(page: Page, view: str) -> None:
    """Wait for a page to be there, with all that it shows at first."""
    expect(page.get_by_role("heading", name=view, exact=True, level=1)).to_be_visible()
    if view == "Morph":
        expect(picture(page)).not_to_have_attribute("data-frames", "0")
        return
    (module,) = [each.view for each in PAGES if each.title == view]
    root = page.locator(f".vx-{module}").filter(visible=True)  # of two models for a moment, see `shown_code`
    expect(root).to_be_visible()
    if view == "Interpolate":  # its strips come with what they show
        expect(root.locator("[aria-busy=false]").first).to_be_visible()
    expect(root.locator("[aria-busy=true]").filter(visible=True)).to_have_count(0)


def choose_model(page: Page, title: str) -> None:
    model_list(page).locator("strong").get_by_text(title, exact=True).click()
    expect(page.get_by_role("button", name=f"Model: {title}", exact=True)).to_be_visible()
    expect_idle(page)


def model_list(page: Page) -> Locator:
    """The list of models; opened where it is folded away."""
    opener = page.locator(".vx-models-opener")
    if opener.get_attribute("aria-expanded") == "false":
        opener.click()
    return page.get_by_role("group", name="Models", exact=True)


def expect_idle(page: Page) -> None:
    """Wait until the server is not answering. An answer to what was sent just now may not have begun."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def picture(page: Page) -> Locator:
    return page.get_by_role("img", name="Decoded picture", exact=True)


def slider(page: Page, dimension: int) -> Locator:
    return page.get_by_role("slider", name=f"z{dimension}", exact=True)


def typed(page: Page, dimension: int) -> Locator:
    return page.get_by_role("spinbutton", name=f"z{dimension} value", exact=True)


def type_value(page: Page, dimension: int, text: str) -> None:
    field = typed(page, dimension)
    field.click()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def shown_code(page: Page) -> NDArray[np.float64]:
    """`(D,)`: the values beside the sliders, which have two decimals; those of folded dimensions too.

    While a model gives way to another one, Streamlit has both in the page for a moment, and hides the one that goes.
    """
    fields = page.get_by_role("spinbutton", name=re.compile(r"^z\d+ value$"), include_hidden=True)
    shown = fields.evaluate_all(
        """fields => fields
          .filter((field) => field.closest(".vx-morph").checkVisibility())
          .map((field) => [field.ariaLabel, Number(field.value)])"""
    )
    return np.array([value for _, value in sorted(shown, key=lambda pair: int(pair[0][1:].split()[0]))])


def map_stage(page: Page) -> Locator:
    return page.get_by_role("application", name="Map of")


class Sent:
    """What a page tells the server: by requests what its session keeps, through its WebSocket the rest.

    To be made before the page is opened.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self._messages: list[dict[str, Any]] = []
        page.on("websocket", self._listen)
        page.on("request", self._hear)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda _: self._messages.append({}))

    def _hear(self, request: Request) -> None:
        if request.url.endswith(SESSION_URL):
            self._messages.append(dict(request.post_data_json))

    def count(self) -> int:
        self.page.evaluate("0")  # whatever the browser has reported by now is heard first
        return len(self._messages)

    def expect_values(self, since: int, name: str, wanted: list[Any]) -> None:
        """Wait for the last of these values, sent after the first `since` messages.

        What went before it has to be the others, in their order and nothing else; one that the next overtook may be
        missing, because one request is under way at a time, and the newest value follows.

        A message is sent a moment after what causes it. That nothing follows is known only when something else
        is sent after it: let the last value be of that.
        """
        wait_until(self.page, lambda: wanted[-1] in self.values(since, name, 0), f"not sent: {wanted[-1]}")
        found = self.values(since, name, 0)
        coming = iter(wanted)
        assert all(value in coming for value in found), f"{found} is not a part of {wanted}"

    def values(self, since: int, name: str, count: int) -> list[Any]:
        """Wait for `count` messages after the first `since`, and return their values: all, should there be more."""
        wait_until(self.page, lambda: self.count() >= since + count, f"{len(self._messages)} messages sent")
        return [message.get(name) for message in self._messages[since:]]
