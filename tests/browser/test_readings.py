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
from tests.browser.visitor import MODEL, SHIPPED, Sent, expect_idle, open_view, picture, shipped, slider, type_value
from tests.browser.waiting import wait_until
from tests.server import Server
from tests.unit.test_model_folder import small_folder
from train.evaluate.classifier import Classifier, open_classifier
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
    return page.get_by_role("group", name="Where this code lies")


def height_of(part: Locator) -> float:
    box = part.bounding_box()
    assert box is not None
    return box["height"]


def expect_share(page: Page, share: str, others: str) -> None:
    """The figure behind the words about the nearest code; `share` is a pattern."""
    expect(where(page)).to_have_attribute("title", re.compile(rf" {share} of the {others} have a nearer neighbour\.$"))


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
        expect(where(page)).to_contain_text(centre(z))
        shown.add(where(page).text_content())
    assert len(shown) > 1
    assert sent.count() == before
    page.mouse.up()


def centre(z: NDArray[np.float64]) -> str:
    """The words about the distance from the centre, with SciPy's chi distribution."""
    share = 100 * chi.cdf(np.linalg.norm(z), len(z))
    if share < 0.5:
        return "Fewer than 1 %"
    return "More than 99 %" if share > 99.5 else f"{share:.0f} % of random codes lie closer to the centre"


def test_words_about_a_code(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    # Too near to all: of the sum of twenty squares hardly any is 0.
    expect(where(page)).to_contain_text(
        "At the very centre. Fewer than 1 % of random codes lie closer to the centre; the nearest"
    )
    # A test digit's own code.
    page.get_by_role("button", name="Test digit of class 7", exact=True).click()
    expect(where(page)).to_have_text(re.compile(r"^On the map\. .*; it is the code of a test digit\.$"))
    open_code(page, explorer, 20 * [3.0])
    expect(where(page)).to_have_text(
        "Off the map. More than 99 % of random codes lie closer to the centre; the nearest test digit is far away."
    )
    expect_share(page, "more than 99 %", "test digits")


def test_a_code_of_usual_length_may_lie_in_a_gap(page: Page, explorer: Server) -> None:
    mu = shipped(MODEL).codes["mu"]
    tree = cKDTree(mu)
    usual = np.quantile(tree.query(mu[:500], k=2)[0][:, 1], [0.95, 1])
    # One value a dimension is enough: a draw that lies clearly between "farther than usual" and "far away".
    draws = np.random.default_rng(0).standard_normal((200, 20)).round(1)
    distances = tree.query(draws)[0]
    z = draws[np.abs(distances - (usual[0] + usual[1]) / 2).argmin()]
    assert 1.05 * usual[0] < tree.query(z)[0] < 1.2 * usual[1]
    open_code(page, explorer, z)
    expect(where(page)).to_have_text(
        re.compile(
            rf"^In a gap on the map\. {centre(z)}; the nearest test digit is farther away than test digits usually are "
            r"from each other\.$"
        )
    )
    expect_share(page, "9[5-9] %", "test digits")


# ---- the numbers themselves, in the page ----

MODULE = """
const fetched = performance.getEntriesByType("resource");
const module = await import(fetched.find(({ name }) => name.endsWith("/distances.js")).name);
"""


def in_page(page: Page, body: str, argument: Any) -> Any:
    return page.evaluate(f"async (given) => {{ {MODULE} {body} }}", argument)


def test_share_of_random_codes_that_lie_closer(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    dimensions = (1, 2, 3, 8, 20, 64, 255, 256)
    lengths = [0, 1e-6, *np.linspace(0.05, 25, 200).tolist(), 1000.0, 16000.0]
    body = "return given[0].map(d => given[1].map(r => { const z = Array(d).fill(0); z[d - 1] = -r; "
    found = np.array(in_page(page, body + "return module.shareCloserToCentre(z); }));", [dimensions, lengths]))
    wanted = np.array([chi.cdf(lengths, d) for d in dimensions])
    assert np.abs(found - wanted).max() < 1e-12
    assert wanted.max() == 1


@pytest.mark.parametrize("label", [None, 3])
def test_usual_distances(page: Page, explorer: Server, label: int | None) -> None:
    open_view(page, explorer)
    random = np.random.default_rng(1)
    mu = random.standard_normal((250, 5)).astype(np.float32)  # fewer than are taken as a sample, so all are
    labels = random.integers(0, 10, len(mu))
    kept = mu if label is None else mu[labels == label]
    z = random.standard_normal(5)
    body = """
      const [mu, label, only, z] = given;
      const codes = { mu: Float32Array.from(mu.flat()), count: mu.length, label: Uint8Array.from(label) };
      const near = new module.Neighbourhood(codes, only);
      return [near.nearest(z), [...await near.neighbourDistances(new AbortController().signal)]];
    """
    distance, usual = in_page(page, body, [mu.tolist(), labels.tolist(), label, z.tolist()])
    tree = cKDTree(kept.astype(np.float64))
    assert distance == pytest.approx(tree.query(z)[0], abs=1e-6)
    assert np.abs(np.array(usual) - np.sort(tree.query(kept, k=2)[0][:, 1])).max() < 1e-6


def test_sample_for_the_usual_distances(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    mu = shipped(MODEL).codes["mu"][:3000]
    body = """
      const codes = { mu: Float32Array.from(given.flat()), count: given.length, label: new Uint8Array(given.length) };
      return [...await new module.Neighbourhood(codes, null).neighbourDistances(new AbortController().signal)];
    """
    usual = np.array(in_page(page, body, mu.tolist()))
    everyone = np.sort(cKDTree(mu.astype(np.float64)).query(mu, k=2)[0][:, 1])
    assert len(usual) == 300
    nearest = everyone[np.clip(np.searchsorted(everyone, usual), 1, len(everyone) - 1)]
    assert np.abs(nearest - usual).max() < 1e-2
    # A fair sample has the same middle: the deviation of its median is some 0.03 here.
    assert np.median(usual) == pytest.approx(np.median(everyone), abs=0.12)


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
    expect(where(page)).to_contain_text("In a gap on the map.")
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
    expect(where(page)).to_have_text(re.compile(r"the map\. The nearest test digit is [a-z ]+\.$"))
    expect_share(page, "[a-z0-9 ]+ %", "test digits")
    expect(where(page)).to_have_attribute("title", re.compile(r"^(?!.*[Rr]andom)(?!.*prior)"))


def test_codes_of_the_class_that_the_decoder_is_conditioned_on(page: Page, explorer: Server) -> None:
    folder = small_folder(ModelConfig("mlp", latent_dim=2, hidden=5, classes=10), count=400)
    # The codes of class 3 lie far from 0, all others around it.
    is_three = folder.codes["label"] == 3
    mu = 0.3 * folder.codes["mu"] + 5 * is_three[:, np.newaxis]
    write(replace(folder, codes=folder.codes | {"mu": mu.astype(np.float32)}), explorer.models / "conditional")
    open_view(page, explorer, model="own/conditional")
    words = where(page)
    expect(words).to_have_text(
        re.compile(
            r"^At the very centre\. .*the nearest test digit of class 0 is about as close as these "
            r"are to each other\.$"
        )
    )
    expect_share(page, r"\d+ %", "test digits of class 0")
    page.get_by_role("group", name="Class given to the decoder").get_by_role("button", name="3", exact=True).click()
    expect(words).to_have_text(re.compile(r"^Off the map\. .*the nearest test digit of class 3 is far away\.$"))
    expect_share(page, "more than 99 %", "test digits of class 3")


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
