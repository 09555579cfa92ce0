"""Beside the picture: what a classifier reads it as, and where its code lies among all others."""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import ArrayLike, NDArray
from playwright.sync_api import Locator, Page, Route, expect
from scipy.spatial import cKDTree
from scipy.stats import chi

from tests.browser.pixels import torch_model
from tests.browser.visitor import (
    MODEL,
    MODULE,
    SHIPPED,
    Sent,
    expect_idle,
    open_view,
    picture,
    shipped,
    slider,
    type_value,
)
from tests.browser.waiting import wait_until
from tests.server import Server
from tests.unit.test_model_folder import small_folder
from train.evaluate.classifier import Classifier, open_classifier
from vae_explorer.catalog.latent_dims import used_dims
from vae_explorer.catalog.neighbour_distances import POSTERIOR, PRIOR, neighbour_distances
from vae_explorer.model.config import ModelConfig
from vae_explorer.storage import classifier_file, model_folder, picture_atlas
from vae_explorer.storage.model_folder import ModelFolder

# The page rounds to whole per cents; a float32 more or less may tip one over.
ROUNDING = 1


@functools.cache
def classifier(data_name: str) -> Classifier:
    return open_classifier(classifier_file.shipped_path(data_name), torch.device("cpu"))


def prediction(model: str, z: ArrayLike) -> NDArray[np.float64]:
    """The classifier's reading, in torch, of what torch decodes `z` `(D,)` to: percentages, one per class."""
    means = torch_model(model).decode(torch.tensor(np.asarray(z, np.float32)[np.newaxis]))
    probabilities: NDArray[np.float64] = classifier("mnist").predict(means).probabilities[0].double().numpy()
    return 100 * probabilities


def bars(page: Page) -> Locator:
    return page.get_by_role("group", name="A classifier reads this as").get_by_role("meter")


def shown_bars(page: Page) -> NDArray[np.float64]:
    """`(classes,)`: percentages, once as a screen reader has them and once as drawn."""
    read = (
        "bars => bars.map(bar => [+bar.ariaValueNow, bar.firstChild.getBoundingClientRect().width / bar.clientWidth])"
    )
    spoken, drawn = np.array(bars(page).evaluate_all(read)).T
    assert np.abs(spoken - 100 * drawn).max() <= 0.51
    return spoken


def expect_bars(page: Page, wanted: NDArray[np.float64]) -> None:
    wait_until(page, lambda: np.abs(shown_bars(page) - wanted).max() <= ROUNDING, f"the bars are not {wanted.round()}")


def where(page: Page) -> Locator:
    return page.get_by_role("group", name="How usual this code is")


def height_of(part: Locator) -> float:
    box = part.bounding_box()
    assert box is not None
    return box["height"]


def percent(share: float) -> str:
    """The words for a share, 0…1."""
    if share > 0.995:
        return "More than 99 %"
    return "Fewer than 1 %" if share < 0.005 else f"{100 * share:.0f} %"


def expected_words(folder: ModelFolder, z: ArrayLike) -> str:
    """What is said of a code of a model with a prior and no classes, by NumPy and SciPy."""
    z = np.asarray(z, np.float64)
    used = used_dims(folder)
    rows = neighbour_distances(folder)
    (limits,), (prior,) = rows[POSTERIOR], rows[PRIOR]
    distance = cKDTree(folder.codes["mu"][:, used]).query(z[used])[0]
    share = np.interp(distance, limits, np.linspace(0, 1, 101))
    words = "A usual code. Test digits have codes near it."
    if share > 0.97:
        words = "An unusual code. No test digit has a code near it."
    words += f" In figures {percent(share)} of the codes that the encoder samples lie closer to a test digit."
    if share > 0.97:
        beyond = 1 - np.interp(limits[97], prior, np.linspace(0, 1, 101))
        words += f" {percent(beyond)} of draws from N(0, I) are unusual too."
    words += f" {percent(chi.cdf(np.linalg.norm(z), len(z)))} of draws from N(0, I) lie closer to the centre."
    return words if share > 0.97 else f"{words} A usual code, too, may be drawn as a blend."


def code(**values: float) -> NDArray[np.float64]:
    """A code of 20 dimensions: `code(z3=1.5)` is 0 elsewhere."""
    z = np.zeros(20)
    for name, value in values.items():
        z[int(name[1:]) - 1] = value
    return z


