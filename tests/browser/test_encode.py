"""Encode: a picture through the whole VAE, live, with every number that is shown the model's own."""

from __future__ import annotations

import re
from shutil import copytree
from urllib.parse import quote

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, Request, Route, WebSocket, expect

from tests.browser.conftest import OpenPage
from tests.browser.encode_page import (
    choose_class,
    drawing,
    frames,
    input_picture,
    loss_numbers,
    output_picture,
    panel,
    rank,
    row,
    stage,
)
from tests.browser.interpolate_page import linear, mu, read_strip, stops
from tests.browser.pixels import ROUNDING, decoded, difference, expect_picture, read_picture, torch_model
from tests.browser.samples_page import copy_link
from tests.browser.test_encode_picture import seen
from tests.browser.test_settings_in_links import CLIPBOARD, STCORE
from tests.browser.visitor import (
    MODEL,
    Sent,
    choose_model,
    expect_idle,
    expect_view,
    go_to,
    open_view,
    picture,
    shipped,
    shown_code,
)
from tests.browser.waiting import wait_until
from tests.server import Server
from vae_explorer import paths
from vae_explorer.model.vae import kl_nats, reconstruction_nats
from vae_explorer.storage import picture_atlas

KINDS = ["conv-20", "conv-2", "ae-2", "cvae-8", "fashion-20"]
PLAIN = "ae-2"


def open_picture(page: Page, explorer: Server, model: str, index: int, more: str = "") -> None:
    page.goto(f"{explorer.url}/encode?model={model}&picture=t{index}{more}")
    expect_view(page, "Encode")


def a_stroke() -> np.ndarray:
    """`(28, 28)` in 0…15: a thick line down, as one draws a 1."""
    picture = np.zeros((28, 28), np.uint8)
    picture[5:23, 13:15] = 15
    picture[5:23, [12, 15]] = 8
    return picture


@pytest.mark.console_errors(STCORE)
@pytest.mark.parametrize("model", KINDS)
def test_row_is_the_models(page: Page, explorer: Server, model: str) -> None:
    """Picture, reconstruction from the mean, and both terms as torch has them."""
    folder = shipped(model)
    index = 11
    open_picture(page, explorer, model, index)
    raw = picture_atlas.read_atlas(picture_atlas.atlas_path(folder), index + 1)[index]
    x = torch.from_numpy(raw[np.newaxis, np.newaxis].astype(np.float32) / 255)
    label = torch.tensor([int(folder.codes["label"][index])]) if folder.config.classes else None
    vae = torch_model(model)
    mu, log_var = vae.encode(x, label)
    logits = vae.decode_logits(mu, label)
    expect_picture(output_picture(page), np.rint(255 * torch.sigmoid(logits).view(28, 28).numpy()).astype(np.uint8))
    assert (read_picture(input_picture(page)) == raw).all()
    reconstruction = float(reconstruction_nats(logits, x, folder.config.likelihood))
    found = loss_numbers(page)
    if folder.config.deterministic:
        assert found == pytest.approx([reconstruction, reconstruction], abs=0.02)
        return
    kl = float(kl_nats(mu, log_var).sum())
    assert found == pytest.approx([reconstruction + kl, reconstruction, kl], abs=0.02)
    assert round(found[1] + found[2], 2) == found[0]  # it adds up as it is shown


@pytest.mark.console_errors(r"ERR_FAILED.*/digits\.png")
def test_waits_without_a_picture(page: Page, explorer: Server) -> None:
    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/digits.png", refuse)
    open_view(page, explorer, "Encode")
    expect(page.get_by_role("status").filter(has_text="the row waits for it")).to_be_visible()
    expect(page.get_by_role("button", name="Open in Morph")).to_be_disabled()
    expect(page.get_by_role("button", name="Use in Interpolate")).to_be_disabled()
    expect(panel(page, "Loss, in nats")).to_be_hidden()
    page.unroute("**/digits.png")
    page.get_by_role("button", name="Try again").click()
    wait_until(page, lambda: frames(page) > 0, "nothing was encoded")
    expect(panel(page, "Loss, in nats")).to_be_visible()


