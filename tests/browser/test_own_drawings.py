"""A visitor's own drawings as training data: drawn on Encode, trained on in Train, kept by the browser."""

from __future__ import annotations

import json
import re
import zipfile

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_encode_drawn import draw_digit
from tests.browser.test_encode_picture import button, places, seen
from tests.browser.test_settings_in_links import STCORE
from tests.browser.train_page import choose, chosen, class_chip, one_epoch, press, status, step
from tests.browser.visitor import expect_view, go_to, open_view
from tests.browser.waiting import wait_until
from tests.server import Server

COUNTS = "Own drawings, each counts as"


def add_button(page: Page, name: str) -> Locator:
    return press(page, f"Add to training as class {name}")


def tiles(page: Page) -> Locator:
    return page.get_by_role("region", name="Own drawings").get_by_role("button", name="Remove drawing")


def add_drawn(page: Page, *digits: int) -> None:
    for digit in digits:
        button(page, "Clear").click()
        draw_digit(page, digit)
        seen(page)
        add_button(page, str(digit)).click()
        expect(add_button(page, str(digit))).to_have_attribute("aria-pressed", "true")


def go_on_to_train(page: Page) -> None:
    press(page, "Go to Train").click()
    expect_view(page, "Train")
    expect(press(page, "Start")).to_be_enabled()


def explore(page: Page) -> str:
    """Train an epoch and explore the model; what its address is."""
    one_epoch(page)
    press(page, "Explore this model").click()
    expect_view(page, "Morph")
    expect(page).to_have_url(re.compile("model=mine"))
    found = re.search("model=(mine[^&]+)", page.url)
    assert found
    return found[1]