def open_code(page: Page, server: Server, z: ArrayLike, model: str = MODEL) -> None:
    page.goto(f"{server.url}/?model={model}&z={','.join(f'{value:.2f}' for value in np.asarray(z))}")
    expect(picture(page)).not_to_have_attribute("data-frames", "0")


@pytest.mark.parametrize("model", SHIPPED)
def test_bars_show_what_the_classifier_predicts(page: Page, explorer: Server, model: str) -> None:
    seen = set()
    for z in (code(), *shipped(model).codes["mu"][:2].round(2)):
        open_code(page, explorer, z, model)
        expect(bars(page)).to_have_count(10)
        expect_bars(page, prediction(model, z))
        seen.add(int(prediction(model, z).argmax()))
    assert len(seen) > 1


def test_bars_and_words_follow_a_drag(page: Page, explorer: Server) -> None:
    sent = Sent(page)
    open_view(page, explorer)
    expect_idle(page)
    before = sent.count()
    box = slider(page, 1).bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    shown = set()
    for share in (0.65, 0.8, 0.95):
        page.mouse.move(box["x"] + share * box["width"], y)
        expect(slider(page, 1)).not_to_have_value("0")
        z = code(z1=float(slider(page, 1).input_value()))
        expect_bars(page, prediction(MODEL, z))
        expect(where(page)).to_have_text(expected_words(shipped(MODEL), z))
        shown.add(where(page).text_content())
    assert len(shown) > 1
    assert sent.count() == before
    page.mouse.up()


@pytest.mark.parametrize("model", ["mlp-20", "conv-20", "conv-2", "fashion-20"])
def test_words_about_a_code(page: Page, explorer: Server, model: str) -> None:
    folder = shipped(model)
    dim = folder.config.latent_dim
    random = np.random.default_rng(0)
    mu, log_var = folder.codes["mu"][:3], folder.codes["log_var"][:3]
    said = set()
    for z in (
        np.zeros(dim),
        *(mu + np.exp(log_var / 2) * random.standard_normal(mu.shape)),
        random.standard_normal(dim),
        np.full(dim, 2.5),
    ):
        rounded = z.round(2)
        open_code(page, explorer, rounded, model)
        words = expected_words(folder, rounded).replace("est digits", f"est {folder.data.nouns}")
        words = words.replace("est digit", f"est {folder.data.noun}")
        expect(where(page)).to_have_text(words)
        said.add(words.partition(".")[0])
    assert said == {"A usual code", "An unusual code"}


def test_prior_off_the_data_is_said(page: Page, explorer: Server) -> None:
    folder = shipped("mlp-20")
    random = np.random.default_rng(1)
    draws = (random.standard_normal(20).round(1) for _ in range(100))
    z = next(z for z in draws if expected_words(folder, z).startswith("An unusual"))
    open_code(page, explorer, z, "mlp-20")
    expect(where(page)).to_have_text(
        re.compile(r"^An unusual code\. .* [23]\d\s% of draws from N\(0,\sI\) are unusual too\.")
    )


