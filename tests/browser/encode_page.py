"""What a visitor does on the Encode page, and what it shows."""

from __future__ import annotations

import base64
import re

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect


def row(page: Page) -> Locator:
    return page.get_by_role("list", name="From the picture to the loss")


def stage(page: Page, name: str) -> Locator:
    """x, encoder, posterior, z, decoder, xhat or loss."""
    return page.locator(f".vx-enc-{name}")


def input_picture(page: Page) -> Locator:
    return row(page).get_by_role("img", name="The picture that the encoder sees")


def output_picture(page: Page) -> Locator:
    return row(page).get_by_role("img", name="Reconstruction", exact=True)


def frames(page: Page) -> int:
    return int(output_picture(page).get_attribute("data-frames") or 0)


def panel(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title)


def loss_numbers(page: Page) -> list[float]:
    """What the stage of the loss shows: the sum, reconstruction, and the KL where there is one."""
    expect(row(page)).to_have_attribute("aria-busy", "false")
    text = page.locator(".vx-enc-loss-face").inner_text().replace("−", "-")
    return [float(number.replace(" ", "")) for number in re.findall(r"-?\d+\.\d+", text)]


def rank(page: Page) -> tuple[float, float]:
    """What the picture costs, nats, and the share of the model's pictures that cost less, percent."""
    sentence = panel(page, "Loss, in nats").get_by_text("test digits cost less.")
    expect(sentence).to_be_visible()
    found = re.search(r"picture costs ([−\d.]+) nats; \D*(\d+) % of", sentence.inner_text())
    assert found is not None, sentence.inner_text()
    return float(found[1].replace("−", "-")), float(found[2])


def choose_class(page: Page, name: str) -> None:
    """Take another of the model's pictures, of this class."""
    page.get_by_role("button", name=f"Test digit of class {name}", exact=True).click()


def drawing(pixels: NDArray[np.uint8]) -> str:
    """The end of a link that holds a picture, `(28, 28)` in 0…15."""
    flat = pixels.reshape(-1).astype(np.uint8)
    packed = (16 * flat[0::2] + flat[1::2]).tobytes()
    return "#drawing=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def compared_row(page: Page, title: str) -> Locator:
    """Of the table of models: the row of one."""
    table = page.get_by_role("region", name="Other models").get_by_role("table")
    return table.get_by_role("row").filter(has=page.get_by_role("rowheader", name=title, exact=True))
