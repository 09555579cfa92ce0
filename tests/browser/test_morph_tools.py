"""Morph: locks, Play, undo and redo, bookmarks, links."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, StartExplorer
from tests.browser.pixels import ROUNDING, decoded, difference, expect_picture, read_picture, read_pictures
from tests.browser.test_readings import write
from tests.browser.test_zoo import WORDS
from tests.browser.visitor import (
    MODEL,
    Sent,
    expect_idle,
    expect_view,
    go_to,
    open_view,
    picture,
    shown_code,
    slider,
    type_value,
    typed,
)
from tests.browser.waiting import wait_until
from tests.server import Server
from tests.unit.test_model_folder import small_folder
from vae_explorer.__main__ import EVERYWHERE
from vae_explorer.catalog.manifest import REACHED
from vae_explorer.model.config import ModelConfig

MAX_BOOKMARKS = 24  # as frontend/views/morph/bookmarks.js has it

AFTER_FRAMES = """
async count => {
  const begin = performance.now();
  for (let i = 0; i < count; i++) await new Promise(requestAnimationFrame);
  return performance.now() - begin;
}
"""


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def code(**values: float) -> list[float]:
    """A code that is 0 but for `z3=0.5, …`."""
    z = [0.0] * 20
    for name, value in values.items():
        z[int(name[1:]) - 1] = value
    return z


def pictures_painted(page: Page) -> int:
    return int(picture(page).get_attribute("data-frames") or 0)


def test_random_leaves_locked_dimensions_alone(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    type_value(page, 3, "1.25")
    for dimension in (3, 4):
        button(page, f"Lock z{dimension}").click()
        expect(button(page, f"Lock z{dimension}")).to_have_attribute("aria-pressed", "true")
    button(page, "Random").click()
    first = shown_code(page)
    assert first[2:4].tolist() == [1.25, 0.0]
    assert np.count_nonzero(first) > 15
    # Kept while pages change; a second press sets it free.
    go_to(page, "Samples")
    go_to(page, "Morph")
    expect(button(page, "Lock z3")).to_have_attribute("aria-pressed", "true")
    button(page, "Lock z4").click()
    expect(button(page, "Lock z4")).to_have_attribute("aria-pressed", "false")
    button(page, "Random").click()
    second = shown_code(page)
    assert second[2] == 1.25
    assert second[3] != 0
    assert np.count_nonzero(first != second) > 15


def test_play_walks_until_it_is_paused(page: Page, explorer: Server) -> None:
    sent = Sent(page)
    open_view(page, explorer)
    expect_idle(page)
    begin = sent.count()
    type_value(page, 3, "-0.75")
    sent.expect_values(begin, "code", [{"z": code(z3=-0.75), "label": None}])
    button(page, "Lock z3").click()
    expect_picture(picture(page), decoded(MODEL, [code(z3=-0.75)])[0])
    before, since = read_picture(picture(page)), sent.count()
    page.get_by_role("combobox", name="Playback speed").select_option(label="4×")
    sent.expect_values(since, "settings", [{"locked": "3", "speed": 4, "inset": ""}])
    since = sent.count()
    button(page, "Play").click()
    wait_until(page, lambda: difference(read_picture(picture(page)), before) > 32, "nothing moves")
    assert sent.count() == since
    button(page, "Pause").click()
    (sent_code,) = sent.values(since, "code", 1)
    stopped = pictures_painted(page)
    z = np.array(sent_code["z"])
    assert z[2] == -0.75
    assert np.abs(shown_code(page) - z).max() < 0.00501
    expect_picture(picture(page), decoded(MODEL, [z])[0])
    page.evaluate(AFTER_FRAMES, 5)
    assert pictures_painted(page) - stopped <= 1
    # One walk is one step to undo. Moving a slider stops it as well.
    button(page, "Undo").click()
    assert shown_code(page).tolist() == code(z3=-0.75)
    button(page, "Play").click()
    expect(button(page, "Pause")).to_be_visible()
    slider(page, 5).press("ArrowRight")
    expect(button(page, "Play")).to_be_visible()


def test_play_in_single_pictures_for_who_asked_for_less_motion(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(reduced_motion="reduce")
    open_view(page, explorer)
    before = pictures_painted(page)
    page.evaluate(AFTER_FRAMES, 5)
    assert pictures_painted(page) == before  # nothing moves by itself
    button(page, "Play").click()
    milliseconds = page.evaluate(AFTER_FRAMES, 40)
    assert 1 <= pictures_painted(page) - before <= 2 + milliseconds / 1500
    button(page, "Pause").click()


def test_undo_and_redo(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    expect(button(page, "Undo")).to_be_disabled()
    type_value(page, 1, "1")
    type_value(page, 2, "-2")
    button(page, "Undo").click()
    expect_picture(picture(page), decoded(MODEL, [code(z1=1)])[0])
    page.keyboard.press("Control+z")
    expect_picture(picture(page), decoded(MODEL, [code()])[0])
    expect(button(page, "Undo")).to_be_disabled()
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+y")
    expect_picture(picture(page), decoded(MODEL, [code(z1=1, z2=-2)])[0])
    expect(button(page, "Redo")).to_be_disabled()
    # In a field, Ctrl+Z takes back what is being typed; once it is taken over, it is a step like others.
    typed(page, 2).click()
    page.keyboard.press("Control+A")
    page.keyboard.type("0.5")
    page.keyboard.press("Control+z")
    expect_picture(picture(page), decoded(MODEL, [code(z1=1, z2=-2)])[0])
    type_value(page, 2, "0.5")
    page.keyboard.press("Control+z")
    expect_picture(picture(page), decoded(MODEL, [code(z1=1, z2=-2)])[0])
    # Another change leaves nothing to redo.
    type_value(page, 3, "1")
    expect(button(page, "Redo")).to_be_disabled()


def test_what_another_page_opens_can_be_undone(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    type_value(page, 6, "2")
    go_to(page, "Samples")
    page.get_by_role("gridcell", name="Sample 1", exact=True).click()
    expect_view(page, "Morph")
    assert np.count_nonzero(shown_code(page)) > 15
    button(page, "Undo").click()
    assert shown_code(page).tolist() == code(z6=2)


def test_bookmarks(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    codes = [code(z1=2), code(z1=2, z2=-1.5)]
    for dimension, value in ((1, "2"), (2, "-1.5")):
        type_value(page, dimension, value)
        button(page, "Keep").click()
    thumbnails = page.get_by_role("group", name="Bookmarks").locator("canvas")
    expect(thumbnails).to_have_count(2)
    assert difference(read_pictures(thumbnails), decoded(MODEL, codes)) <= ROUNDING
    button(page, "Reset").click()
    go_to(page, "Samples")
    go_to(page, "Morph")
    wait_until(
        page,
        lambda: difference(read_pictures(thumbnails), decoded(MODEL, codes)) <= ROUNDING,
        "the bookmarks are not there again",
    )
    button(page, "Bookmark 1").click()
    assert shown_code(page).tolist() == codes[0]
    expect_picture(picture(page), decoded(MODEL, codes[:1])[0])
    button(page, "Remove bookmark 1").click()
    expect(thumbnails).to_have_count(1)
    button(page, "Bookmark 1").click()
    assert shown_code(page).tolist() == codes[1]
    for _ in range(MAX_BOOKMARKS - 1):
        button(page, "Keep").click()
    expect(thumbnails).to_have_count(MAX_BOOKMARKS)
    expect(button(page, "Keep")).to_be_disabled()
    button(page, f"Remove bookmark {MAX_BOOKMARKS}").click()
    expect(button(page, "Keep")).to_be_enabled()


def test_link_opens_the_same_picture_in_another_browser(open_page: OpenPage, explorer: Server) -> None:
    one = open_page(permissions=["clipboard-read", "clipboard-write"])
    open_view(one, explorer)
    button(one, "Random").click()
    type_value(one, 4, "0.337")
    button(one, "Copy link").click()
    expect(one.get_by_text("Link copied")).to_be_visible()
    link = one.evaluate("navigator.clipboard.readText()")
    assert len(link) < 300
    shown = shown_code(one)
    assert shown[3] == 0.34
    other = open_page(viewport={"width": 1024, "height": 700}, color_scheme="dark")
    other.goto(link)
    expect_view(other, "Morph")
    expect_picture(picture(other), decoded(MODEL, [shown])[0])
    expect_picture(picture(one), decoded(MODEL, [shown])[0])
    assert shown_code(other).tolist() == shown.tolist()
    assert difference(read_picture(picture(other)), read_picture(picture(one))) == 0


def copied_link(page: Page, server: Server) -> tuple[str, str]:
    """What "Copy link" on Samples copies, and what it says."""
    open_view(page, server, "Samples")
    button(page, "Copy link").click()
    said = page.get_by_role("status").get_by_text("Link copied").inner_text()
    return page.evaluate("navigator.clipboard.readText()"), said


def test_link_of_a_server_that_listens_to_this_computer_alone(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    link, said = copied_link(page, explorer)
    assert link.startswith(f"{explorer.url}/samples?model=")
    assert said == "Link copied. Only this computer can open it"


def test_link_of_a_server_that_is_shared(open_page: OpenPage, start_explorer: StartExplorer) -> None:
    server = start_explorer({"STREAMLIT_SERVER_ADDRESS": EVERYWHERE})
    page = open_page(new_tab=True, permissions=["clipboard-read", "clipboard-write"])
    network = re.search(r"on this network +(http\S+)", server.log())
    link, said = copied_link(page, server)
    if network is None:  # a computer without a network
        assert "Only this computer" in said
    else:
        assert link.startswith(f"{network[1]}/samples?model=")
        assert said == "Link copied"


def test_link_holds_the_choice_of_the_inset(open_page: OpenPage, explorer: Server) -> None:
    one = open_page(permissions=["clipboard-read", "clipboard-write"])
    open_view(one, explorer)
    name = "Where the code lies: "
    inset = one.get_by_role("application", name=name)
    expect(inset).to_have_accessible_name(f"{name}PCA")
    button(one, "t-SNE").click()
    expect(inset).to_have_accessible_name(f"{name}t-SNE")
    button(one, "Copy link").click()
    expect(one.get_by_text("Link copied")).to_be_visible()
    other = open_page()
    other.goto(one.evaluate("navigator.clipboard.readText()"))
    expect_view(other, "Morph")
    expect(other.get_by_role("application", name=name)).to_have_accessible_name(f"{name}t-SNE")
    expect(button(other, "t-SNE")).to_have_attribute("aria-pressed", "true")


def test_a_plain_autoencoder_of_training_pictures(page: Page, explorer: Server) -> None:
    """What Morph says of its codes; an arrow key goes farther where the sliders are long."""
    folder = small_folder(ModelConfig("mlp", latent_dim=3, hidden=5, deterministic=True))
    mu = folder.codes["mu"] * (54.5 / np.quantile(np.abs(folder.codes["mu"]), REACHED))
    write(
        replace(folder, data=replace(folder.data, split="training"), codes=folder.codes | {"mu": mu}),
        explorer.models / "plain",
    )
    open_view(page, explorer, model="own/plain")
    expect(slider(page, 1)).to_have_attribute("max", "55")
    around = "a normal distribution around 0, as wide as the training codes"
    expect(button(page, "Random")).to_have_attribute("title", f"This model has no prior: draws z from {around}")
    walk = f"Walks from random code to random code, drawn from {around}"
    expect(button(page, "Play")).to_have_attribute("title", walk)
    expect(slider(page, 1)).to_have_accessible_description(
        f"Variance over the training digits: {mu[:, 0].astype(float).var():.2f}"
    )
    label = int(folder.codes["label"][7])
    tests = page.get_by_role("group", name="From a training digit")
    tests.get_by_role("button", name=f"Training digit of class {label}", exact=True).click()
    source = page.get_by_text(re.compile(r"^Code of training digit \d+$"))
    index = int(source.inner_text().rsplit(" ", 1)[1])
    assert folder.codes["label"][index] == label
    assert np.abs(shown_code(page) - mu[index]).max() < 0.00501
    assert not re.search(r"\btest\b", str(page.evaluate(WORDS)), re.IGNORECASE)

    button(page, "Reset").click()
    slider(page, 2).focus()
    for key, wanted in (("ArrowRight", "1.00"), ("ArrowUp", "2.00"), ("Shift+ArrowDown", "1.90")):
        page.keyboard.press(key)
        expect(typed(page, 2)).to_have_value(wanted)
    expect(typed(page, 2)).to_have_attribute("step", "1")
    inset = page.get_by_role("application", name="Where the code lies: PCA")
    expect(inset).to_have_attribute("aria-busy", "false")
    button(page, "Reset").click()
    inset.focus()
    page.keyboard.press("ArrowRight")
    axis = folder.codes["projection/pca/components"][0].astype(float)
    wait_until(page, lambda: np.abs(shown_code(page) - axis).max() < 0.00501, "the code is not one unit along the axis")


def test_link_to_copy_by_hand(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    # A browser that lets nobody at its clipboard.
    page.add_init_script("delete Navigator.prototype.clipboard; document.execCommand = () => false")
    open_view(page, explorer)
    type_value(page, 2, "1.5")
    button(page, "Copy link").click()
    field = page.get_by_role("textbox", name="Copy this link")
    expect(field).to_have_value(re.compile(r"/\?model=.*mlp-20&z=0,1\.5,0"))
    expect(field).to_be_focused()


@pytest.mark.parametrize("same_browser", [True, False])
def test_two_visitors_keep_apart(open_page: OpenPage, explorer: Server, same_browser: bool) -> None:
    one = open_page()
    other = one.context.new_page() if same_browser else open_page()
    for visitor in (one, other):
        open_view(visitor, explorer)
    type_value(one, 1, "1")
    button(one, "Keep").click()
    button(one, "Lock z1").click()
    expect(button(one, "Bookmark 1")).to_be_visible()
    for view in ("Samples", "Morph"):
        go_to(other, view)
    expect(button(other, "Bookmark 1")).to_have_count(0)
    expect(button(other, "Lock z1")).to_have_attribute("aria-pressed", "false")
    expect(button(other, "Undo")).to_be_disabled()
    assert not shown_code(other).any()
