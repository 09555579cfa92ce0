"""Samples: what codes are drawn from, the prior or the mixture."""

from __future__ import annotations

import re

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import OpenPage
from tests.browser.pixels import decoded, difference
from tests.browser.samples_page import (
    choose_sampler,
    copy_link,
    grid,
    read_grid,
    sampler_button,
    set_seed,
    set_size,
)
from tests.browser.test_damage import expect_alert, say_gone
from tests.browser.test_small_set import write_small_set
from tests.browser.visitor import MODEL, MODULE, Sent, choose_model, expect_idle, expect_view, go_to, open_view, shipped
from tests.server import Server

MIXTURE_FILE = "**/mixture.safetensors"

DRAW = f"""
async ([tensors, draws]) => {{
  {MODULE}
  const {{ SAMPLERS }} = await module("samplers/registry.js");
  return Array.from(SAMPLERS.mixture.draw(tensors, draws));
}}
"""


def drawn_codes(page: Page, model: str, count: int, seed: int, temperature: float = 1) -> NDArray[np.float64]:
    """`(count, D)`: what the page's own mixture says, with the tensors of the model folder."""
    codes = shipped(model).codes
    names = (name for name in codes if name.startswith("mixture_"))
    tensors = {name: {"shape": codes[name].shape, "data": codes[name].ravel().tolist()} for name in names}
    dim = codes["mu"].shape[1]
    draws = {"count": count, "dim": dim, "temperature": temperature, "seed": seed}
    return np.reshape(page.evaluate(DRAW, [tensors, draws]), (count, dim))


@pytest.mark.parametrize(("model", "label"), [("mlp-20", None), ("ae-2", None), ("cvae-8", 6)])
def test_mixture_is_what_torch_decodes_its_codes_to(
    page: Page, explorer: Server, model: str, label: int | None
) -> None:
    open_view(page, explorer, "Samples", model)
    set_size(page, 4)
    set_seed(page, 7)
    if label is not None:
        page.get_by_role("group", name="Class given to the decoder").get_by_role("button", name=str(label)).click()
    prior = read_grid(page, 4)
    choose_sampler(page, "Mixture")
    mixture = read_grid(page, 4)
    assert difference(mixture, decoded(model, drawn_codes(page, model, 16, 7), label)) <= 1
    assert difference(mixture, prior) > 50
    choose_sampler(page, "Prior")
    assert np.array_equal(read_grid(page, 4), prior)


def test_mixture_is_fetched_when_it_is_chosen(page: Page, explorer: Server) -> None:
    fetched: list[str] = []

    def listen(request: Request) -> None:
        if request.url.endswith("/mixture.safetensors"):
            fetched.append(request.url)

    page.on("request", listen)
    open_view(page, explorer, "Samples")
    read_grid(page, 8)
    assert not fetched
    choose_sampler(page, "Mixture")
    read_grid(page, 8)
    assert len(fetched) == 1


