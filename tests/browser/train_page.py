"""What a visitor does on the Train page, by role and label."""

from __future__ import annotations

import re
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

from tests.browser.visitor import MODEL, expect_view, go_to
from tests.browser.waiting import wait_until
from tests.server import Server

# Few digits and few units: an epoch of ten steps.
SMALL = "h64,n32,m300"


def open_train(page: Page, explorer: Server, run: str = SMALL) -> None:
    """Come by a link with these settings, and wait for the digits."""
    page.goto(f"{explorer.url}/?model={MODEL}&run={quote(run, safe=',.-')}")
    expect_view(page, "Morph")
    go_to(page, "Train")
    expect(press(page, "Start")).to_be_enabled()


def press(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def status(page: Page) -> Locator:
    return page.locator(".vx-train-status")


def step(page: Page) -> int:
    return int(figure(page, "step"))


def accuracy(page: Page) -> float:
    """Percent; below 0 while it is not known."""
    return figure(page, "10-NN accuracy")


def figure(page: Page, name: str) -> float:
    found = re.search(rf"{name}\s+([\d.,]+|–)", page.locator(".vx-train-figures").inner_text())
    assert found, name
    return -1 if found[1] == "–" else float(found[1].replace(",", ""))


def loss(page: Page, title: str) -> float:
    """Of the test digits, nats: the number above a chart."""
    chart = page.locator(".vx-train-chart").filter(has=page.get_by_text(title, exact=True))
    return float(chart.locator(".vx-reading").first.inner_text().replace("−", "-"))


def train_map(page: Page) -> Locator:
    return page.get_by_role("img", name="Map of the test pictures", exact=True)


def reconstructions(page: Page) -> Locator:
    return page.get_by_role("img", name="The same pictures, encoded and decoded", exact=True)


def pixels(canvas: Locator) -> str:
    """What a canvas shows, to compare with what it shows later."""
    shown: str = canvas.evaluate("node => node.toDataURL()")
    return shown


def time_bar(page: Page) -> Locator:
    return page.get_by_role("slider", name="Recorded states", exact=True)


def one_epoch(page: Page) -> None:
    before = step(page)
    press(page, "One epoch").click()
    wait_until(page, lambda: step(page) > before, "nothing is trained")
    expect(status(page)).to_have_text("Paused after one epoch")


def choose(page: Page, field: str, option: str) -> None:
    page.get_by_role("combobox", name=field, exact=True).select_option(label=option)


def chosen(page: Page, field: str) -> str:
    shown: str = page.get_by_role("combobox", name=field, exact=True).evaluate(
        "node => node.selectedOptions[0].textContent"
    )
    return shown


def class_chip(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name="Classes to train on").get_by_role("button", name=name, exact=True)