def test_drawn_on_encode_and_trained_on(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Encode")
    expect(add_button(page, "3")).to_be_hidden()  # a test digit is never trained on
    add_drawn(page, 3)
    expect(page.get_by_text("1 drawing to train on")).to_be_visible()
    add_drawn(page, 7)
    expect(page.get_by_text("2 drawings to train on")).to_be_visible()
    go_on_to_train(page)
    expect(tiles(page)).to_have_count(2)
    expect(press(page, "Remove drawing 1, class 3")).to_be_visible()
    # Of a run that has not begun they are a part at once.
    choose(page, "Training pictures", "100")
    choose(page, "Batch size", "16")
    choose(page, COUNTS, "10 pictures")
    expect(press(page, "Start a new run")).to_be_hidden()
    one_epoch(page)
    assert step(page) == 8  # of 120 pictures, where 100 are seven
    with page.expect_download() as saved:
        press(page, "Save").click()
    with zipfile.ZipFile(saved.value.path()) as file:
        about = json.loads(file.read(next(name for name in file.namelist() if name.endswith("model.json"))))
    assert about["training"]["own_drawings"] == {"count": 2, "times_in_an_epoch": 10}
    assert "100 digits and 2 drawings of its maker's own, each counted 10 times" in about["teaches"]
    assert about["metrics"]["test_reconstruction"]["pictures"] == 10_000


@pytest.mark.console_errors(STCORE)
def test_kept_over_a_reload_and_removed(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Encode")
    add_drawn(page, 3, 7)
    go_to(page, "Train")
    expect(press(page, "Start")).to_be_enabled()
    choose(page, COUNTS, "4 pictures")
    wait_until(page, lambda: "d4" in page.url, f"the address is {page.url}")
    page.reload()
    expect_view(page, "Train")
    expect(tiles(page)).to_have_count(2)
    assert chosen(page, COUNTS) == "4 pictures"
    press(page, "Remove drawing 1, class 3").click()
    expect(tiles(page)).to_have_count(1)
    press(page, "Undo").click()
    expect(press(page, "Remove drawing 1, class 3")).to_be_visible()
    press(page, "Remove all").click()
    expect(tiles(page)).to_have_count(0)
    page.reload()
    expect_view(page, "Train")
    expect(press(page, "Draw some on Encode")).to_be_visible()
    expect(tiles(page)).to_have_count(0)
    press(page, "Draw some on Encode").click()
    expect_view(page, "Encode")


def test_they_change_the_next_run(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Encode")
    add_drawn(page, 3, 7)
    go_on_to_train(page)
    choose(page, "Training pictures", "100")
    one_epoch(page)
    notice = page.get_by_text("From the next run on: Own drawings.")
    expect(notice).to_be_hidden()
    press(page, "Remove drawing 2, class 7").click()
    expect(notice).to_be_visible()
    press(page, "Undo").click()
    expect(notice).to_be_hidden()
    choose(page, COUNTS, "0: left out")
    expect(notice).to_be_visible()
    press(page, "Start a new run").click()
    wait_until(page, lambda: step(page) == 0, "it goes on from where it was")
    expect(notice).to_be_hidden()
    # What is drawn meanwhile waits as well.
    choose(page, COUNTS, "1 picture")
    one_epoch(page)
    go_to(page, "Encode")
    add_drawn(page, 1)
    go_to(page, "Train")
    expect(tiles(page)).to_have_count(3)
    expect(notice).to_be_visible()
    # A class that is left out is so in drawings, too.
    class_chip(page, "7").click()
    expect(press(page, "Remove drawing 2, class 7")).to_have_attribute(
        "title", "Remove drawing 2, class 7. Its class is left out"
    )
    expect(press(page, "Remove drawing 1, class 3")).to_have_attribute("title", "Remove drawing 1, class 3")
    expect(status(page)).to_have_text("Paused after one epoch")


def test_the_class_can_be_changed_and_the_drawing_taken_out(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Encode")
    add_drawn(page, 1)
    add_button(page, "7").click()
    expect(add_button(page, "7")).to_have_attribute("aria-pressed", "true")
    expect(add_button(page, "1")).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_text("1 drawing to train on")).to_be_visible()
    add_button(page, "7").click()
    expect(add_button(page, "7")).to_have_attribute("aria-pressed", "false")
    expect(press(page, "Go to Train")).to_be_hidden()


def test_a_model_trained_with_others_is_another_model(open_page: OpenPage, explorer: Server) -> None:
    """Its settings and steps are the same."""
    page = open_page(new_tab=True)
    open_view(page, explorer, "Encode")
    add_drawn(page, 3)
    go_on_to_train(page)
    choose(page, "Training pictures", "100")
    explored = [explore(page)]
    go_to(page, "Train")
    press(page, "Remove all").click()
    press(page, "Start a new run").click()
    wait_until(page, lambda: step(page) == 0, "it goes on from where it was")
    explored.append(explore(page))
    assert explored[0] != explored[1]


def test_a_link_cannot_carry_them(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True, permissions=["clipboard-read", "clipboard-write"])
    open_view(page, explorer, "Encode")
    add_drawn(page, 3)
    go_on_to_train(page)
    press(page, "Copy link").click()
    said = page.get_by_text("but your own drawings are not in it")
    expect(said).to_be_visible()
    press(page, "Remove all").click()
    press(page, "Copy link").click()
    expect(said).to_be_hidden()


def test_clothes_are_not_digits(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Encode", "fashion-20")
    button(page, "Clear").click()
    for x in (0.35, 0.5, 0.65):
        stroke = [(x, 0.2), (x, 0.5), (x, 0.8)]
        first, *others = places(page, stroke, "picture")
        page.mouse.move(*first)
        page.mouse.down()
        for place in others:
            page.mouse.move(*place)
        page.mouse.up()
    add_button(page, "“Trousers”").click()
    go_on_to_train(page)
    expect(page.get_by_text("1 drawing of clothes")).to_be_visible()
    expect(tiles(page)).to_have_count(0)
    press(page, "Train on clothes").click()
    expect(press(page, "Remove drawing 1, class “Trousers”")).to_be_visible()
    assert chosen(page, "Pictures") == "clothes"


def test_a_browser_that_keeps_nothing(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('no', 'SecurityError'); };")
    open_view(page, explorer, "Encode")
    add_drawn(page, 3)
    said = page.get_by_text("This browser does not let the page keep drawings")
    expect(said).to_be_visible()
    go_on_to_train(page)
    expect(said).to_be_visible()
    expect(tiles(page)).to_have_count(1)


def test_another_tab_hears_of_them(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    open_view(page, explorer, "Encode")
    other = page.context.new_page()
    open_view(other, explorer, "Train")
    expect(tiles(other)).to_have_count(0)
    page.bring_to_front()
    add_drawn(page, 5)
    expect(tiles(other)).to_have_count(1)