def test_temperature_scales_how_far_codes_stray_from_their_component(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Samples")
    set_size(page, 4)
    choose_sampler(page, "Mixture")
    temperature = page.get_by_role("slider", name="Temperature")
    for key, value in (("End", 2.0), ("Home", 0.0)):
        temperature.press(key)
        expect(page.get_by_role("status").get_by_text(f"{value:.2f}", exact=True)).to_be_visible()
        assert difference(read_grid(page, 4), decoded(MODEL, drawn_codes(page, MODEL, 16, 1, value))) <= 1
    means = shipped(MODEL).codes["mixture_means"]
    cold = drawn_codes(page, MODEL, 16, 1, 0)
    assert np.abs(cold[:, None] - means[None]).max(axis=2).min(axis=1).max() == 0


def test_words_say_what_is_drawn_from_and_what_a_classifier_makes_of_it(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Samples")
    expect(page.get_by_text("z ~ N(0, temperature² I)", exact=True)).to_be_visible()
    expect(
        page.get_by_text("A classifier is sure of 56.8 % of such samples; of the test digits, 98.5 %.")
    ).to_be_visible()
    choose_sampler(page, "Mixture")
    expect(page.get_by_text("z = mₖ + temperature × Lₖ ε, ε ~ N(0, I)", exact=True)).to_be_visible()
    expect(page.get_by_text("Mixture: Gaussians fitted to the codes of the training digits;")).to_be_visible()
    sentence = "A classifier is sure of 95.5 % of such samples; of the test digits, 98.5 %."
    expect(page.get_by_text(sentence, exact=True)).to_be_visible()
    # What was measured was measured at temperature 1.
    page.get_by_role("slider", name="Temperature").press("ArrowLeft")
    expect(page.get_by_text(f"At temperature 1: {sentence}", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("model", "prior", "mixture"),
    [
        ("ae-2", "trained without a prior", "Gaussians fitted to the codes of the training digits;"),
        ("cvae-8", "of such samples, all classes together;", "the same for every class;"),
        ("fashion-20", "of the test pictures, 76.3 %", "Gaussians fitted to the codes of the training pictures;"),
    ],
)
def test_words_are_true_of_every_kind(page: Page, explorer: Server, model: str, prior: str, mixture: str) -> None:
    open_view(page, explorer, "Samples", model)
    expect(page.get_by_text(prior)).to_be_visible()
    choose_sampler(page, "Mixture")
    expect(page.get_by_text(mixture)).to_be_visible()
    expect(page.get_by_text("without a prior")).to_have_count(0)


def test_choice_is_kept_for_each_model(page: Page, explorer: Server) -> None:
    sent = Sent(page)
    open_view(page, explorer, "Samples")
    expect_idle(page)
    since = sent.count()
    choose_sampler(page, "Mixture")
    shown = read_grid(page, 8)
    settings = {"sampler": "mixture", "size": 8, "temperature": 1, "seed": 1, "label": None}
    sent.expect_values(since, "settings", [settings])
    go_to(page, "Morph")
    go_to(page, "Samples")
    expect(sampler_button(page, "Mixture")).to_have_attribute("aria-pressed", "true")
    assert np.array_equal(read_grid(page, 8), shown)
    choose_model(page, shipped("ae-2").title)
    expect(sampler_button(page, "Prior")).to_have_attribute("aria-pressed", "true")
    choose_model(page, shipped(MODEL).title)
    expect(sampler_button(page, "Mixture")).to_have_attribute("aria-pressed", "true")


def test_link_opens_the_same_grid_in_another_browser(open_page: OpenPage, explorer: Server) -> None:
    one = open_page(permissions=["clipboard-read", "clipboard-write"])
    open_view(one, explorer, "Samples")
    assert "sampler" not in copy_link(one)
    choose_sampler(one, "Mixture")
    set_seed(one, 7)
    set_size(one, 4)
    shown = read_grid(one, 4)
    link = copy_link(one)
    assert "&sampler=mixture" in link
    other = open_page()
    # Streamlit looks for its own base path in the address of a page: come by the first page's, as its links do.
    other.goto(link.replace("/samples?", "/?"))
    expect_view(other, "Morph")
    go_to(other, "Samples")
    expect(sampler_button(other, "Mixture")).to_have_attribute("aria-pressed", "true")
    assert np.array_equal(read_grid(other, 4), shown)


def test_file_name_says_that_it_is_the_mixture(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Samples")
    set_size(page, 4)
    choose_sampler(page, "Mixture")
    read_grid(page, 4)
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download PNG").click()
    assert coming.value.suggested_filename == f"{MODEL}_mixture_samples_seed-1_temperature-1.00_4x4.png"


@pytest.mark.console_errors("404")
def test_mixture_that_does_not_arrive(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Samples")
    prior = read_grid(page, 8)
    page.route(MIXTURE_FILE, say_gone)
    choose_sampler(page, "Mixture")
    alert = expect_alert(page, r"mixture\.safetensors could not be fetched: the server answered 404")
    expect(page.get_by_role("button", name="Download PNG")).to_be_disabled()
    page.unroute(MIXTURE_FILE)
    alert.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("button", name="Download PNG")).to_be_enabled()
    assert difference(read_grid(page, 8), prior) > 50


def test_nothing_is_said_of_a_model_that_was_not_measured(page: Page, explorer: Server) -> None:
    write_small_set(explorer.models / "few")
    open_view(page, explorer, "Samples", "own/few")
    for title in ("Prior", "Mixture"):
        choose_sampler(page, title)
        read_grid(page, 8)
        expect(page.get_by_text(re.compile(rf"^{title}: "))).to_be_visible()
        expect(page.get_by_text("A classifier is sure")).to_have_count(0)
    expect(grid(page)).to_be_visible()
