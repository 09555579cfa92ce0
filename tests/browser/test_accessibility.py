"""axe-core finds nothing to mend, on any page, light or dark, with whatever opens on it open."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.interpolate_page import open_part
from tests.browser.map_page import clear_points, point_at, projected
from tests.browser.visitor import MODEL, expect_idle, expect_view, map_stage, model_list, open_view
from tests.server import Server
from vae_explorer.pages import PAGES

VIEWS = tuple(page.title for page in PAGES)
BOTH = pytest.mark.parametrize("scheme", ["light", "dark"])


def expect_none(page: Page, where: str) -> None:
    found = violations(page)
    assert not found, "\n".join([f"{where}:", *found])


@BOTH
@pytest.mark.parametrize("view", VIEWS)
def test_pages(open_page: OpenPage, explorer: Server, view: str, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    open_view(page, explorer, view)
    expect_idle(page)
    expect_none(page, view)
    model_list(page)
    expect_none(page, f"{view}, list of models open")
    page.keyboard.press("ArrowDown")
    model_list(page).get_by_role("button").nth(1).hover()
    expect_none(page, f"{view}, list of models pointed at")
    page.keyboard.press("Escape")
    folded = page.locator("details:not([open]) > summary").filter(visible=True)
    for _ in range(folded.count()):  # the one that is opened is none of them any longer
        folded.first.click()
    expect(folded).to_have_count(0)
    if view != "Interpolate":  # which has no terms
        page.locator(".vx-term").filter(visible=True).first.click()
        expect(page.locator(".vx-tip").filter(visible=True).first).to_be_visible()
    expect_none(page, f"{view}, what unfolds unfolded, a term explained")


@BOTH
def test_morph_in_use(open_page: OpenPage, explorer: Server, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    open_view(page, explorer)
    page.get_by_role("button", name="Random").click()
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("group", name="From a test digit").get_by_role(
        "button", name="Test digit of class 3", exact=True
    ).click()
    page.get_by_role("button", name="Lock z").first.click()
    expect_none(page, "Morph")


@BOTH
@pytest.mark.parametrize("model", ["conv-2", "ae-2", "cvae-8", "fashion-20"])
def test_other_kinds_of_models(open_page: OpenPage, explorer: Server, model: str, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    for view in ("Morph", "Encode", "Samples"):
        open_view(page, explorer, view, model)
        expect_none(page, f"{view} of {model}")


@BOTH
def test_map_with_card_and_selections(open_page: OpenPage, explorer: Server, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    open_view(page, explorer, "Map")
    page.get_by_role("button", name="Select all").click()
    page.get_by_role("button", name="Select into B", exact=True).click()
    page.get_by_role("button", name="Select all").click()
    page.get_by_role("button", name="4", exact=True).click()  # hidden
    points = projected(MODEL, "pca")
    point_at(page, points, clear_points(page, points)[0])
    expect(map_stage(page).locator("strong")).to_be_visible()
    expect_none(page, "Map")


@BOTH
@pytest.mark.parametrize("part", ["Arithmetic", "Traversals"])
def test_parts_of_interpolate(open_page: OpenPage, explorer: Server, part: str, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    open_view(page, explorer, "Interpolate")
    open_part(page, part)
    expect_none(page, part)


@BOTH
def test_model_that_cannot_be_opened(open_page: OpenPage, explorer: Server, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    (explorer.models / "broken").mkdir()
    (explorer.models / "broken" / "model.json").write_text("{}", encoding="utf-8")
    open_view(page, explorer)
    model_list(page).locator("summary").click()
    expect_none(page, "a model that cannot be opened")
    expect_view(page, "Morph")
