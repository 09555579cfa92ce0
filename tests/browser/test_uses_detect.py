"""Uses, Detect: scores that are torch's, error rates that follow from the model's table, a threshold in links."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, Request, WebSocket, expect

from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.picture_files import saved
from tests.browser.pixels import read_pictures, torch_model
from tests.browser.test_decoder_parity import manifest_of
from tests.browser.test_settings_in_links import STCORE
from tests.browser.visitor import MODEL, MODULE, expect_idle, expect_view, open_view, shipped
from tests.browser.waiting import wait_until
from tests.server import Server
from tests.unit.test_model_folder import small_folder
from tests.uses import SMALL_USES
from train.evaluate.other_sets import CHANGES
from train.evaluate.scores import SAMPLES, scores
from vae_explorer.server.session_api import SESSION_URL
from vae_explorer.storage import model_folder, picture_atlas
from vae_explorer.storage.uses import Anomaly, OtherSet, ScoreRange, Uses

pytestmark = pytest.mark.console_errors(STCORE)

NATS = 1e-3  # relative


def open_detect(page: Page, explorer: Server, model: str = MODEL, more: str = "") -> None:
    page.goto(f"{explorer.url}/uses?model={model}&use=detect{more}")
    expect_view(page, "Uses")


def table_of(model: str) -> Anomaly:
    table = shipped(model).uses.anomaly
    assert table is not None
    return table


def ranges_of(table: Anomaly) -> dict[str, ScoreRange]:
    return {each.score: each for each in table.scores}


def sets_of(table: Anomaly) -> dict[str, OtherSet]:
    return {each.name: each for each in table.sets}


def pictures_of(model: str, count: int) -> NDArray[np.uint8]:
    return picture_atlas.read_atlas(picture_atlas.atlas_path(shipped(model)), count)


def pressed(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True, pressed=True)


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Threshold")


def threshold_of(page: Page, axis: ScoreRange) -> float:
    """Where the slider is, in nats."""
    return axis.low + float(slider(page).input_value()) / 100 * (axis.high - axis.low)


def bar_for(axis: ScoreRange, alarm: float) -> float:
    """Where the threshold is to be, in percent of the axis, so that a percentage of test pictures is above it."""
    shares = [above(axis.histogram, 0, 100, bar / 100) for bar in range(10_001)]
    return int(np.abs(np.array(shares) - alarm).argmin()) / 100


def rates(page: Page) -> list[float]:
    """False alarms and missed, in percent, as they are said."""
    return [float(text) for text in re.findall(r"([\d.]+) %", page.locator(".vx-det-rates").inner_text())]


def verdict(page: Page) -> Locator:
    return page.locator(".vx-det-verdict")


def scribble(page: Page) -> None:
    box = page.get_by_role("img", name="Draw a digit here").bounding_box()
    assert box is not None
    places = np.random.default_rng(3).uniform(0.08, 0.92, (16, 2)) * [box["width"], box["height"]]
    places += [box["x"], box["y"]]
    page.mouse.move(*places[0])
    page.mouse.down()
    for x, y in places[1:]:
        page.mouse.move(x, y, steps=4)
    page.mouse.up()


def above(counts: tuple[int, ...], low: float, high: float, threshold: float) -> float:
    """The share of a histogram above a threshold, in percent: its cumulated counts, interpolated between the edges."""
    edges = np.linspace(low, high, len(counts) + 1)
    below = np.concatenate([[0], np.cumsum(counts)]) / sum(counts)
    return float(100 * (1 - np.interp(threshold, edges, below)))


SCORE = (
    f"async ([manifest, baseUrl, pixels, noise]) => {{ {MODULE}"
    + """
  const { openModel } = await module("model.js");
  const { Scorer } = await module("views/uses/detect_scores.js");
  const model = openModel(manifest, baseUrl);
  const scorer = new Scorer(manifest, await model.encoder(), await model.decoderLogits());
  return pixels.map((picture, i) => {
    let drawn = 0;
    const work = scorer.score(Float32Array.from(picture), () => noise[i][drawn++]);
    for (;;) {
      const step = work.next();
      if (step.done) return { ...step.value, drawn };
    }
  });
}
"""
)


@pytest.mark.parametrize("model", [MODEL, "ae-2", "cvae-8", "conv-20"])
def test_scores_are_those_of_torch(page: Page, explorer: Server, model: str) -> None:
    config = shipped(model).config
    images = torch.from_numpy(pictures_of(model, 4).astype(np.float32) / 255)[:, None]
    images = torch.cat([images, CHANGES["turned"](images[:1], torch.Generator()), torch.zeros(1, 1, 28, 28)])
    wanted, noise = [], []
    for seed, image in enumerate(images):
        wanted.append(scores(torch_model(model), image[None], 90.0, torch.Generator().manual_seed(seed)))
        # The same numbers, in the order in which both draw them.
        random = torch.Generator().manual_seed(seed)
        draws = 0 if config.deterministic else SAMPLES + bool(config.classes)
        noise.append([float(x) for _ in range(draws) for x in torch.randn(config.latent_dim, generator=random)])
    open_view(page, explorer, "Uses", model)
    found: list[dict[str, float]] = page.evaluate(
        SCORE, [manifest_of(model), explorer.url + "/", images.flatten(1).tolist(), noise]
    )
    for mine, torchs, numbers in zip(found, wanted, noise, strict=True):
        assert mine.pop("drawn") == len(numbers)
        assert set(mine) == set(torchs) - {"typicality"}
        for name, value in mine.items():
            assert value == pytest.approx(float(torchs[name]), rel=NATS, abs=NATS), name


def test_changed_pictures_are_those_of_torch(page: Page, explorer: Server) -> None:
    images = torch.from_numpy(pictures_of(MODEL, 3).astype(np.float32) / 255)[:, None]
    open_view(page, explorer, "Uses")
    for name in ("turned", "mirrored", "half", "blank"):
        found = page.evaluate(
            f"async ([name, pictures]) => {{ {MODULE}"
            'const { CHANGES } = await module("views/uses/detect_changes.js");'
            "return pictures.map(each => [...CHANGES[name](Float32Array.from(each), 1)]); }",
            [name, images.flatten(1).tolist()],
        )
        assert (np.array(found, np.float32) == CHANGES[name](images, torch.Generator()).flatten(1).numpy()).all(), name


def test_pictures_on_both_sides(page: Page, explorer: Server) -> None:
    """Test pictures and turned ones, in the order of their scores, the threshold between them."""
    open_detect(page, explorer)
    sides = page.get_by_role("region", name="Just on both sides of the threshold")
    expect(sides).to_have_attribute("data-scored", "100")
    atlas = pictures_of(MODEL, 10_000)[::100]
    test = {picture.tobytes() for picture in atlas}
    turned = {np.rot90(picture).tobytes() for picture in atlas}
    canvases = sides.locator("canvas")
    labels = canvases.evaluate_all("all => all.map(each => each.ariaLabel ?? each.getAttribute('aria-label'))")
    assert len(labels) == 8
    for label, picture in zip(labels, read_pictures(canvases), strict=True):
        assert picture.tobytes() in (test if label.startswith("test digit, ") else turned), label
    assert any(label.startswith("Turned 90°, ") for label in labels)
    values = [float(label.split(", ")[1].removesuffix(" nats").replace("−", "-")) for label in labels]
    assert values == sorted(values)
    threshold = threshold_of(page, ranges_of(table_of(MODEL))["saving"])
    assert values[3] <= threshold + 0.5
    assert values[4] >= threshold - 0.5


@pytest.mark.parametrize(
    ("score", "against", "alarm"), [("saving", "turned", 5), ("elbo", "half", 12.5), ("kl", "clothes", 1)]
)
def test_error_rates_follow_from_the_counts(
    page: Page, explorer: Server, score: str, against: str, alarm: float
) -> None:
    table = table_of(MODEL)
    known, other = ranges_of(table)[score], sets_of(table)[against].histograms[score]
    open_detect(page, explorer, more=f"&score={score}&against={against}&bar={bar_for(known, alarm)}")
    expect(page.locator(".vx-det-rates")).to_contain_text("%")
    threshold = threshold_of(page, known)
    step = (known.high - known.low) / 1000  # which the slider rounds to
    alarms, missed = rates(page)
    assert alarms == pytest.approx(alarm, abs=0.5)
    bounds = [above(known.histogram, known.low, known.high, threshold + side * step) for side in (1, -1)]
    assert bounds[0] - 0.5 <= alarms <= bounds[1] + 0.5
    bounds = [100 - above(other, known.low, known.high, threshold + side * step) for side in (-1, 1)]
    assert bounds[0] - 0.5 <= missed <= bounds[1] + 0.5
    assert 1 < missed < 99
    expect(page.locator(".vx-det-roc-side strong")).to_have_text(f"{sets_of(table)[against].auc[score]:.3f}")


def test_threshold_moves_by_keys_and_is_found_again(page: Page, explorer: Server) -> None:
    open_detect(page, explorer)
    before = rates(page)
    slider(page).focus()
    for _ in range(40):
        page.keyboard.press("ArrowLeft")
    after = rates(page)
    assert after[0] > before[0]
    assert after[1] < before[1]
    wait_until(page, lambda: "bar=" in page.url, "the address does not follow")
    expect_idle(page)
    found = slider(page).get_attribute("aria-valuetext")
    page.reload()
    expect_view(page, "Uses")
    expect(slider(page)).to_have_attribute("aria-valuetext", str(found))
    assert rates(page) == after


def test_keys_pass_where_no_test_picture_is(page: Page, explorer: Server) -> None:
    """In the tail there are empty bins, in which no error rate changes."""
    axis = ranges_of(table_of(MODEL))["elbo"]
    open_detect(page, explorer, more=f"&score=elbo&bar={bar_for(axis, 0.5)}")
    slider(page).focus()
    seen = [rates(page)[0]]
    for _ in range(200):
        page.keyboard.press("ArrowRight")
        seen.append(rates(page)[0])
        if seen[-1] == 0:
            break
    assert seen[-1] == 0
    assert seen == sorted(seen, reverse=True)


def test_threshold_is_dragged_in_the_histogram(page: Page, explorer: Server) -> None:
    open_detect(page, explorer)
    known = ranges_of(table_of(MODEL))["saving"]
    box = page.locator(".vx-det-plot").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    wanted = known.low + 0.4 * (known.high - known.low)
    assert threshold_of(page, known) == pytest.approx(wanted, abs=(known.high - known.low) / 100)
    assert rates(page)[0] == pytest.approx(above(known.histogram, known.low, known.high, wanted), abs=2)
    wait_until(page, lambda: "bar=" in page.url, "the address does not follow")


def test_threshold_moves_over_the_whole_axis(page: Page, explorer: Server) -> None:
    """Also beyond the last test picture, and before the first, where the share of false alarms stays what it is."""
    known = ranges_of(table_of(MODEL))["saving"]
    assert known.histogram[-1] == 0  # or nothing is beyond
    open_detect(page, explorer)
    box = page.locator(".vx-det-plot").bounding_box()
    line = page.locator(".vx-det-threshold")
    assert box is not None
    for start, end, alarm in ((0.5, 0.97, 0), (0.97, 1.2, 0), (0.5, -0.2, 100)):
        page.mouse.move(box["x"] + start * box["width"], box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + end * box["width"], box["y"] + box["height"] / 2, steps=4)
        page.mouse.up()
        part = min(max(end, 0), 1)
        at = line.bounding_box()
        assert at is not None
        assert at["x"] + at["width"] / 2 == pytest.approx(box["x"] + part * box["width"], abs=3)
        assert float(slider(page).input_value()) == pytest.approx(100 * part, abs=0.3)
        assert rates(page)[0] == alarm
    slider(page).focus()
    for key, place in (("End", 100), ("ArrowLeft", 99.9), ("Home", 0), ("ArrowRight", 0.1), ("End", 100)):
        page.keyboard.press(key)
        assert float(slider(page).input_value()) == place
    wait_until(page, lambda: "bar=100" in page.url, "the address does not follow")
    expect_idle(page)
    page.reload()
    expect_view(page, "Uses")
    assert float(slider(page).input_value()) == 100
    assert rates(page)[0] == 0


def test_another_score_has_as_many_false_alarms(page: Page, explorer: Server) -> None:
    axes = ranges_of(table_of(MODEL))
    open_detect(page, explorer, more=f"&bar={bar_for(axes['saving'], 12)}")
    for name, score in (("KL", "kl"), ("−ELBO", "elbo"), ("Saving", "saving")):
        page.get_by_role("button", name=name, exact=True).click()
        expect(pressed(page, name)).to_be_visible()
        assert rates(page)[0] == pytest.approx(12, abs=0.5)
        assert float(slider(page).input_value()) == pytest.approx(bar_for(axes[score], 12), abs=0.2)
    place = slider(page).input_value()
    page.get_by_role("button", name="Noise", exact=True).click()
    expect(pressed(page, "Noise")).to_be_visible()
    assert slider(page).input_value() == place


def test_a_digit_is_usual_clothes_and_a_scribble_are_not(page: Page, explorer: Server) -> None:
    open_detect(page, explorer, more="&usedPicture=t0")
    expect(verdict(page)).to_have_text(
        re.compile(r"^This picture: −\d+\.\d nats, below the threshold: taken for a digit$")
    )
    boot = Image.fromarray(pictures_of("fashion-20", 1)[0])
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files({"name": "clothes.png", "mimeType": "", "buffer": saved(boot, "PNG")})
    # As it is, and not made like the digits that the model was trained on.
    page.get_by_text("How it is prepared").click()
    for box in page.get_by_role("region", name="Picture").get_by_role("checkbox").all():
        box.uncheck()
    expect(verdict(page)).to_contain_text("above the threshold: taken for an anomaly")
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(verdict(page)).to_have_text("Draw a digit, or choose one: its score appears here.")
    scribble(page)
    expect(verdict(page)).to_contain_text("above the threshold: taken for an anomaly")


def test_a_blank_page_is_scored_until_the_picture_changes(page: Page, explorer: Server) -> None:
    """The model of digits takes it for one by −ELBO: it costs nearly nothing."""
    open_detect(page, explorer, more="&usedPicture=t0&score=elbo")
    expect(verdict(page)).to_have_text(re.compile("^This picture: "))
    of_picture = verdict(page).inner_text()
    blank = page.get_by_role("button", name="Score a blank page")
    blank.click()
    expect(verdict(page)).to_have_text(
        re.compile(r"^A blank page: −?[\d.]+ nats, below the threshold: taken for a digit$")
    )
    expect(blank).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".vx-det-own-label")).to_have_text(re.compile("^a blank page "))
    page.get_by_text("All scores on all sets").click()
    own = page.get_by_role("group", name="A blank page, in nats").locator("[data-score=elbo]").inner_text()
    random = torch.Generator().manual_seed(1)
    wanted = float(scores(torch_model(MODEL), torch.zeros(1, 1, 28, 28), 90.0, random)["elbo"])
    assert float(own.replace("−", "-")) == pytest.approx(wanted, abs=3)  # other noise
    blank.click()
    expect(verdict(page)).to_have_text(of_picture)
    expect(blank).to_have_attribute("aria-pressed", "false")
    blank.click()
    expect(verdict(page)).to_have_text(re.compile("^A blank page: "))
    scribble(page)
    expect(verdict(page)).to_have_text(re.compile("^This picture: "))
    expect(blank).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(verdict(page)).to_have_text("Draw a digit, or choose one: its score appears here.")
    blank.click()
    expect(verdict(page)).to_have_text(re.compile("^A blank page: "))


def test_what_fails_is_said_with_what_mends_it(page: Page, explorer: Server) -> None:
    table = sets_of(table_of(MODEL))["blank"]
    assert table.auc["elbo"] < 0.1
    assert max(table.auc, key=lambda name: table.auc[name]) == "saving"
    open_detect(page, explorer, more="&score=elbo&against=blank")
    expect(
        page.get_by_text("It fails: in more than 99 of 100 pairs with a test digit, blank pages have the lower score")
    ).to_be_visible()
    page.get_by_role("button", name=f"Better here: saving, AUC {table.auc['saving']:.3f}").click()
    expect(pressed(page, "Saving")).to_be_visible()
    told = page.get_by_text("It tells them apart: in more than 99 of 100 pairs with a test digit, blank pages have")
    expect(told).to_contain_text("at this threshold 0 % of them are missed")
    wait_until(page, lambda: "score=" not in page.url, "the address does not follow")  # it is the usual one


@pytest.mark.parametrize("score", ["elbo", "bound"])
def test_verdict_has_the_figures(page: Page, explorer: Server, score: str) -> None:
    """Scores that do about as well are said to do about as well, and what is missed follows the threshold."""
    auc = sets_of(table_of(MODEL))["turned"].auc[score]
    assert 0.75 <= auc < 0.97
    open_detect(page, explorer, more=f"&score={score}")
    told = page.get_by_text(
        f"It tells most apart: in about {round(100 * auc)} of 100 pairs with a test digit, turned digits have"
    )
    missed = rates(page)[1]
    assert missed > 100 * (1 - auc)
    expect(told).to_contain_text(f"the higher score, yet at this threshold {missed:g} % of them are missed.")
    slider(page).focus()
    page.keyboard.press("End")
    expect(told).to_contain_text("yet at this threshold 100 % of them are missed.")
    page.keyboard.press("Home")
    expect(told).to_contain_text("and at this threshold 0 % of them are missed.")


@pytest.mark.parametrize("model", [MODEL, "ae-2", "fashion-20"])
def test_table_has_the_models_figures(page: Page, explorer: Server, model: str) -> None:
    table = table_of(model)
    open_detect(page, explorer, model)
    page.get_by_text("All scores on all sets").click()
    shown = page.get_by_role("group", name="AUC of each score against each other set")
    names = {"Saving": "saving", "−ELBO": "elbo", "Reconstruction": "reconstruction", "KL": "kl"}
    names |= {"IW bound": "bound", "Typicality": "typicality"}
    columns = [names[text] for text in shown.locator("thead th").all_inner_texts()[1:]]
    assert set(columns) == set(ranges_of(table))
    rows = shown.locator("tbody tr")
    assert rows.count() == len(table.sets)
    for row, each in zip(rows.all(), table.sets, strict=True):
        assert row.locator("td").all_inner_texts() == [f"{each.auc[name]:.3f}" for name in columns]
        best = f"{max(each.auc.values()):.3f}"
        assert set(row.locator("strong").all_inner_texts()) == {best}


def test_without_a_table_the_pictures_own_scores_are_shown(page: Page, explorer: Server) -> None:
    write(explorer.models / "bare", Uses())
    open_detect(page, explorer, "own/bare")
    expect(page.get_by_text("python -m train evaluate bare --anomaly", exact=True)).to_be_visible()
    own = page.get_by_role("group", name="This picture, in nats")
    for name in ("elbo", "reconstruction", "kl", "bound", "saving"):
        expect(own.locator(f"[data-score={name}]")).to_have_text(re.compile(r"^−?[\d.]+(e\+\d+)?$"))
    expect(own).not_to_contain_text("Typicality")


def test_a_table_with_other_names_is_shown_as_it_is(page: Page, explorer: Server) -> None:
    """Of pictures that the page cannot make it shows the figures; the usual score and set are not in it."""
    anomaly = SMALL_USES.anomaly
    assert anomaly is not None
    comets = replace(anomaly, sets=(replace(anomaly.sets[0], name="comets", auc={"elbo": 0.75}),))
    write(explorer.models / "comets", Uses(anomaly=comets))
    open_detect(page, explorer, "own/comets")
    expect(pressed(page, "−ELBO")).to_be_visible()
    expect(pressed(page, "comets")).to_be_visible()
    expect(page.locator(".vx-det-roc-side strong")).to_have_text("0.750")
    expect(page.get_by_text("There are no pictures “comets” to show here")).to_be_visible()


def write(path: Path, uses: Uses) -> None:
    folder = replace(small_folder(), uses=uses)
    pictures = np.random.default_rng(1).integers(0, 256, (20, 28, 28), np.uint8)
    model_folder.write(folder, path, {"digits.png": picture_atlas.atlas_bytes(pictures)})


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("model", [MODEL, "ae-2"])
def test_axe_finds_nothing(open_page: OpenPage, explorer: Server, model: str, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    open_detect(page, explorer, model)
    page.get_by_text("How it is prepared").click()
    page.get_by_text("All scores on all sets").click()
    assert not violations(page)


@pytest.fixture
def said(page: Page) -> list[str]:
    """What the page sends by requests with a body, and through its WebSocket."""
    found: list[str] = []

    def on_request(request: Request) -> None:
        if request.post_data_buffer:
            found.append(f"{request.url} {request.post_data}")

    def on_frame(_: str | bytes) -> None:
        found.append("a message through the WebSocket")

    def on_socket(socket: WebSocket) -> None:
        socket.on("framesent", on_frame)

    page.on("request", on_request)
    page.on("websocket", on_socket)
    return found


def test_nothing_goes_to_the_server_but_settings(page: Page, explorer: Server, said: list[str]) -> None:
    open_detect(page, explorer)
    expect(page.get_by_role("region", name="Just on both sides of the threshold")).to_have_attribute(
        "data-scored", "100"
    )
    expect_idle(page)
    said.clear()
    before = verdict(page).inner_text()
    scribble(page)
    expect(verdict(page)).not_to_have_text(before)
    page.get_by_role("button", name="−ELBO", exact=True).click()
    page.get_by_role("button", name="Noise", exact=True).click()
    wait_until(page, lambda: any('"noise"' in each for each in said), "the settings were not sent")
    for each in said:
        assert SESSION_URL in each
        assert len(each) < 1000
        assert "drawing" not in each
