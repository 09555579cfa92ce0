"""Reads pictures back from the page, and says what torch makes of the same codes."""

from __future__ import annotations

import base64
import functools

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from playwright.sync_api import Locator, expect

from tests.browser.visitor import ZOO
from tests.browser.waiting import wait_until
from vae_explorer import load
from vae_explorer.notebook import LoadedVAE

Pictures = NDArray[np.uint8]

# The page paints 255 times the grey value, rounded: where torch is a hair to the other side of a half, that is one.
ROUNDING = 1

# Every canvas as one text: a list of a million numbers would take Playwright a second.
READ_CANVASES = """
canvases => {
  let text = "";
  for (const canvas of canvases) {
    if (canvas.width !== 28 || canvas.height !== 28) throw new Error(`${canvas.width} x ${canvas.height}`);
    text += String.fromCharCode(...canvas.getContext("2d").getImageData(0, 0, 28, 28).data);
  }
  return btoa(text);
}
"""


def read_pictures(canvases: Locator) -> Pictures:
    """`(N, 28, 28)`: what N canvases show. They have to be opaque and grey."""
    raw = np.frombuffer(base64.b64decode(canvases.evaluate_all(READ_CANVASES)), np.uint8)
    rgba = raw.reshape(-1, 28, 28, 4)
    assert (rgba[..., 3] == 255).all()
    assert (rgba[..., :3] == rgba[..., :1]).all()
    return rgba[..., 0]


def read_picture(canvas: Locator) -> Pictures:
    """`(28, 28)`: what one canvas shows."""
    (picture,) = read_pictures(canvas)
    return picture


def decoded(model: str, z: ArrayLike, label: int | None = None) -> Pictures:
    """`(N, 28, 28)`: what torch decodes codes `(N, D)` to, as the page would paint it, given a class or not."""
    codes = torch.tensor(np.asarray(z, np.float32))
    labels = None if label is None else torch.full((len(codes),), label)
    means = torch_model(model).decode(codes, labels)  # (N, 1, 28, 28)
    return np.rint(255 * means[:, 0].numpy()).astype(np.uint8)


def expect_picture(canvas: Locator, wanted: Pictures, rounding: int = ROUNDING) -> None:
    """Wait until the canvas shows a picture, as Playwright's own `expect` waits for a text."""
    expect(canvas).not_to_have_attribute("data-frames", "0")

    def is_shown() -> bool:
        shown = read_pictures(canvas)  # for a moment none, while one view takes another's place
        return len(shown) == 1 and difference(shown[0], wanted) <= rounding

    wait_until(canvas.page, is_shown, "the picture is another one")


def difference(one: Pictures, other: Pictures) -> int:
    """The largest difference of a pixel, 0…255."""
    return int(np.abs(one.astype(int) - other.astype(int)).max())


def torch_model(name: str) -> LoadedVAE:
    """A shipped model by its name, which is read once, or one that a test wrote by its path."""
    return _torch_model(name) if name in ZOO else load(name)


@functools.cache
def _torch_model(name: str) -> LoadedVAE:
    return load(name)
