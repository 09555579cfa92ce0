"""Train: a latent space forms in the page, and every setting does what it says."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageSequence
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import LAPTOP, PHONE, OpenPage
from tests.browser.interpolate_page import download
from tests.browser.test_settings_in_links import STCORE
from tests.browser.train_page import (
    SMALL,
    accuracy,
    choose,
    chosen,
    class_chip,
    figure,
    loss,
    one_epoch,
    open_train,
    pixels,
    press,
    reconstructions,
    status,
    step,
    time_bar,
    train_map,
)
from tests.browser.visitor import MODEL, expect_view, go_to
from tests.browser.waiting import wait_until
from tests.server import Server


def test_a_space_forms(page: Page, explorer: Server) -> None:
    open_train(page, explorer, "m1000")
    before, first = pixels(train_map(page)), accuracy(page)
    assert step(page) == 0
    press(page, "Start").click()
    expect(status(page)).to_have_text("Training")
    wait_until(page, lambda: accuracy(page) > 2 * first, f"classes do not part: {first} %")
    assert pixels(train_map(page)) != before
    wait_until(page, lambda: loss(page, "−ELBO") < 250, "the loss does not fall")
    press(page, "Pause").click()
    expect(status(page)).to_have_text("Paused")
    expect(press(page, "Go on")).to_be_enabled()


def test_pause_and_going_on(page: Page, explorer: Server) -> None:
    open_train(page, explorer)
    press(page, "Start").click()
    wait_until(page, lambda: step(page) > 0, "nothing is trained")
    press(page, "Pause").click()
    expect(status(page)).to_have_text("Paused")
    at, shown = step(page), pixels(train_map(page))
    page.wait_for_timeout(300)  # in which it would take many steps
    assert (step(page), pixels(train_map(page))) == (at, shown)
    press(page, "Go on").click()
    wait_until(page, lambda: step(page) > at, "it does not go on")


def test_step_epoch_reset(page: Page, explorer: Server) -> None:
    open_train(page, explorer)
    start = pixels(train_map(page))
    press(page, "One step").click()
    expect(status(page)).to_have_text("Paused after one step")
    assert step(page) == 1
    one_epoch(page)
    assert (step(page), figure(page, "epoch")) == (10, 1)
    press(page, "Reset").click()
    wait_until(page, lambda: step(page) == 0, "it goes on from where it was")
    expect(status(page)).to_have_text("Not trained yet")
    expect(press(page, "Reset")).to_be_disabled()
    assert pixels(train_map(page)) == start


def test_steps_by_keyboard(page: Page, explorer: Server) -> None:
    open_train(page, explorer)
    press(page, "One step").focus()
    for count in (1, 2, 3):
        page.keyboard.press("Enter")
        wait_until(page, lambda count=count: step(page) == count, f"no step {count}")
    expect(press(page, "One step")).to_be_focused()


def test_beta_is_live(page: Page, explorer: Server) -> None:
    open_train(page, explorer, "m1000")
    press(page, "Start").click()
    wait_until(page, lambda: loss(page, "KL") > 3, "the KL does not rise")
    page.get_by_role("slider", name="beta").focus()
    page.keyboard.press("End")
    wait_until(page, lambda: loss(page, "KL") < 2, "the KL does not fall")
    expect(press(page, "Start a new run")).to_be_hidden()
    expect(status(page)).to_have_text("Training")


@pytest.mark.parametrize(
    ("preset", "fields"),
    [
        ("Plain autoencoder", {"Model": "autoencoder", "Dimensions of z": "2"}),
        ("Collapse", {"Dimensions of z": "10"}),
        ("Textbook, 20 dimensions", {"Dimensions of z": "20", "Hidden units": "400"}),
        ("Overfit, 100 digits", {"Training pictures": "100"}),
        ("Only ones and sevens", {"Dimensions of z": "2"}),
    ],
)
def test_presets(page: Page, explorer: Server, preset: str, fields: dict[str, str]) -> None:
    open_train(page, explorer, "")
    expect(page.get_by_role("button", name="Two dimensions", exact=True, pressed=True)).to_be_visible()
    before = page.locator(".vx-train-watch").inner_text()
    press(page, preset).click()
    expect(page.get_by_role("button", name=preset, exact=True, pressed=True)).to_be_visible()
    expect(page.locator(".vx-train-watch")).not_to_have_text(before)
    assert {name: chosen(page, name) for name in fields} == fields
    # Nothing was trained yet, so that nothing is lost: it is the run's at once.
    expect(press(page, "Start a new run")).to_be_hidden()
    press(page, "One step").click()
    expect(status(page)).to_have_text("Paused after one step")


def test_axes_say_what_they_are(page: Page, explorer: Server) -> None:
    open_train(page, explorer)
    ring = page.locator(".vx-train-ring")
    expect(page.get_by_text("z1 across, z2 up; the dashed ring holds 90 % of N(0, I)")).to_be_visible()
    expect(ring).to_be_visible()
    one_epoch(page)
    expect(page.locator(".vx-train-chart").get_by_text("epoch 1.0", exact=True)).to_have_count(3)
    page.get_by_role("button", name="nats", exact=True).hover()
    expect(page.get_by_role("tooltip").filter(has_text="one nat is 1.44 bits")).to_be_visible()
    choose(page, "Model", "autoencoder")
    press(page, "Start a new run").click()
    expect(ring).to_be_hidden()
    expect(page.get_by_text("never trained on: z1 across, z2 up", exact=False)).not_to_contain_text("ring")


def test_other_pictures_are_chosen_while_the_first_are_fetched(open_page: OpenPage, explorer: Server) -> None:
    """What was asked for last is trained, whatever arrives last."""
    page = open_page(new_tab=True)
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/training.png", hold_the_first)
    page.goto(f"{explorer.url}/?model={MODEL}&run={SMALL}")
    go_to(page, "Train")
    wait_until(page, lambda: bool(held), "the digits are not fetched")
    choose(page, "Pictures", "clothes")
    press(page, "Start a new run").click()
    expect(status(page)).to_have_text("Training")
    press(page, "Pause").click()
    with page.expect_event("requestfinished", lambda request: request.url.endswith("/training.png")):
        held[0].continue_()
    page.wait_for_timeout(500)  # a run of digits would have been opened
    expect(status(page)).to_have_text("Paused")
    at = step(page)
    press(page, "One step").click()
    wait_until(page, lambda: step(page) == at + 1, "it is another run")
    assert chosen(page, "Pictures") == "clothes"
    expect(page.get_by_text("Trouser").first).to_be_visible()


def test_the_way_on_is_in_sight(page: Page, explorer: Server) -> None:
    open_train(page, explorer)
    one_epoch(page)
    choose(page, "Hidden units", "128")
    expect(press(page, "Start a new run")).to_be_in_viewport(ratio=1)
    expect(press(page, "Explore this model")).to_be_in_viewport(ratio=1)


def test_on_a_phone(phone_page: Page, explorer: Server) -> None:
    """Buttons stay where they are, and what one does with a model comes before the settings."""
    page = phone_page
    open_train(page, explorer)
    before = press(page, "One step").bounding_box()
    press(page, "Start").tap()
    expect(status(page)).to_have_text("Training")
    assert press(page, "One step").bounding_box() == before
    press(page, "Pause").tap()
    expect(status(page)).to_have_text("Paused")
    assert press(page, "One step").bounding_box() == before
    way_on, presets = press(page, "Explore this model").bounding_box(), press(page, "Collapse").bounding_box()
    assert way_on
    assert presets
    assert way_on["y"] < presets["y"]


def test_class_left_out(page: Page, explorer: Server) -> None:
    open_train(page, explorer)
    expect(page.get_by_text("“Textbook VAE” in the list")).to_be_visible()
    class_chip(page, "7").click()
    expect(class_chip(page, "7")).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".vx-train-key").get_by_title("Not trained on")).to_have_text("7")
    one_epoch(page)
    expect(page.get_by_text("test, of these classes")).to_be_visible()
    expect(page.get_by_text("“Textbook VAE” in the list")).to_be_hidden()
    for name in "012345689":
        class_chip(page, name).click()
    expect(page.get_by_role("group", name="Classes to train on").get_by_role("button", pressed=True)).to_have_count(1)


def test_what_needs_a_new_run_throws_none_away(page: Page, explorer: Server) -> None:
    open_train(page, explorer)
    one_epoch(page)
    choose(page, "Hidden units", "128")
    expect(page.get_by_text("From the next run on: Hidden units.")).to_be_visible()
    assert step(page) == 10
    one_epoch(page)
    assert step(page) == 20
    press(page, "Start a new run").click()
    expect(status(page)).to_have_text("Training")
    expect(press(page, "Start a new run")).to_be_hidden()
    press(page, "Pause").click()
    press(page, "Reset").click()
    wait_until(page, lambda: step(page) == 0, "it goes on from where it was")


@pytest.mark.parametrize("width", [1366, 1000, 600])
def test_keyboards_go_where_eyes_go(open_page: OpenPage, explorer: Server, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 768})
    open_train(page, explorer)
    if not page.evaluate("CSS.supports('reading-flow', 'grid-rows')"):
        pytest.skip("This browser goes through a grid in the order of the document.")
    one_epoch(page)
    names = ("One epoch", "Save", "Collapse")
    seen = sorted(names, key=lambda name: [press(page, name).bounding_box()[side] for side in ("y", "x")])
    if width == 1366:
        seen = ["One epoch", "Collapse", "Save"]  # column by column
    press(page, "One step").focus()
    met: list[str] = []
    while len(met) < len(names):
        page.keyboard.press("Tab")
        met += [name for name in names if press(page, name).evaluate("node => node.matches(':focus')")]
    assert met == seen


def test_what_is_said_moves_no_button(open_page: OpenPage, explorer: Server) -> None:
    for viewport in (LAPTOP, PHONE):
        page = open_page(viewport=viewport)
        open_train(page, explorer)
        one_epoch(page)
        places = [press(page, name).bounding_box() for name in ("Explore this model", "Copy link")]
        press(page, "Copy link").click()
        expect(page.get_by_text("Link copied")).to_be_visible()
        assert [press(page, name).bounding_box() for name in ("Explore this model", "Copy link")] == places


def test_start_looks_the_same_after_a_finger(phone_page: Page, explorer: Server) -> None:
    """A browser takes a finger that was there for a pointer that still is."""
    page = phone_page
    open_train(page, explorer)
    look = "node => [getComputedStyle(node).color, getComputedStyle(node).backgroundColor]"
    before = press(page, "Start").evaluate(look)
    press(page, "Start").hover()
    assert press(page, "Start").evaluate(look) == before


def test_no_bars_of_what_is_not_there(page: Page, explorer: Server) -> None:
    open_train(page, explorer)
    bars = page.get_by_role("img", name="KL of each dimension, from z1 on")
    expect(bars).to_be_visible()
    choose(page, "Model", "autoencoder")
    expect(page.get_by_text("A plain autoencoder has no KL.")).to_be_visible()
    expect(bars).to_be_hidden()


def test_what_is_clicked_stays_in_place(page: Page, explorer: Server) -> None:
    """Whoever leaves out several classes presses one after the other, without looking again."""
    open_train(page, explorer, "")
    chip = class_chip(page, "7")
    places = [chip.bounding_box()]
    chip.click()  # no preset has these settings: its sentence goes
    expect(chip).to_have_attribute("aria-pressed", "false")
    places.append(chip.bounding_box())
    press(page, "One step").click()
    expect(status(page)).to_have_text("Paused after one step")
    class_chip(page, "8").click()
    expect(press(page, "Start a new run")).to_be_in_viewport(ratio=1)
    places.append(chip.bounding_box())
    press(page, "Textbook, 20 dimensions").click()
    expect(press(page, "Start a new run")).to_be_in_viewport(ratio=1)
    places.append(chip.bounding_box())
    assert places == places[:1] * 4


def test_whoever_starts_a_new_run_watches_it(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    open_train(page, explorer)
    one_epoch(page)
    class_chip(page, "7").tap()
    expect(press(page, "Pause")).to_be_hidden()
    press(page, "Start a new run").tap()
    expect(press(page, "Pause")).to_be_focused()
    expect(press(page, "Pause")).to_be_in_viewport(ratio=1)
    expect(train_map(page)).to_be_in_viewport()


def test_a_new_run_with_other_pictures(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    open_train(page, explorer)
    one_epoch(page)
    page.route("**/train_worker.js", hold)
    choose(page, "Pictures", "clothes")
    press(page, "Start a new run").click()
    wait_until(page, lambda: bool(held), "no other worker is started")
    choose(page, "Hidden units", "128")  # the page is drawn while there is nothing of the new run
    expect(page.locator(".vx-train-key")).to_contain_text("9")
    held[0].continue_()
    expect(status(page)).to_have_text("Training")
    expect(page.locator(".vx-train-key")).to_contain_text("Ankle boot")
    expect(page.get_by_text("Test clothes, and their reconstructions")).to_be_visible()


def test_time_bar_and_film(page: Page, explorer: Server) -> None:
    open_train(page, explorer)
    untrained = pixels(reconstructions(page))
    for _ in range(3):
        one_epoch(page)
    newest = pixels(reconstructions(page))
    assert newest != untrained
    time_bar(page).focus()
    page.keyboard.press("Home")
    expect(status(page)).to_have_text("Looking back at step 0")
    assert pixels(reconstructions(page)) == untrained
    page.keyboard.press("End")
    expect(status(page)).to_have_text("Looking back at step 30")
    assert pixels(reconstructions(page)) == newest
    page.keyboard.press("Home")
    press(page, "Play").click()
    expect(press(page, "Play")).to_be_visible()  # the film has ended
    expect(status(page)).to_have_text("Looking back at step 30")
    one_epoch(page)
    assert step(page) == 40


def test_gif(page: Page, explorer: Server) -> None:
    open_train(page, explorer)
    for _ in range(3):
        one_epoch(page)
    name, body = download(page, "GIF")
    assert name == "training_h64-n32-m300.gif"
    with Image.open(io.BytesIO(body)) as opened:
        assert opened.size == (448, 616)
        frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(opened)]
    assert len(frames) >= 4  # the start, and three epochs
    colours = {colour for _, colour in frames[-1].crop((0, 0, 448, 448)).getcolors() or []}
    assert {(225, 90, 0), (255, 255, 255)} <= colours  # ones, and the page
    assert frames[0].tobytes() != frames[-1].tobytes()


def test_gif_while_it_trains(page: Page, explorer: Server) -> None:
    """The run pauses: what it would record meanwhile would put the film out of order."""
    open_train(page, explorer)
    one_epoch(page)
    press(page, "Go on").click()
    expect(status(page)).to_have_text("Training")
    download(page, "GIF")
    expect(status(page)).to_have_text("Paused")


def test_same_seed_same_run(open_page: OpenPage, explorer: Server) -> None:
    found = []
    for run in (f"{SMALL},s7", f"{SMALL},s7", f"{SMALL},s8"):
        page = open_page()
        open_train(page, explorer, run)
        if len(found) == 1:  # however it is paused
            press(page, "One step").click()
            expect(status(page)).to_have_text("Paused after one step")
        one_epoch(page)
        found.append((pixels(reconstructions(page)), loss(page, "−ELBO")))
    assert found[0] == found[1] != found[2]


def test_rate_that_is_too_high(page: Page, explorer: Server) -> None:
    open_train(page, explorer, f"{SMALL},r1")
    press(page, "Start").click()
    alert = page.get_by_role("alert").filter(has_text="The learning rate, 1, is most likely too high.")
    expect(alert).to_be_visible()
    expect(press(page, "Go on")).to_be_disabled()
    press(page, "Back to the last good state").click()
    expect(alert).to_be_hidden()
    expect(status(page)).to_have_text("Back at the last good state, with a lower learning rate")
    assert float(chosen(page, "Learning rate")) < 1


@pytest.mark.console_errors(STCORE)
def test_reload_keeps_the_settings(page: Page, explorer: Server) -> None:
    open_train(page, explorer)
    choose(page, "Dimensions of z", "5")
    one_epoch(page)
    wait_until(page, lambda: "z5" in page.url, f"the address is {page.url}")
    page.reload()
    expect_view(page, "Train")
    expect(press(page, "Start")).to_be_enabled()
    assert chosen(page, "Dimensions of z") == "5"
    assert chosen(page, "Training pictures") == "300"


def test_another_page_and_back(page: Page, explorer: Server) -> None:
    open_train(page, explorer)
    one_epoch(page)
    shown = pixels(reconstructions(page))
    go_to(page, "Samples")
    go_to(page, "Train")
    assert step(page) == 10
    assert pixels(reconstructions(page)) == shown
    press(page, "Go on").click()
    expect(status(page)).to_have_text("Training")
    go_to(page, "Samples")
    go_to(page, "Train")
    expect(status(page)).to_have_text("Training")
    press(page, "Pause").click()


def test_without_workers(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    page.add_init_script("delete window.Worker")
    open_train(page, explorer)
    one_epoch(page)
    assert step(page) == 10


@pytest.mark.console_errors("ERR_FAILED")
def test_digits_that_do_not_come(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    refused: list[str] = []

    def refuse(route: Route) -> None:
        refused.append(route.request.url)
        route.abort()

    page.route("**/training.png", refuse)
    page.goto(f"{explorer.url}/?model={MODEL}")
    expect_view(page, "Morph")
    go_to(page, "Train")
    expect(page.get_by_role("alert").filter(has_text="could not be fetched")).to_be_visible()
    assert refused
    page.unroute("**/training.png")
    press(page, "Try again").click()
    expect(press(page, "Start")).to_be_enabled()