def test_code_of_a_test_digit(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    page.get_by_role("button", name="Test digit of class 7", exact=True).click()
    expect(where(page)).to_have_text(
        re.compile(r"^A usual code\. It is the code of a test digit\. In figures \d+\s% of draws")
    )


# ---- the numbers themselves, in the page ----


def in_page(page: Page, body: str, argument: Any) -> Any:
    return page.evaluate(
        f"async (given) => {{ {MODULE} const distances = await module('space/distances.js'); {body} }}", argument
    )


def test_share_of_random_codes_that_lie_closer(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    dimensions = (1, 2, 3, 8, 20, 64, 255, 256)
    lengths = [0, 1e-6, *np.linspace(0.05, 25, 200).tolist(), 1000.0, 16000.0]
    body = "return given[0].map(d => given[1].map(r => { const z = Array(d).fill(0); z[d - 1] = -r; "
    found = np.array(in_page(page, body + "return distances.shareCloserToCentre(z); }));", [dimensions, lengths]))
    wanted = np.array([chi.cdf(lengths, d) for d in dimensions])
    assert np.abs(found - wanted).max() < 1e-12
    assert wanted.max() == 1


def test_share_below_a_value(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    percentiles = np.sort(np.random.default_rng(1).gamma(2, size=101)).astype(np.float32)
    percentiles[40:44] = percentiles[40]  # as where many distances are the same
    values = [*np.linspace(-0.1, 1.1 * percentiles[-1], 300).tolist(), *percentiles[45:60].tolist()]
    body = "return given[1].map(value => distances.shareBelow(Float32Array.from(given[0]), value));"
    found = np.array(in_page(page, body, [percentiles.tolist(), values]))
    assert np.abs(found - np.interp(values, percentiles, np.linspace(0, 1, 101))).max() < 1e-6


# ---- models of other kinds ----


def write(folder: ModelFolder, path: Path) -> None:
    pictures = {"digits.png": picture_atlas.atlas_bytes(np.zeros((folder.data.count, 28, 28), np.uint8))}
    model_folder.write(folder, path, pictures)


def test_nothing_moves_on_a_phone_while_the_words_change(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    held: list[Route] = []
    page.route("**/codes.safetensors", lambda route: held.append(route))  # noqa: PLW0108
    open_view(page, explorer)
    expect(where(page)).to_contain_text("Comparing with")
    heights = [height_of(where(page))]
    wait_until(page, lambda: bool(held), "the codes were not asked for")
    held[0].continue_()
    expect(where(page)).to_contain_text("closer to the centre")
    heights.append(height_of(where(page)))
    for dimension in range(1, 5):
        type_value(page, dimension, "3")
    expect(where(page)).to_contain_text("An unusual code.")
    heights.append(height_of(where(page)))
    assert len(set(heights)) == 1


def test_without_a_classifier_there_are_no_bars(page: Page, explorer: Server) -> None:
    write(small_folder(), explorer.models / "few")
    open_view(page, explorer, model="own/few")
    expect(where(page)).to_contain_text("closer to the centre")
    expect(page.get_by_role("meter")).to_have_count(0)
    expect(page.get_by_text("A classifier reads this as")).to_have_count(0)


def test_without_a_prior_nothing_is_said_of_random_codes(page: Page, explorer: Server) -> None:
    write(small_folder(ModelConfig("mlp", latent_dim=2, hidden=5, deterministic=True)), explorer.models / "plain")
    open_view(page, explorer, model="own/plain")
    expect(where(page)).to_have_text(
        re.compile(
            r"^An? (un)?usual code\. [A-Z][a-z ]+\. In figures [A-Za-z0-9 ]+\s% of the test digits lie closer to "
            r"another\.( A usual code, too, may be drawn as a blend\.)?$"
        )
    )
    expect(where(page).locator("[title]")).to_have_attribute(
        "title", re.compile(r"^(?!.*[Rr]andom)(?!.*prior)(?!.*posterior)")
    )


def test_codes_of_the_class_that_the_decoder_is_conditioned_on(page: Page, explorer: Server) -> None:
    folder = small_folder(ModelConfig("mlp", latent_dim=2, hidden=5, classes=10), count=400)
    # The codes of class 3 lie far from 0, all others around it.
    is_three = folder.codes["label"] == 3
    mu = 0.3 * folder.codes["mu"] + 5 * is_three[:, np.newaxis]
    write(replace(folder, codes=folder.codes | {"mu": mu.astype(np.float32)}), explorer.models / "conditional")
    open_view(page, explorer, model="own/conditional")
    words = where(page)
    expect(words).to_have_text(re.compile(r"^A usual code\. .* lie closer to a test digit of class 0\."))
    page.get_by_role("group", name="Class given to the decoder").get_by_role("button", name="3", exact=True).click()
    expect(words).to_have_text(re.compile(r"^An unusual code\. .* lie closer to a test digit of class 3\."))


@pytest.mark.console_errors(r"Failed to load resource")
def test_classifier_that_does_not_arrive(page: Page, explorer: Server) -> None:
    def say_gone(route: Route) -> None:
        route.fulfill(status=404, content_type="text/plain", body="gone")

    page.route("**/classifier.safetensors", say_gone)
    open_view(page, explorer)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("classifier.safetensors could not be fetched: the server answered 404")
    expect(picture(page)).not_to_have_attribute("data-frames", "0")
    page.unroute("**/classifier.safetensors")
    alert.get_by_role("button", name="Try again").click()
    expect_bars(page, prediction(MODEL, code()))
    expect(alert).to_have_count(0)
