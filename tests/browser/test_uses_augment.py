"""Augment: variations of a picture or of a class, what a classifier reads in them, and the files that hold them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.encode_page import drawing
from tests.browser.pixels import ROUNDING, Pictures, decoded, difference, read_pictures, torch_model
from tests.browser.samples_page import copy_link
from tests.browser.test_encode import a_stroke
from tests.browser.test_readings import classifier
from tests.browser.test_settings_in_links import CLIPBOARD, STCORE
from tests.browser.test_small_set import write_small_set
from tests.browser.visitor import Sent, expect_idle, expect_view, go_to, shipped, shown_code
from tests.browser.waiting import wait_until
from tests.server import Server
from tests.unit.test_model_folder import small_folder
from train.data.own_pictures import open_pictures
from vae_explorer import paths
from vae_explorer.pages import USES
from vae_explorer.storage import model_folder, picture_atlas
from vae_explorer.storage.uses import Uses

COUNT = 32  # on the screen
LEAST = "32 variations"
MODEL = "mlp-20"
VARIATION = re.compile(r"^Variation \d+")


def open_augment(page: Page, explorer: Server, model: str = MODEL, more: str = "") -> None:
    page.goto(f"{explorer.url}/uses?model={model}&use=augment{more}")
    expect_view(page, "Uses")


def grid(page: Page) -> Locator:
    return page.get_by_role("group", name="Variations", exact=True)


def variations(page: Page) -> Locator:
    return grid(page).get_by_role("button", name=VARIATION)


def shown(page: Page) -> Pictures:
    """`(32, 28, 28)`, once all are there."""
    expect(grid(page)).to_have_attribute("aria-busy", "false")
    expect(variations(page)).to_have_count(COUNT)
    return read_pictures(variations(page).locator("canvas"))


def press(page: Page, group: str, name: str) -> None:
    chosen = page.get_by_role("group", name=group, exact=True).get_by_role("button", name=name, exact=True)
    chosen.click()
    expect(chosen).to_have_attribute("aria-pressed", "true")


def move_temperature(page: Page, key: str, times: int = 1) -> None:
    page.get_by_role("slider", name="Temperature").focus()
    for _ in range(times):
        page.keyboard.press(key)


def choose_amount(page: Page, label: str) -> None:
    page.get_by_role("combobox", name="How many are made").select_option(label=label)


def save(page: Page, kind: str, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=f"Save as {kind}").click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def save_npz(page: Page, folder: Path) -> dict[str, NDArray[np.generic]]:
    with np.load(save(page, "NPZ", folder), allow_pickle=False) as arrays:
        return dict(arrays)


def mean_codes(model: str, label: int) -> NDArray[np.float32]:
    codes = shipped(model).codes
    return np.asarray(codes["mu"][codes["label"] == label])


def encoded(model: str, index: int) -> tuple[NDArray[np.float32], int]:
    """The mean code of a test picture, by torch, and its label."""
    folder = shipped(model)
    raw = picture_atlas.read_atlas(picture_atlas.atlas_path(folder), index + 1)[index]
    label = int(folder.codes["label"][index])
    given = torch.tensor([label]) if folder.config.classes else None
    x = torch.from_numpy(raw[np.newaxis, np.newaxis].astype(np.float32) / 255)
    return torch_model(model).encode(x, given)[0][0].numpy(), label


def class_given(model: str, label: int) -> int | None:
    return label if shipped(model).config.classes else None


@pytest.mark.console_errors(STCORE)
@pytest.mark.parametrize(
    ("model", "more", "label"),
    [
        (MODEL, "&usedPicture=t3&stretch=2", 0),
        ("conv-20", "&around=4&stretch=1.5", 4),
        ("fashion-20", "&around=9&kind=between", 9),
        ("ae-2", "&usedPicture=t11", 6),  # between two, though the link does not say so
        ("cvae-8", "&around=2&stretch=3", 2),
    ],
)
def test_npz_is_what_training_reads(
    page: Page, explorer: Server, tmp_path: Path, model: str, more: str, label: int
) -> None:
    open_augment(page, explorer, model, f"{more}&made=7&amount=100")
    on_screen = shown(page)
    path = save(page, "NPZ", tmp_path)
    with np.load(path, allow_pickle=False) as arrays:
        images, labels, z = arrays["images"], arrays["labels"], arrays["z"]
        assert set(arrays) == {"images", "labels", "z"}
    assert (images.shape, images.dtype) == ((100, 28, 28), np.uint8)
    assert (labels.shape, labels.dtype) == ((100,), np.uint8)
    assert (z.shape, z.dtype) == ((100, shipped(model).config.latent_dim), np.float32)
    assert (labels == label).all()
    assert difference(images, decoded(model, z, class_given(model, label))) <= ROUNDING
    assert difference(images[:COUNT], on_screen) <= ROUNDING
    assert len(np.unique(images, axis=0)) > 90
    read = open_pictures(path)
    assert read.classes == (str(label),)
    assert len(read.labels) == 100
    assert (read.to_28x28() == images).all()
    expect(page.get_by_role("status").filter(has_text="Saved 100.")).to_be_visible()


@pytest.mark.console_errors(STCORE)
@pytest.mark.parametrize("model", [MODEL, "cvae-8"])
def test_temperature_0_is_the_reconstruction(page: Page, explorer: Server, model: str) -> None:
    index = 5
    open_augment(page, explorer, model, f"&usedPicture=t{index}")
    assert len(np.unique(shown(page), axis=0)) == COUNT
    move_temperature(page, "Home")
    mu, label = encoded(model, index)
    wanted = decoded(model, mu[np.newaxis], class_given(model, label)).repeat(COUNT, 0)
    wait_until(page, lambda: difference(shown(page), wanted) <= ROUNDING, "not all are the reconstruction")


@pytest.mark.console_errors(STCORE)
def test_of_a_class_each_is_of_another_picture(page: Page, explorer: Server, tmp_path: Path) -> None:
    open_augment(page, explorer, MODEL, "&around=8&stretch=0&amount=100")
    z = save_npz(page, tmp_path)["z"]
    distances = np.abs(z[:, np.newaxis] - mean_codes(MODEL, 8)).max(axis=2)  # (100, pictures of the class)
    assert distances.min(axis=1).max() < 1e-3
    assert len(set(distances.argmin(axis=1))) == 100


@pytest.mark.console_errors(STCORE)
def test_posterior_is_the_encoders(page: Page, explorer: Server, tmp_path: Path) -> None:
    """As far from the mean as sigma and the temperature say, in each dimension."""
    open_augment(page, explorer, MODEL, "&usedPicture=t1&stretch=2&amount=1000")
    z = save_npz(page, tmp_path)["z"].astype(np.float64)
    raw = picture_atlas.read_atlas(picture_atlas.atlas_path(shipped(MODEL)), 2)[1]
    mu, log_var = torch_model(MODEL).encode(torch.from_numpy(raw[None, None].astype(np.float32) / 255), None)
    sigma = 2 * np.exp(log_var[0].numpy() / 2)
    eps = (z - mu[0].numpy()) / sigma  # (1000, D)
    assert np.abs(eps.mean(axis=0)).max() < 5 / np.sqrt(1000)
    assert np.abs(eps.std(axis=0) - 1).max() < 0.12


@pytest.mark.console_errors(STCORE)
def test_between_is_on_the_line_from_the_picture(page: Page, explorer: Server, tmp_path: Path) -> None:
    index = 11
    open_augment(page, explorer, MODEL, f"&usedPicture=t{index}&kind=between&amount=100")
    expect(page.get_by_role("slider", name="Temperature")).to_be_hidden()
    mu, label = encoded(MODEL, index)
    others = mean_codes(MODEL, label)
    z = save_npz(page, tmp_path)["z"]
    way, whole = z - mu, others - mu
    along = (way @ whole.T) / np.maximum((whole**2).sum(axis=1), 1e-9)  # (100, others): the share of the way
    off = np.linalg.norm(way[:, np.newaxis] - along[..., np.newaxis] * whole, axis=2)
    off[(along < 0) | (along > 1)] = np.inf
    assert off.min(axis=1).max() < 1e-3
    shares = along[np.arange(100), off.argmin(axis=1)]
    assert shares.min() < 0.15
    assert shares.max() > 0.85


@pytest.mark.console_errors(STCORE)
@pytest.mark.parametrize("model", ["conv-20", "ae-2"])
def test_between_two_of_a_class_is_on_a_line(page: Page, explorer: Server, tmp_path: Path, model: str) -> None:
    """A code lies between two others where these lie in opposite directions from it."""
    open_augment(page, explorer, model, "&around=3&kind=between&amount=32")
    z = save_npz(page, tmp_path)["z"].astype(np.float64)
    codes = mean_codes(model, 3).astype(np.float64)
    for each in z:
        ways = codes - each
        ways /= np.maximum(np.linalg.norm(ways, axis=1, keepdims=True), 1e-12)
        assert (ways @ ways.T).min() < -1 + 1e-6


@pytest.mark.console_errors(STCORE)
@pytest.mark.parametrize(("model", "more"), [(MODEL, "&around=8&stretch=3"), ("ae-2", "&around=3")])
def test_those_kept_are_read_as_the_same_class(
    page: Page, explorer: Server, tmp_path: Path, model: str, more: str
) -> None:
    open_augment(page, explorer, model, f"{more}&amount=100")
    label = int(more[8])
    everything = shown(page)
    read = classifier("mnist").predict(torch.from_numpy(everything[:, np.newaxis].astype(np.float32) / 255))
    predicted = read.probabilities.argmax(dim=1).numpy()
    agreeing = predicted == label
    assert 0 < agreeing.sum() < COUNT
    expect(page.get_by_text(f"{agreeing.sum()} of {COUNT} read as {label}", exact=True)).to_be_visible()
    for index in range(COUNT):
        name = variations(page).nth(index).get_attribute("aria-label") or ""
        share = round(100 * float(read.probabilities[index].max()))
        found = re.fullmatch(r"Variation (\d+): (\d) (\d+)\s%(, another class)?", name)
        assert found is not None, name
        assert int(found[2]) == predicted[index]
        assert abs(int(found[3]) - share) <= 2  # torch has read what was rounded to bytes
        assert (found[4] is None) == agreeing[index]

    page.get_by_role("checkbox", name="Keep only those read as the same class").check()
    expect(page.get_by_text(f"{agreeing.sum()} of {COUNT} kept", exact=True)).to_be_visible()
    expect(grid(page).get_by_role("button", name="left out")).to_have_count(int(COUNT - agreeing.sum()))
    path = save(page, "NPZ", tmp_path)
    with np.load(path, allow_pickle=False) as arrays:
        images = arrays["images"]
    assert path.name.endswith(f"_kept_{len(images)}.npz")
    kept = classifier("mnist").predict(torch.from_numpy(images[:, np.newaxis].astype(np.float32) / 255))
    assert (kept.probabilities.argmax(dim=1) == label).all()
    assert agreeing.sum() <= len(images) < 100
    assert difference(images[: agreeing.sum()], everything[agreeing]) <= ROUNDING
    expect(
        page.get_by_role("status").filter(has_text=f"Saved {len(images)}: the other {100 - len(images)} of 100")
    ).to_be_visible()


@pytest.mark.console_errors(STCORE)
def test_png_shows_them_side_by_side(page: Page, explorer: Server, tmp_path: Path) -> None:
    open_augment(page, explorer, MODEL, "&usedPicture=t2&stretch=2&made=5&amount=32")
    wanted = shown(page)
    path = save(page, "PNG", tmp_path)
    assert path.name == "mlp-20_variations_test-2_posterior_temperature-2.0_seed-5_32.png"
    sheet = np.asarray(Image.open(path).convert("L"))
    assert sheet.shape == (4 * 112, 8 * 112)
    found = sheet[2::4, 2::4].reshape(4, 28, 8, 28).swapaxes(1, 2).reshape(COUNT, 28, 28)
    assert difference(found, wanted) == 0


@pytest.mark.console_errors(STCORE)
def test_many_are_made_while_the_page_goes_on(page: Page, explorer: Server, tmp_path: Path) -> None:
    open_augment(page, explorer, "conv-20", "&around=1&stretch=1&agreeing=yes")
    choose_amount(page, "1,000 variations")
    assert len(save_npz(page, tmp_path)["images"]) > 900
    # What is changed meanwhile ends it, and says so.
    page.get_by_role("button", name="Save as NPZ").click()
    expect(page.get_by_role("button", name="Save as PNG")).to_be_disabled()
    press(page, "Variations of", "2")
    expect(page.get_by_role("status").filter(has_text="something was changed meanwhile")).to_be_visible()
    expect(page.get_by_role("button", name="Save as PNG")).to_be_enabled()


@pytest.mark.console_errors(STCORE)
@pytest.mark.parametrize("to_another_page", [False, True])
def test_a_file_is_saved_though_the_tab_is_left(
    page: Page, explorer: Server, tmp_path: Path, to_another_page: bool
) -> None:
    open_augment(page, explorer, "conv-20", "&usedPicture=t3&amount=1000")
    shown(page)
    making = page.get_by_role("status").filter(has_text="Making 1,000: ")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as NPZ").click()
        expect(making).to_be_visible()
        if to_another_page:
            go_to(page, "Morph")
        else:
            page.get_by_role("tab", name="Repair").click()
            expect(page.get_by_role("tab", name="Repair")).to_have_attribute("aria-selected", "true")
        expect(making).to_have_count(0)
    waiting.value.save_as(tmp_path / "made.npz")
    assert len(open_pictures(tmp_path / "made.npz").labels) == 1000


@pytest.mark.console_errors(STCORE)
def test_who_comes_back_to_the_tab_sees_how_far_the_file_is(page: Page, explorer: Server) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/decode_worker.js", hold)  # so that it is not done before anybody is back
    open_augment(page, explorer, "conv-20", "&usedPicture=t3&amount=1000")
    shown(page)
    with page.expect_download():
        page.get_by_role("button", name="Save as PNG").click()
        wait_until(page, lambda: bool(held), "nothing is decoded")
        page.get_by_role("tab", name="Detect").click()
        expect(grid(page)).to_have_count(0)
        page.get_by_role("tab", name="Augment").click()
        expect(page.get_by_role("status").filter(has_text="Making 1,000: ")).to_be_visible()
        expect(page.get_by_role("button", name="Save as PNG")).to_be_disabled()
        for route in held:
            route.continue_()
    expect(page.get_by_role("status").filter(has_text="Saved 1,000.")).to_be_visible()
    expect(page.get_by_role("button", name="Save as PNG")).to_be_enabled()


@pytest.mark.console_errors(STCORE)
def test_link_restores_everything(open_page: OpenPage, explorer: Server) -> None:
    one = open_page(permissions=CLIPBOARD)
    open_augment(one, explorer)
    before = shown(one)
    press(one, "Variations of", "4")
    one.get_by_role("button", name="Others").click()
    wait_until(one, lambda: "made=" in one.url, "the address does not follow")
    move_temperature(one, "ArrowRight", 12)
    one.get_by_role("checkbox", name="Keep only").check()
    choose_amount(one, "1,000 variations")
    link = copy_link(one)
    assert {"around=4", "stretch=2.2", "agreeing=yes", "amount=1000"} <= set(link.partition("?")[2].split("&"))
    wanted = shown(one)
    assert difference(wanted, before) > 100

    other = open_page()
    other.goto(link)
    expect_view(other, "Uses")
    assert difference(shown(other), wanted) == 0
    expect(other.get_by_role("checkbox", name="Keep only")).to_be_checked()
    expect(other.get_by_role("combobox", name="How many are made")).to_have_value("1000")
    press(other, "Codes", "Between two")
    wait_until(other, lambda: "kind=between" in other.url, "the address does not follow")
    wanted = shown(other)
    other.reload()
    expect_view(other, "Uses")
    assert difference(shown(other), wanted) == 0
    press(other, "Variations of", "This picture")
    wait_until(other, lambda: "around=" not in other.url, "the address names a class")


@pytest.mark.console_errors(STCORE)
def test_at_temperature_0_a_picture_has_no_others(page: Page, explorer: Server) -> None:
    open_augment(page, explorer, MODEL, "&usedPicture=t0&stretch=0")
    shown(page)
    others = page.get_by_role("button", name="Others", exact=True)
    expect(others).to_be_disabled()
    expect(others).to_have_attribute("title", re.compile("^At temperature 0 all are the reconstruction"))
    press(page, "Variations of", "4")
    before = shown(page)
    others.click()
    wait_until(page, lambda: difference(shown(page), before) > 0, "they are the same")
    press(page, "Variations of", "This picture")
    expect(others).to_be_disabled()
    move_temperature(page, "ArrowRight")
    expect(others).to_be_enabled()
    expect(others).to_have_attribute("title", "")


@pytest.mark.console_errors(STCORE)
def test_an_unsure_reading_is_said_to_be_unsure(page: Page, explorer: Server) -> None:
    """Of scribbles, the first that the classifier gives no class more than half."""
    random = np.random.default_rng(5)
    for _ in range(500):
        scribble = random.integers(0, 16, (28, 28)) * (random.random((28, 28)) < 0.2)
        read = classifier("mnist").predict(torch.from_numpy((scribble / 15).astype(np.float32))[None, None])
        share, label = (found.item() for found in read.probabilities[0].max(dim=0))
        if share < 0.48:
            break
    assert share < 0.48
    open_augment(page, explorer, MODEL, drawing(scribble))
    said = page.get_by_text(f"This picture, read as {label}, but the classifier is unsure (")
    expect(said).to_be_visible()
    found = re.search(r"\((\d+) %\)", said.inner_text())
    assert found is not None
    assert abs(int(found[1]) - 100 * share) <= 2


@pytest.mark.console_errors(STCORE)
def test_others_are_others(page: Page, explorer: Server) -> None:
    open_augment(page, explorer, MODEL, "&usedPicture=t0")
    before = shown(page)
    page.get_by_role("button", name="Others").click()
    wait_until(page, lambda: "made=" in page.url, "no other seed")
    wait_until(page, lambda: difference(shown(page), before) > 0, "they are the same")
    expect(page.get_by_text("This picture, class 7", exact=True)).to_be_visible()


@pytest.mark.console_errors(STCORE)
def test_variation_opens_in_morph(page: Page, explorer: Server, tmp_path: Path) -> None:
    open_augment(page, explorer, "cvae-8", "&around=6&stretch=2&amount=32")
    z = save_npz(page, tmp_path)["z"]
    variations(page).nth(0).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")  # the tenth: eight are in a row
    expect(variations(page).nth(9)).to_be_focused()
    page.keyboard.press("Enter")
    expect_view(page, "Morph")
    assert np.abs(shown_code(page) - z[9]).max() <= 0.0051
    given = page.get_by_role("group", name="Class given to the decoder").get_by_role("button", name="6", exact=True)
    expect(given).to_have_attribute("aria-pressed", "true")


@pytest.mark.console_errors(STCORE)
def test_a_drawing_is_of_the_class_that_is_read(page: Page, explorer: Server, tmp_path: Path) -> None:
    open_augment(page, explorer, MODEL, drawing(a_stroke()))
    x = torch.from_numpy((a_stroke() / 15).astype(np.float32))[None, None]
    label = int(classifier("mnist").predict(x).probabilities.argmax())
    expect(page.get_by_text(f"This picture, read as {label}", exact=True)).to_be_visible()
    press(page, "Codes", "Between two")
    choose_amount(page, LEAST)
    assert (save_npz(page, tmp_path)["labels"] == label).all()


@pytest.mark.console_errors(STCORE)
def test_nothing_is_sent_but_settings(page: Page, explorer: Server, tmp_path: Path) -> None:
    bodies: list[bytes] = []

    def note(request: Request) -> None:
        bodies.append(request.url.encode() + (request.post_data_buffer or b""))

    page.on("request", note)
    sent = Sent(page)
    end = drawing(a_stroke())
    open_augment(page, explorer, MODEL, end)
    expect_idle(page)
    shown(page)
    before = sent.count()
    temperature = page.get_by_role("slider", name="Temperature")
    for value in ("2.5", "3"):  # dragged, and not released
        temperature.evaluate("(range, v) => { range.value = v; range.dispatchEvent(new Event('input')) }", value)
        shown(page)
    assert sent.count() == before
    temperature.evaluate("range => range.dispatchEvent(new Event('change'))")
    save_npz(page, tmp_path)
    ((settings),) = sent.values(before, "settings", 1)
    assert set(settings) == {setting.name for setting in USES.settings}
    assert settings["stretch"] == 3
    assert not any(end[9:60].encode() in body for body in bodies)
    assert max(len(body) for body in bodies) < 4_000


@pytest.mark.console_errors(STCORE)
def test_table_has_the_models_figures(page: Page, explorer: Server) -> None:
    about = json.loads((paths.shipped_models() / MODEL / "model.json").read_text(encoding="utf-8"))
    table = about["uses"]["augmentation"]
    open_augment(page, explorer)
    page.get_by_text("Measured: do variations help a classifier?").click()
    rows = page.get_by_role("table").locator("tbody tr")
    counts = sorted({row["per_class"] for row in table["rows"]})
    expect(rows).to_have_count(len(counts))
    for row, count in zip(rows.all(), counts, strict=True):
        wanted = [each for each in table["rows"] if each["per_class"] == count]
        texts = [text.replace("\u00a0", " ") for text in row.locator("td").all_inner_texts()]
        assert texts == [f"{100 * each['accuracy']:.2f} % ± {100 * each['deviation']:.2f} %" for each in wanted]
        best = max(each["accuracy"] for each in wanted)
        assert row.locator("strong").inner_text().replace("\u00a0", " ") == f"{100 * best:.2f} %"
    expect(page.get_by_text(table["method"])).to_be_visible()
    expect(page.get_by_text("Posterior: at temperature 2.")).to_be_visible()
    assert page.locator(".vx-findings").inner_text().count(f"{table['steps']} steps") == 1
    # Said of these very figures.
    plain = {row["per_class"]: row for row in table["rows"] if row["variations"] == "none"}
    gains = [
        (
            row["accuracy"] - plain[row["per_class"]]["accuracy"],
            max(row["deviation"], plain[row["per_class"]]["deviation"]),
        )
        for row in table["rows"]
        if row["variations"] != "none"
    ]
    helped = [gain > spread for gain, spread in gains]
    answer = "Yes" if all(helped) else "Sometimes" if any(helped) else "No"
    expect(page.locator(".vx-findings > p").first).to_have_text(re.compile(f"^{answer}: "))
    above = sum(gain > 0 for gain, _ in gains)
    expect(
        page.get_by_text(f"higher with variations than without in {above} of {len(gains)} comparisons.")
    ).to_be_visible()


@pytest.mark.console_errors(STCORE)
def test_without_a_table_it_names_the_command(page: Page, explorer: Server) -> None:
    folder, pictures = write_small_set(explorer.models / "few")
    model_folder.write(
        replace(folder, name="bare", uses=Uses()),
        explorer.models / "bare",
        {"digits.png": picture_atlas.atlas_bytes(pictures)},
    )
    open_augment(page, explorer, "own/bare")
    page.get_by_text("Measured: do variations help a classifier?").click()
    expect(page.get_by_text("python -m train evaluate bare --augmentation")).to_be_visible()
    expect(page.get_by_role("table")).to_have_count(0)


@pytest.mark.console_errors(STCORE)
def test_conditional_model_is_left_out_of_the_measurement(page: Page, explorer: Server) -> None:
    open_augment(page, explorer, "cvae-8")
    page.get_by_text("Measured: do variations help a classifier?").click()
    expect(page.get_by_text("it was trained with the label of every training picture")).to_be_visible()
    expect(page.get_by_role("table")).to_have_count(0)


@pytest.mark.console_errors(STCORE)
def test_plain_autoencoder_has_no_posterior(page: Page, explorer: Server) -> None:
    open_augment(page, explorer, "ae-2", "&stretch=2")
    shown(page)
    expect(page.get_by_text("A plain autoencoder has no posterior to draw from")).to_be_visible()
    expect(page.get_by_role("button", name="From the posterior")).to_have_count(0)
    expect(page.get_by_role("slider", name="Temperature")).to_be_hidden()


@pytest.mark.console_errors(STCORE)
def test_without_a_classifier_nothing_is_read(page: Page, explorer: Server, tmp_path: Path) -> None:
    folder, _ = write_small_set(explorer.models / "few")
    label = int(folder.codes["label"][4])
    open_augment(page, explorer, "own/few", "&usedPicture=t4&stretch=2&amount=32")
    shown(page)
    expect(page.get_by_role("checkbox", name="Keep only")).to_have_count(0)
    expect(variations(page).first).to_have_text("")
    arrays = save_npz(page, tmp_path)
    assert (arrays["labels"] == label).all()
    assert len(arrays["images"]) == 32
    # Nobody knows the class of a drawing: its posterior needs none, and a file has none either.
    page.goto(f"{explorer.url}/uses?model=own/few&use=augment&amount=32{drawing(a_stroke())}")
    expect_view(page, "Uses")
    expect(page.get_by_text("This picture", exact=True).last).to_be_visible()
    assert set(save_npz(page, tmp_path)) == {"images", "z"}
    press(page, "Codes", "Between two")
    expect(page.get_by_text("This picture’s class is not known")).to_be_visible()
    expect(page.get_by_role("button", name="Save as NPZ")).to_be_disabled()


@pytest.mark.console_errors(STCORE)
def test_class_without_pictures_says_so(page: Page, explorer: Server) -> None:
    folder = small_folder()
    label = np.where(folder.codes["label"] == 3, 4, folder.codes["label"]).astype(np.uint8)
    label[0] = 3
    pictures = np.zeros((folder.data.count, 28, 28), np.uint8)
    label[label == 5] = 4
    model_folder.write(
        replace(folder, codes=folder.codes | {"label": label}),
        explorer.models / "few",
        {"digits.png": picture_atlas.atlas_bytes(pictures)},
    )
    open_augment(page, explorer, "own/few", "&around=5")
    expect(page.get_by_text("No test digits are of class 5. Choose another.")).to_be_visible()
    expect(grid(page)).to_be_hidden()
    press(page, "Variations of", "3")
    shown(page)
    press(page, "Codes", "Between two")
    expect(page.get_by_text("There is no second test digit of class 3.")).to_be_visible()


@pytest.mark.console_errors(STCORE)
@pytest.mark.console_errors(r"ERR_FAILED.*/encoder\.safetensors")
def test_encoder_that_does_not_arrive(page: Page, explorer: Server) -> None:
    page.route("**/encoder.safetensors", lambda route: route.abort())
    open_augment(page, explorer)
    expect(page.get_by_role("alert")).to_contain_text("encoder.safetensors could not be fetched")
    page.unroute("**/encoder.safetensors")
    page.get_by_role("button", name="Try again").click()
    assert len(np.unique(shown(page), axis=0)) == COUNT
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.console_errors(STCORE)
def test_fits_a_laptop(page: Page, explorer: Server) -> None:
    open_augment(page, explorer, "fashion-20", "&around=5&stretch=3&agreeing=yes")
    shown(page)
    over = "main => main.scrollHeight - main.clientHeight"
    assert page.get_by_test_id("stMain").evaluate(over) == 0


@pytest.mark.console_errors(STCORE)
def test_flows_on_a_phone(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    open_augment(page, explorer, MODEL, "&around=5&stretch=3&agreeing=yes")
    shown(page)
    page.get_by_text("Measured: do variations help a classifier?").click()
    expect(page.get_by_role("table")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    heights = page.locator(".vx-augment").evaluate(
        """root => [...root.querySelectorAll("button, select, input[type=range], summary, label")]
          .filter(node => node.getClientRects().length).map(node => node.getBoundingClientRect().height)"""
    )
    assert min(heights) >= 40


@pytest.mark.console_errors(STCORE)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page: OpenPage, explorer: Server, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    for model, more in ((MODEL, "&around=8&stretch=3"), ("fashion-20", "&kind=between"), ("ae-2", "&agreeing=yes")):
        open_augment(page, explorer, model, more)
        shown(page)
        page.get_by_text("Measured: do variations help a classifier?").click()
        assert violations(page) == []
    page.get_by_role("checkbox", name="Keep only").uncheck()
    assert violations(page) == []
