"""What a visitor does on the tab Repair of the page Uses, and what it shows."""

from __future__ import annotations

import base64
import re

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from tests.browser.pixels import READ_CANVASES, Pictures, read_pictures
from tests.browser.visitor import MODEL
from tests.server import Server

STEPS = 10
CODES = 2_000


def open_repair(page: Page, server: Server, model: str = MODEL, **settings: str | int) -> None:
    """Come by a link, and wait until the completions have taken all steps."""
    query = "".join(f"&{name}={value}" for name, value in settings.items())
    page.goto(f"{server.url}/uses?model={model}&use=repair{query}")
    expect_done(page)


def results(page: Page) -> Locator:
    return page.get_by_role("region", name="Six completions", exact=True)


def expect_done(page: Page, steps: int = STEPS) -> None:
    """Wait until this step is shown with all that belongs to it, of chains that start from the best of all codes."""
    expect(results(page)).to_have_attribute("aria-busy", "false")
    expect(results(page)).to_have_attribute("data-step", str(steps))


def choose(page: Page, name: str) -> None:
    """What is erased, by a button."""
    page.get_by_role("group", name="What is erased", exact=True).get_by_role("button", name=name, exact=True).click()


def button(page: Page, name: str) -> Locator:
    return results(page).get_by_role("button", name=name, exact=True)


def board(page: Page) -> Locator:
    return page.get_by_role("img", name="The picture with what is erased")


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """The brush from one place to another, in pixels of the picture from its upper left corner."""
    box = board(page).bounding_box()
    assert box is not None
    scale = box["width"] / 28
    page.mouse.move(box["x"] + scale * start[0], box["y"] + scale * start[1])
    page.mouse.down()
    page.mouse.move(box["x"] + scale * end[0], box["y"] + scale * end[1], steps=8)
    page.mouse.up()


def erased(page: Page) -> NDArray[np.bool_]:
    """`(28, 28)`: what the large picture shows as missing, which is all that is not grey."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    rgb = _rgb(board(page))
    return (rgb != rgb[..., :1]).any(axis=-1)


def shown_board(page: Page) -> Pictures:
    """`(28, 28, 3)`: the large picture."""
    return _rgb(board(page))


def heat(page: Page) -> Pictures:
    """`(28, 28, 3)`: the variance."""
    return _rgb(results(page).get_by_role("img", name="Variance of the six"))


def completions(page: Page) -> Pictures:
    """`(6, 28, 28)`"""
    return read_pictures(results(page).locator(".vx-cell canvas"))


def summary(page: Page, name: str) -> Pictures:
    """`(28, 28)`: Mean or Original."""
    (picture,) = read_pictures(results(page).get_by_role("img", name=name, exact=True))
    return picture


def readings(page: Page) -> list[str]:
    """What the classifier reads the six completions as, then their mean: names of classes."""
    texts = results(page).get_by_text(re.compile("^read as ")).all_inner_texts()
    return [text.removeprefix("read as ").rsplit(" (", 1)[0] for text in texts]


def _rgb(canvas: Locator) -> Pictures:
    raw = np.frombuffer(base64.b64decode(canvas.evaluate_all(READ_CANVASES)), np.uint8)
    (picture,) = raw.reshape(-1, 28, 28, 4)[..., :3]
    return picture