def test_starts_alive(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Encode")
    wait_until(page, lambda: frames(page) > 0, "nothing was encoded")
    for name in ("x", "encoder", "posterior", "z", "decoder", "xhat", "loss"):
        expect(stage(page, name)).to_be_visible()
    expect(stage(page, "x")).to_contain_text("1 × 28 × 28")
    expect(stage(page, "posterior")).to_contain_text("2 × 20")


def test_change_of_the_picture_tells_the_server_nothing_but_its_number(page: Page, explorer: Server) -> None:
    sent = Sent(page)
    open_view(page, explorer, "Encode")
    expect_idle(page)
    before, at = sent.count(), frames(page)
    choose_class(page, "3")
    wait_until(page, lambda: frames(page) > at, "the picture has not changed")
    sent.expect_values(before, "view", ["encode"])
    ((settings),) = sent.values(before, "settings", 1)
    assert re.fullmatch(r"t\d+", settings["picture"])


@pytest.mark.console_errors(STCORE)
def test_own_picture_stays_in_the_page(page: Page, explorer: Server) -> None:
    sent: list[bytes] = []

    def note_request(request: Request) -> None:
        sent.append(request.url.encode() + (request.post_data_buffer or b""))

    def note_frame(frame: str | bytes) -> None:
        sent.append(frame.encode() if isinstance(frame, str) else frame)

    def note_socket(socket: WebSocket) -> None:
        socket.on("framesent", note_frame)

    page.on("request", note_request)
    page.on("websocket", note_socket)
    stroke = a_stroke()
    shown = np.rint(stroke / 15 * 255).astype(np.uint8)
    end = drawing(stroke)
    page.goto(f"{explorer.url}/encode?model=conv-20{end}")
    expect_view(page, "Encode")
    expect_picture(input_picture(page), shown, 0)
    page.get_by_role("button", name="Sample", exact=True).click()
    wait_until(page, lambda: "draw=sample" in page.url, "the address does not follow")
    assert page.url.endswith(end)
    # On another page and back it is still there, and after a reload.
    go_to(page, "Samples")
    go_to(page, "Encode")
    expect_picture(input_picture(page), shown, 0)
    page.get_by_role("button", name="Mean", exact=True).click()
    wait_until(page, lambda: page.url.endswith(end), "the address does not have the picture")
    page.reload()
    expect_view(page, "Encode")
    expect_picture(input_picture(page), shown, 0)
    assert len(sent) > 20
    assert not any(end[9:60].encode() in each for each in sent)


@pytest.mark.console_errors(STCORE)
def test_copied_link_holds_an_own_picture(open_page: OpenPage, explorer: Server) -> None:
    one = open_page(permissions=CLIPBOARD)
    end = drawing(a_stroke())
    one.goto(f"{explorer.url}/encode?model=conv-20{end}")
    expect_view(one, "Encode")
    link = copy_link(one)
    assert link.endswith(end)
    assert len(end) <= 600
    other = open_page()
    other.goto(link)
    expect_view(other, "Encode")
    expect_picture(input_picture(other), read_picture(input_picture(one)), 0)
    assert loss_numbers(other) == loss_numbers(one)


def test_mean_and_samples(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Encode", "conv-20")
    mean = read_picture(output_picture(page))
    strip = page.get_by_role("group", name="Eight samples, decoded").get_by_role("button")
    expect(strip).to_have_count(8)
    page.get_by_role("button", name="Sample", exact=True).click()
    expect(stage(page, "z")).to_contain_text("sample")
    wait_until(page, lambda: not np.array_equal(read_picture(output_picture(page)), mean), "the sample is the mean")
    first = read_picture(output_picture(page))
    expect_picture_of_strip(page, 0, first)
    strip.nth(3).click()
    wait_until(page, lambda: not np.array_equal(read_picture(output_picture(page)), first), "it is the first still")
    expect_picture_of_strip(page, 3, read_picture(output_picture(page)))
    before = read_picture(output_picture(page))
    page.get_by_role("button", name="Sample again").click()
    wait_until(page, lambda: not np.array_equal(read_picture(output_picture(page)), before), "it is the same sample")
    slider = page.get_by_role("slider", name="Temperature")
    slider.focus()
    page.keyboard.press("Home")  # no noise is left
    wait_until(page, lambda: np.array_equal(read_picture(output_picture(page)), mean), "it is not the mean")
    expect(page.get_by_text("these are no samples of the posterior")).to_be_visible()


def expect_picture_of_strip(page: Page, index: int, wanted: np.ndarray) -> None:
    canvas = page.get_by_role("group", name="Eight samples, decoded").locator("canvas").nth(index)
    wait_until(page, lambda: np.array_equal(read_picture(canvas), wanted), "the strip has another picture")


def test_plain_autoencoder_has_nothing_to_sample(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Encode", PLAIN)
    expect(panel(page, "Sample z")).to_contain_text("there is nothing to sample")
    expect(page.get_by_role("button", name="Sample", exact=True)).to_have_count(0)
    expect(page.get_by_role("slider", name="beta")).to_have_count(0)
    reconstruction, again = loss_numbers(page)
    assert reconstruction == again
    expect(panel(page, "Loss, in nats")).to_contain_text(re.compile(r"\d+ % of the 10,000 test digits cost less"))


def test_beta_moves_the_objective_and_nothing_else(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Encode", "conv-20")
    total, reconstruction, kl = loss_numbers(page)
    shown = panel(page, "Loss, in nats")
    expect(shown).to_contain_text(f"{reconstruction:.2f} + 1 × {kl:.2f} = {total:.2f} nats")
    page.get_by_role("slider", name="beta").focus()
    page.keyboard.press("End")
    expect(shown).to_contain_text(f"{reconstruction:.2f} + 10 × {kl:.2f} = {reconstruction + 10 * kl:.2f} nats")
    expect(shown).to_contain_text("Trained with beta = 1")
    assert loss_numbers(page) == [total, reconstruction, kl]


@pytest.mark.console_errors(STCORE)
def test_rank_among_the_test_pictures(page: Page, explorer: Server) -> None:
    """The share is that of the model folder, and an easy picture's is small."""
    codes = shipped("conv-20").codes
    costs = (codes["kl"] + codes["reconstruction"]).astype(float)
    for index in (int(costs.argmin()), int(costs.argmax())):
        open_picture(page, explorer, "conv-20", index)
        cost, share = rank(page)
        assert share == pytest.approx(100 * (costs < cost).mean(), abs=1.01)
        assert (share < 5) == (index == int(costs.argmin()))


def test_rank_is_of_the_term_that_is_set(page: Page, explorer: Server) -> None:
    """Samples are decoded one by one: those of the other term do not count among those of this one."""
    open_view(page, explorer, "Encode", "conv-20")
    before = rank(page)
    page.get_by_role("button", name="Squared error").click()
    expect(panel(page, "Loss, in nats")).to_contain_text("there is nothing to compare with")
    for _ in range(5):
        page.get_by_role("slider", name="beta").press("ArrowRight")
    page.get_by_role("button", name="Cross entropy").click()
    assert rank(page) == before


def test_other_term(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Encode", "conv-20")
    _, bce, kl = loss_numbers(page)
    page.get_by_role("button", name="Squared error").click()
    wait_until(page, lambda: loss_numbers(page)[1] != bce, "it is the cross entropy still")
    total, mse, same = loss_numbers(page)
    assert same == kl
    assert round(mse + kl, 2) == total
    expect(panel(page, "Loss, in nats")).to_contain_text("there is nothing to compare with")
    expect(page.get_by_role("list", name="The same in PyTorch")).to_contain_text("Normal(torch.sigmoid(logits), 0.1)")


@pytest.mark.console_errors(STCORE)
def test_copying_a_link_changes_nothing(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(permissions=CLIPBOARD)
    open_view(page, explorer, "Encode", "conv-20")
    page.get_by_role("button", name="Clear").click()
    box = page.get_by_role("img", name="Draw a digit here").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.8 * box["height"], steps=5)
    page.mouse.up()
    seen(page)  # the last of the stroke is shown in the next frame
    shown, numbers = read_picture(input_picture(page)), loss_numbers(page)
    copy_link(page)
    expect(page.get_by_role("status").filter(has_text="16 levels of grey")).to_be_visible()
    expect_picture(input_picture(page), shown, 0)
    assert loss_numbers(page) == numbers
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()


def test_class_that_is_given(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Encode", "cvae-8")
    given = page.get_by_role("group", name="Class given to both networks").get_by_role("button")
    label = int(shipped("cvae-8").codes["label"][0])
    expect(given.nth(label)).to_have_attribute("aria-pressed", "true")
    before = loss_numbers(page)[0]
    given.nth((label + 1) % 10).click()
    wait_until(page, lambda: loss_numbers(page)[0] > before + 5, "the wrong class costs nothing")
    choose_class(page, "5")
    expect(given.nth(5)).to_have_attribute("aria-pressed", "true")


LIT = "node => node.classList.contains('vx-lit')"


def test_stage_symbol_and_line_light_up_together(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Encode", "conv-20")
    lines = page.get_by_role("list", name="The same in PyTorch").get_by_role("button")
    expect(lines).to_have_count(8)
    explain = panel(page, "Formula and code")
    kl_line = lines.filter(has_text="kl = 0.5")
    kl_line.hover()
    expect(stage(page, "loss")).to_have_class(re.compile("vx-lit"))
    expect(explain.locator(".vx-enc-symbol.vx-lit")).to_have_count(2)  # the posterior's parameters are in it
    expect(explain).to_contain_text("prior N(0, I)")
    stage(page, "z").hover()
    expect(explain).to_contain_text("The trick")
    expect(lines.filter(has_text="z = mu + sigma * eps")).to_have_class(re.compile("vx-lit"))
    assert not kl_line.evaluate(LIT)
    # By keys, too; and what has the focus stays lit when the pointer goes.
    page.mouse.move(5, 5)
    stage(page, "decoder").get_by_role("button").focus()
    expect(lines.filter(has_text="logits = decoder(z)")).to_have_class(re.compile("vx-lit"))
    expect(explain).to_contain_text("The decoder draws a picture from z alone")


def test_numbers_are_written_in(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Encode", "conv-20")
    total, reconstruction, kl = loss_numbers(page)
    symbols = page.get_by_role("group", name="The formula").get_by_role("button")
    expect(symbols.first).to_contain_text(f"{total:.2f}")
    expect(symbols.filter(has_text="KL")).to_contain_text(f"{kl:.2f}")
    expect(page.get_by_role("list", name="The same in PyTorch")).to_contain_text(f"# {reconstruction:.2f}")
    page.get_by_role("button", name="Sample", exact=True).click()
    numbers = page.locator(".vx-enc-formula").nth(2).locator(".vx-enc-number")

    def adds_up() -> bool:
        z, mu, sigma, eps = (float(text.replace("−", "-")) for text in numbers.all_inner_texts())
        return eps != 0 and abs(z - (mu + sigma * eps)) < 0.02

    wait_until(page, adds_up, "z is not mu + sigma * eps")


def test_on_to_morph_and_the_bookmarks(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Encode", "conv-20")
    shown = read_picture(output_picture(page))
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("Bookmark 1")).to_be_visible()
    page.get_by_role("button", name="Open in Morph").click()
    expect_view(page, "Morph")
    expect_picture(picture(page), shown)
    assert shown_code(page).any()
    expect(page.get_by_role("button", name="Bookmark 1", exact=True)).to_be_visible()


def open_with_pictures_held(page: Page, explorer: Server) -> list[Route]:
    """Open test digit 11 without its picture, which arrives when the request is continued."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/digits.png", hold)
    page.goto(f"{explorer.url}/encode?model={MODEL}&picture=t11")
    return held


@pytest.mark.console_errors(STCORE)
@pytest.mark.parametrize("is_sent_before", [False, True], ids=["typed before", "sent before"])
def test_number_is_chosen_before_the_first_picture_is_there(
    open_page: OpenPage, explorer: Server, is_sent_before: bool
) -> None:
    """What arrives late takes nothing out of the visitor's hands."""
    page = open_page(new_tab=True)
    held = open_with_pictures_held(page, explorer)
    number = page.get_by_role("spinbutton", name="Number of a test digit")
    number.fill("25")
    if is_sent_before:
        number.press("Enter")
        page.wait_for_timeout(400)  # the address would have been brought up to date
    wait_until(page, lambda: bool(held), "the pictures are not fetched")
    for route in held:
        route.continue_()
    if not is_sent_before:
        expect(panel(page, "Picture").get_by_text("Test digit 11,")).to_be_visible()
        number.press("Enter")
    expect(panel(page, "Picture").get_by_text("Test digit 25,")).to_be_visible()
    wait_until(page, lambda: "picture=t25" in page.url, "the address does not say it")


@pytest.mark.console_errors(STCORE)
def test_first_picture_arrives_while_somebody_is_in_the_field(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    held = open_with_pictures_held(page, explorer)
    number = page.get_by_role("spinbutton", name="Number of a test digit")
    number.focus()
    wait_until(page, lambda: bool(held), "the pictures are not fetched")
    for route in held:
        route.continue_()
    expect(panel(page, "Picture").get_by_text("Test digit 11,")).to_be_visible()
    number.press_sequentially("2")
    expect(number).to_have_value("2")
    number.press("Backspace")
    number.blur()
    expect(number).to_have_value("11")


@pytest.mark.console_errors(STCORE)
def test_two_codes_become_the_ends_of_a_path(page: Page, explorer: Server) -> None:
    open_picture(page, explorer, MODEL, 11)
    page.get_by_role("button", name="Use in Interpolate").click()
    expect_view(page, "Interpolate")
    expect(stops(page).first).to_contain_text("From Encode")
    expect(stops(page).nth(1)).to_contain_text("Test digit 1")
    expect(page.get_by_text("Change stop 2 to")).to_be_visible()
    go_to(page, "Encode")
    page.get_by_role("spinbutton", name="Number of a test digit").fill("25")
    page.keyboard.press("Enter")
    wait_until(page, lambda: "picture=t25" in page.url, "it is another picture")
    page.get_by_role("button", name="Use in Interpolate").click()
    expect_view(page, "Interpolate")
    expect(stops(page).get_by_text("From Encode")).to_have_count(2)
    wait_until(page, lambda: page.url.count("~e") == 1, "the address does not have both")
    path = re.search(r"path=paths!e([^~]+)~e([^!]+)", page.url)
    assert path is not None
    one, other = (np.array([float(number) for number in code.split(",")]) for code in path.groups())
    assert np.allclose(one, mu(11), atol=0.01)
    assert np.allclose(other, mu(25), atol=0.01)
    frames_of_path = read_strip(page, "Linear")
    wanted = decoded(MODEL, linear(one, other, np.linspace(0, 1, len(frames_of_path))))
    assert difference(frames_of_path, wanted) <= ROUNDING
    page.reload()
    expect_view(page, "Interpolate")
    expect(stops(page).get_by_text("From Encode")).to_have_count(2)
    assert np.array_equal(read_strip(page, "Linear"), frames_of_path)


def test_class_goes_along_to_the_path(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Encode", "cvae-8")
    page.get_by_role("group", name="Class given to both networks").get_by_role("button", name="4", exact=True).click()
    page.get_by_role("button", name="Use in Interpolate").click()
    expect_view(page, "Interpolate")
    expect(stops(page).first).to_contain_text("From Encode")
    expect(stops(page).first).to_contain_text("class 4")


def test_another_model_and_back(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Encode", "conv-20")
    choose_class(page, "3")
    wait_until(page, lambda: frames(page) > 1, "the picture has not changed")
    x = read_picture(input_picture(page))
    choose_model(page, shipped("conv-2").title)
    expect(row(page)).to_have_attribute("aria-busy", "false")
    choose_model(page, shipped("conv-20").title)
    expect_picture(input_picture(page), x, 0)


def test_row_is_stacked_on_a_phone(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    open_view(page, explorer, "Encode", "conv-20")
    boxes = [stage(page, name).bounding_box() for name in ("x", "posterior", "z", "xhat", "loss")]
    tops = [box["y"] for box in boxes if box is not None]
    assert tops == sorted(tops)
    assert len(set(tops)) == 5
    line = page.get_by_role("list", name="The same in PyTorch").get_by_role("button").nth(3)
    line.tap()
    expect(stage(page, "z")).to_have_class(re.compile("vx-lit"))


def test_other_models_beside_this_one(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Encode", "conv-20")
    total, reconstruction, kl = loss_numbers(page)
    page.get_by_role("button", name="Compare models").click()
    table = page.get_by_role("table")
    rows = table.get_by_role("row")
    expect(rows).to_have_count(5)
    first = rows.nth(1)
    expect(first).to_contain_text(f"{reconstruction:.2f}")
    expect(first).to_contain_text(f"{kl:.2f}")
    expect(first).to_contain_text(f"{total:.2f}")
    expect(first).to_contain_text(re.compile(r"7 \(\d+ %\)"))
    assert np.array_equal(read_picture(first.locator("canvas")), read_picture(output_picture(page)))
    expect(table.get_by_text("Loading")).to_have_count(0)
    before = first.inner_text()
    choose_class(page, "3")
    wait_until(page, lambda: first.inner_text() != before, "the table has not changed")
    # One goes, another comes.
    among = page.get_by_role("group", name="Models beside this one")
    expect(among.locator("[aria-pressed=false]").first).to_be_disabled()
    among.locator("[aria-pressed=true]").last.click()
    among.get_by_role("button", name=shipped("fashion-20").title).click()
    expect(rows.nth(4)).to_contain_text(shipped("fashion-20").title)
    page.get_by_role("button", name="Compare models").click()
    expect(panel(page, "Formula and code")).to_be_visible()


@pytest.mark.console_errors(STCORE)
def test_link_to_another_picture_in_the_same_tab(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Encode", "conv-20")
    stroke = a_stroke()
    page.evaluate("end => (location.hash = end)", drawing(stroke))
    expect_picture(input_picture(page), np.rint(stroke / 15 * 255).astype(np.uint8), 0)


@pytest.mark.console_errors(STCORE)
def test_models_that_are_compared_but_not_here_are_left_out(page: Page, explorer: Server) -> None:
    title = "Mine, of course: 50 %"
    mine = "own/" + quote(title)  # a comma in it separates nothing
    copytree(paths.shipped_models() / "conv-2", explorer.models / title)
    compared = f"&compared={quote('own/gone')},{quote(mine, safe='/')},shipped/cvae-8"
    open_picture(page, explorer, MODEL, 11, compared)
    rows = page.get_by_role("region", name="Other models").get_by_role("rowheader")
    expect(rows).to_have_text([shipped(MODEL).title, shipped("conv-2").title, shipped("cvae-8").title])
    expect(page.get_by_text("The link has values")).to_have_count(0)
    expect(page.get_by_role("button", name="Compare models")).to_have_attribute("aria-pressed", "true")
    expect(panel(page, "Formula and code")).to_be_hidden()
    # Whatever is chosen next, the address names what is there, and a reload finds it again.
    page.get_by_role("group", name="Models beside this one").get_by_role("button", name="Beta-VAE").click()
    wanted = rows.all_inner_texts()
    assert len(wanted) == 4
    wait_until(page, lambda: "beta-10" in page.url, "the address does not follow")
    assert "gone" not in page.url
    page.reload()
    expect_view(page, "Encode")
    expect(rows).to_have_text(wanted)
