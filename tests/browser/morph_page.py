"""What a visitor finds on the Morph page beside the sliders, by role and label."""

from __future__ import annotations

import base64

import numpy as np
from numpy.typing import ArrayLike, NDArray
from playwright.sync_api import Locator, Page

from tests.browser.pixels import ROUNDING, Pictures, decoded, difference
from tests.browser.visitor import shipped
from tests.browser.waiting import wait_until
from vae_explorer.catalog.manifest import slider_limit

FRAMES = 7

READ_STRIP = """
canvas => {
  const { width, height } = canvas;
  if (width !== 7 * 28 || height !== 28) throw new Error(`${width} x ${height}`);
  return btoa(String.fromCharCode(...canvas.getContext("2d").getImageData(0, 0, width, height).data));
}
"""


def stops(model: str) -> NDArray[np.float64]:
    """`(7,)`: the values that the filmstrip of each dimension goes through, which have two decimals."""
    limit = slider_limit(shipped(model))
    return np.linspace(-limit, limit, FRAMES).round(2)


def strip(page: Page, dimension: int) -> Locator:
    return page.get_by_role("img", name=f"Filmstrip of z{dimension},")


def read_strip(canvas: Locator) -> Pictures:
    """`(7, 28, 28)`: the frames from left to right."""
    raw = np.frombuffer(base64.b64decode(canvas.evaluate(READ_STRIP)), np.uint8)
    grey = raw.reshape(28, FRAMES, 28, 4)[..., 0]
    return grey.transpose(1, 0, 2)


def expect_strip(page: Page, model: str, dimension: int, z: ArrayLike) -> None:
    """Wait until a filmstrip shows what torch decodes: z `(D,)` with this dimension going as far as its slider."""
    codes = np.tile(np.asarray(z, float), (FRAMES, 1))
    codes[:, dimension - 1] = stops(model)
    wanted = decoded(model, codes)
    canvas = strip(page, dimension)
    wait_until(page, lambda: difference(read_strip(canvas), wanted) <= ROUNDING, f"z{dimension} shows another strip")


def click_frame(page: Page, dimension: int, frame: int) -> None:
    box = strip(page, dimension).bounding_box()
    assert box is not None
    position = {"x": box["width"] * (frame + 0.5) / FRAMES, "y": box["height"] / 2}
    strip(page, dimension).click(position=position)  # type: ignore[arg-type]


def by_use(model: str) -> tuple[list[int], list[int]]:
    """The dimensions from 1, what carries most first; then those below 0.01 nats."""
    carried: NDArray[np.float64] = np.array(shipped(model).mean_kl)
    order = [int(i) + 1 for i in np.argsort(-carried, kind="stable")]
    return [d for d in order if carried[d - 1] >= 0.01], [d for d in order if carried[d - 1] < 0.01]
