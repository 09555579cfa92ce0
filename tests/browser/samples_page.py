"""What a visitor does on the Samples page, and what it shows."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.pixels import Pictures, read_pictures


def grid(page: Page) -> Locator:
    return page.get_by_role("grid", name="Random samples")


def read_grid(page: Page, size: int) -> Pictures:
    """`(size * size, 28, 28)`, once all have come."""
    expect(grid(page).get_by_role("row")).to_have_count(size)
    expect(grid(page).get_by_role("gridcell")).to_have_count(size * size)
    expect(grid(page)).to_have_attribute("aria-busy", "false")
    return read_pictures(grid(page).get_by_role("gridcell").locator("canvas"))


def set_seed(page: Page, seed: int) -> None:
    page.get_by_role("spinbutton", name="Seed").fill(str(seed))
    page.keyboard.press("Enter")


def set_size(page: Page, size: int) -> None:
    page.get_by_role("combobox", name="Size").select_option(label=f"{size} × {size}")


def sampler_button(page: Page, title: str) -> Locator:
    return page.get_by_role("group", name="Draw from").get_by_role("button", name=title, exact=True)


def choose_sampler(page: Page, title: str) -> None:
    sampler_button(page, title).click()
    expect(sampler_button(page, title)).to_have_attribute("aria-pressed", "true")


def copy_link(page: Page) -> str:
    """The link that the page puts on the clipboard; its context needs the right to read that."""
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Link copied")).to_be_visible()
    link: str = page.evaluate("navigator.clipboard.readText()")
    return link
