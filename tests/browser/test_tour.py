"""The tour of Morph: offered, four steps by mouse and keys, and not offered loudly a second time."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_inset import stage
from tests.browser.visitor import expect_view, go_to, open_view, picture, shown_code
from tests.server import Server


def card(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Tour of this page")


def take(page: Page) -> Locator:
    return page.get_by_role("button", name="Take the tour")


def expect_outlined(page: Page, *parts: Locator) -> None:
    """Wait until the outline holds the middle of these parts, as far as they are in view, and the card is in view."""
    size = page.viewport_size
    assert size is not None
    for part in parts:
        place = part.element_handle()
        page.wait_for_function(
            """([part, height]) => {
              const inside = (root) => [...root.querySelectorAll("*")].map((one) => one.shadowRoot).filter(Boolean);
              const find = (root, selector) =>
                root.querySelector(selector) ?? inside(root).map((one) => find(one, selector)).find(Boolean);
              const outline = find(document, ".vx-tour-outline").getBoundingClientRect();
              const card = find(document, ".vx-tour-card").getBoundingClientRect();
              const box = part.getBoundingClientRect();
              const middle = (Math.max(0, box.top) + Math.min(height, box.bottom)) / 2;
              return outline.left <= box.left + 1 && outline.right >= box.right - 1 &&
                outline.top <= middle && outline.bottom >= middle &&
                card.left >= 0 && card.right <= innerWidth && card.top >= 0 && card.bottom <= height;
            }""",
            arg=[place, size["height"]],
        )


def targets(page: Page) -> list[list[Locator]]:
    return [
        [stage(page)],
        [page.get_by_role("group", name="Latent code")],
        [picture(page)],
        [page.get_by_role("link", name=name, exact=True) for name in ("Encode", "Samples", "Map", "Interpolate")],
    ]


@pytest.mark.parametrize("model", ["conv-2", "mlp-20"])
def test_four_steps_by_keys(page: Page, explorer: Server, model: str) -> None:
    open_view(page, explorer, model=model)
    expect(card(page)).to_be_hidden()
    expect(page.get_by_text("New here?")).to_be_visible()
    before = shown_code(page)
    take(page).focus()
    page.keyboard.press("Enter")
    for number, parts in enumerate(targets(page), start=1):
        expect(card(page).get_by_text(f"{number} of 4")).to_be_visible()
        expect_outlined(page, *parts)
        expect(card(page).get_by_role("button", name="Done" if number == 4 else "Next")).to_be_focused()
        if number < 4:
            page.keyboard.press("Enter")
    card(page).get_by_role("button", name="Back").click()
    expect(card(page).get_by_text("3 of 4")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(card(page)).to_be_hidden()
    expect(take(page)).to_be_focused()
    expect(page.get_by_text("New here?")).to_be_hidden()
    assert (shown_code(page) == before).all()
    page.reload()
    expect_view(page, "Morph")
    expect(take(page)).to_be_visible()
    expect(page.get_by_text("New here?")).to_be_hidden()


def test_escape_closes_and_the_page_works_meanwhile(page: Page, explorer: Server) -> None:
    open_view(page, explorer, model="conv-2")
    take(page).click()
    expect(card(page)).to_be_visible()
    page.get_by_role("button", name="Random", exact=True).click()
    expect(card(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(card(page)).to_be_hidden()
    expect(take(page)).to_be_focused()
    take(page).click()
    card(page).get_by_role("button", name="Close").click()
    expect(card(page)).to_be_hidden()
    take(page).click()
    go_to(page, "Map")  # it goes with its page
    expect(card(page)).to_have_count(0)


def test_on_a_phone(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    open_view(page, explorer, model="conv-2")
    take(page).tap()
    for number, parts in enumerate(targets(page), start=1):
        expect(card(page).get_by_text(f"{number} of 4")).to_be_visible()
        expect_outlined(page, *parts)
        card(page).get_by_role("button", name="Done" if number == 4 else "Next").tap()
    expect(card(page)).to_be_hidden()


def test_where_nothing_can_be_kept(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True, reduced_motion="reduce")
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    open_view(page, explorer, model="conv-2")
    take(page).click()
    expect_outlined(page, stage(page))
    page.keyboard.press("Escape")
    go_to(page, "Map")
    go_to(page, "Morph")
    expect(take(page)).to_be_visible()
    expect(page.get_by_text("New here?")).to_be_hidden()
