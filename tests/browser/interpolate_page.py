"""What a visitor does on the Interpolate page, and what the codes there should be, computed apart from the page."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.pixels import ROUNDING, Pictures, difference
from tests.browser.visitor import MODEL, expect_view, shipped
from tests.browser.waiting import wait_until

Codes = NDArray[np.float64]

READ_STRIP = """
canvas => {
  const { width, height } = canvas;
  if (canvas.parentElement.getAttribute("aria-busy") === "true") return null;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  let grey = "";
  for (let i = 0; i < data.length; i += 4) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2] || data[i + 3] !== 255) throw new Error("no grey picture");
    grey += String.fromCharCode(data[i]);
  }
  return [width, height, btoa(grey)];
}
"""


def open_part(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()
    expect_view(page, "Interpolate")


def mu(index: int, model: str = MODEL) -> Codes:
    """`(D,)`: the code of a test digit."""
    return shipped(model).codes["mu"][index].astype(np.float64)


def class_mean(label: int, model: str = MODEL) -> Codes:
    """`(D,)`: the mean code of the test digits of a class."""
    codes = shipped(model).codes
    mean: Codes = codes["mu"][codes["label"] == label].astype(np.float64).mean(axis=0)
    return mean


def linear(a: Codes, b: Codes, t: ArrayLike) -> Codes:
    """`(T, D)`"""
    t = np.asarray(t, float)[:, None]
    return (1 - t) * a + t * b


def spherical(a: Codes, b: Codes, t: ArrayLike) -> Codes:
    """`(T, D)`: the direction turns in the plane of a and b, the length goes evenly."""
    t = np.asarray(t, float)[:, None]
    one, other = np.linalg.norm(a), np.linalg.norm(b)
    start = a / one
    aside = b / other - (b / other @ start) * start
    angle = np.arctan2(np.linalg.norm(aside), b / other @ start)
    aside /= np.linalg.norm(aside)
    path: Codes = ((1 - t) * one + t * other) * (np.cos(t * angle) * start + np.sin(t * angle) * aside)
    return path


def strip(page: Page, name: str) -> Locator:
    """The canvas of a row of pictures."""
    return pictures_of(page, name).locator("xpath=..").locator("canvas")


def pictures_of(page: Page, name: str) -> Locator:
    """The row of pictures to click."""
    return page.get_by_role("group", name=name, exact=True)


def read_strip(page: Page, name: str) -> Pictures:
    """`(N, 28, 28)`, once all are there."""
    found: list[Pictures] = []

    def complete() -> bool:
        found[:] = [each for each in [painted_strip(page, name)] if each is not None]
        return bool(found)

    wait_until(page, complete, f"the strip {name} does not come to rest")
    return found[0]


def painted_strip(page: Page, name: str) -> Pictures | None:
    """`(N, 28, 28)`, or None while pictures are being decoded."""
    read = strip(page, name).evaluate(READ_STRIP)
    if read is None:
        return None
    width, height, text = read
    assert height == 28
    return to_tiles(np.frombuffer(base64.b64decode(text), np.uint8).reshape(28, width))


def to_tiles(row: Pictures) -> Pictures:
    """`(N, side, side)` of pictures beside each other, `(side, N * side)`."""
    side = row.shape[0]
    return row.reshape(side, -1, side).swapaxes(0, 1)


def expect_strip(page: Page, name: str, wanted: Pictures) -> None:
    def shown() -> bool:
        found = painted_strip(page, name)
        return found is not None and found.shape == wanted.shape and difference(found, wanted) <= ROUNDING

    wait_until(page, shown, f"the strip {name} shows other pictures")


def large(page: Page, name: str) -> Locator:
    """The canvas of the large picture whose name begins so."""
    return page.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).locator("canvas")


def scrubber(page: Page) -> Locator:
    return page.get_by_role("slider", name="Position along the path")


def stops(page: Page) -> Locator:
    return page.get_by_role("list", name="Stops").get_by_role("listitem")


def choose_stop(page: Page, number: int) -> None:
    stops(page).nth(number - 1).get_by_role("button").first.click()
    expect(page.get_by_text(f"Change stop {number} to")).to_be_visible()


def named_test(item: Locator) -> int:
    """Which test digit an entry of a list names."""
    text = item.get_by_text("Test digit").inner_text()
    return int(text.removeprefix("Test digit ").replace(",", ""))


def download(page: Page, button: str) -> tuple[str, bytes]:
    """(name, content) of the file that a button gives."""
    with page.expect_download() as coming:
        page.get_by_role("button", name=button, exact=True).click()
    path = coming.value.path()
    return coming.value.suggested_filename, Path(path).read_bytes()


def read_png(body: bytes) -> Pictures:
    with Image.open(io.BytesIO(body)) as opened:
        return np.asarray(opened.convert("L"))
