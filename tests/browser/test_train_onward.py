"""From the Train page onward: the model on all pages of this browser, and as a file that opens elsewhere."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.samples_page import copy_link
from tests.browser.test_settings_in_links import STCORE
from tests.browser.train_page import chosen, figure, loss, one_epoch, open_train, press, status, step, time_bar
from tests.browser.visitor import expect_view, go_to, model_list, shown_code, type_value
from tests.browser.waiting import wait_until
from tests.server import Server
from vae_explorer.storage import model_folder

TITLE = "My VAE: 2 dimensions"


def shown_model(page: Page) -> Locator:
    return page.get_by_role("button", name=f"Model: {TITLE}", exact=True)


def test_the_model_is_on_all_pages_and_stays(page: Page, explorer: Server) -> None:
    open_train(page, explorer)
    expect(press(page, "Explore this model")).to_be_disabled()
    one_epoch(page)
    steps = step(page)
    press(page, "Explore this model").click()
    expect_view(page, "Morph")
    expect(shown_model(page)).to_be_visible()
    type_value(page, 1, "1.25")
    for view in ("Encode", "Samples", "Map", "Interpolate", "Uses"):
        go_to(page, view)
        expect(page.get_by_role("alert")).to_have_count(0)
    go_to(page, "Train")
    assert step(page) == steps
    go_to(page, "Morph")
    expect(page).to_have_url(re.compile("model=mine/"))
    page.reload()
    expect(shown_model(page)).to_be_visible()
    wait_until(page, lambda: shown_code(page)[:1] == [1.25], "the code is lost")


def test_exploring_the_same_state_again_keeps_it_once(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)  # no browser that keeps models of another test
    open_train(page, explorer)
    one_epoch(page)
    for kept, is_new in ((1, False), (1, False), (2, True)):
        if is_new:
            one_epoch(page)
        press(page, "Explore this model").click()
        expect_view(page, "Morph")
        expect(model_list(page).get_by_role("button", name=f"Remove: {TITLE}")).to_have_count(kept)
        page.keyboard.press("Escape")
        go_to(page, "Train")


def kept(page: Page) -> Locator:
    """The models of this browser, by what removes them; the list of models is open then."""
    return model_list(page).get_by_role("button", name=f"Remove: {TITLE}")


def test_a_model_that_was_removed_is_kept_anew(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    open_train(page, explorer)
    one_epoch(page)
    press(page, "Explore this model").click()
    expect_view(page, "Morph")
    kept(page).click()
    model_list(page).get_by_role("button", name=f"Remove for good?: {TITLE}").click()
    expect(kept(page)).to_have_count(0)
    page.keyboard.press("Escape")
    go_to(page, "Train")
    press(page, "Explore this model").click()
    expect_view(page, "Morph")
    expect(kept(page)).to_have_count(1)


def test_another_way_to_as_many_steps_is_another_model(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    open_train(page, explorer)
    beta = page.get_by_role("slider", name="beta")
    for count, detour in ((1, True), (2, False)):
        if detour:  # without a KL, but with the beta that it was to have in the end
            beta.press("Home")
        one_epoch(page)
        if detour:
            for _ in range(10):
                beta.press("ArrowRight")
        expect(beta).to_have_value("1")
        press(page, "Explore this model").click()
        expect_view(page, "Morph")
        expect(kept(page)).to_have_count(count)
        page.keyboard.press("Escape")
        go_to(page, "Train")
        press(page, "Reset").click()
        wait_until(page, lambda: step(page) == 0, "it goes on from where it was")


@pytest.mark.console_errors(STCORE)
def test_a_link_to_the_settings_is_for_others_too(open_page: OpenPage, explorer: Server) -> None:
    """Also where the model that is shown is one that only this browser keeps."""
    page = open_page(new_tab=True, permissions=["clipboard-read", "clipboard-write"])
    open_train(page, explorer)
    one_epoch(page)
    press(page, "Explore this model").click()
    expect_view(page, "Morph")
    go_to(page, "Train")
    link = copy_link(page)
    other = open_page(new_tab=True)
    other.goto(link)
    expect_view(other, "Train")
    expect(press(other, "Start")).to_be_enabled()
    assert chosen(other, "Training pictures") == "300"
    expect(other.get_by_text("The model of this link is not in this browser")).to_have_count(0)


def test_what_is_saved_is_what_is_shown(page: Page, explorer: Server) -> None:
    """Weights are those of now alone: whoever looks back at an earlier state sees them when they are taken."""
    open_train(page, explorer)
    one_epoch(page)
    one_epoch(page)
    time_bar(page).focus()
    page.keyboard.press("Home")
    expect(status(page)).to_have_text("Looking back at step 0")
    with page.expect_download() as saved:
        press(page, "Save").click()
    assert saved.value.suggested_filename == "vae-2-seed-1-step-20.zip"
    expect(status(page)).to_have_text("Paused after one epoch")
    assert step(page) == 20


def test_saved_while_it_trains(page: Page, explorer: Server, tmp_path: Path) -> None:
    """The run pauses, and the file holds the model as it is then: its figures are those of the page."""
    open_train(page, explorer, "h64,m1000")
    press(page, "Start").click()
    expect(status(page)).to_have_text("Training")
    with page.expect_download() as download:
        press(page, "Save").click()
    expect(status(page)).to_have_text("Paused")
    steps = step(page)
    name = f"vae-2-seed-1-step-{steps}"
    assert download.value.suggested_filename == f"{name}.zip"
    with zipfile.ZipFile(download.value.path()) as file:
        file.extractall(tmp_path)
    folder = model_folder.read(tmp_path / name)
    assert figure(page, "step") == steps
    # Of all test digits, and those that the page shows are of the first 2,000.
    kept = folder.metrics["test_negative_elbo"]["value"]
    assert kept == pytest.approx(loss(page, "−ELBO"), rel=0.05)
