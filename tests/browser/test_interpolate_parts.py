"""Interpolate: arithmetic, traversals, links, every kind of model, and room on a laptop and a phone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.interpolate_page import (
    choose_stop,
    class_mean,
    download,
    expect_strip,
    large,
    linear,
    mu,
    named_test,
    open_part,
    pictures_of,
    read_png,
    read_strip,
    scrubber,
    spherical,
    stops,
    to_tiles,
)
from tests.browser.pixels import Pictures, decoded, expect_picture, read_picture, torch_model
from tests.browser.test_layout import overflow
from tests.browser.test_models import write_model
from tests.browser.visitor import (
    MODEL,
    expect_idle,
    expect_view,
    go_to,
    open_view,
    picture,
    shipped,
    shown_code,
    type_value,
)
from tests.server import Server
from vae_explorer.model.config import ModelConfig
from vae_explorer.storage import model_folder

PARTS = ("Between codes", "Arithmetic", "Traversals")


def terms_of(page: Page) -> list[str]:
    return page.get_by_role("list", name="Terms").get_by_role("listitem").all_inner_texts()


def test_sum_is_what_torch_decodes(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Interpolate")
    open_part(page, "Arithmetic")
    # It starts with a test digit, less the mean of its class, plus that of another.
    first, second = (int(shipped(MODEL).codes["label"][index]) for index in (0, 1))
    terms = [mu(0), class_mean(first), class_mean(second)]
    total = terms[0] - terms[1] + terms[2]
    for name, code in zip(("A", "B", "C", "A − B + C"), [*terms, total], strict=True):
        expect_picture(large(page, f"{name}: open in Morph"), decoded(MODEL, [code])[0])
    t = np.linspace(0, 1.5, 13)[:, None]
    expect_strip(page, "A + t (C − B)", decoded(MODEL, terms[0] + t * (terms[2] - terms[1])))
    expect(page.get_by_role("button", name="A − B + C: open in Morph").locator("xpath=..")).to_contain_text(
        f"|z| = {np.linalg.norm(total):.2f}"
    )

    # B becomes a test digit; the others stay.
    page.get_by_role("button", name="B Mean of class").click()
    page.get_by_role("button", name="Test digit of class 4", exact=True).click()
    entry = page.get_by_role("list", name="Terms").get_by_role("listitem").nth(1)
    expect(entry).to_contain_text("class 4")
    total = terms[0] - mu(named_test(entry)) + terms[2]
    result = page.get_by_role("button", name="A − B + C: open in Morph")
    expect_picture(result.locator("canvas"), decoded(MODEL, [total])[0])
    result.click()
    expect_view(page, "Morph")
    expect_picture(picture(page), decoded(MODEL, [total])[0])
    assert np.allclose(shown_code(page), total, atol=0.0051)


def used_dimensions() -> list[int]:
    """From 0, the one with the largest mean KL first; those below 0.01 nats are left out."""
    codes = shipped(MODEL).codes
    log_var = codes["log_var"].astype(np.float64)
    kl = 0.5 * (codes["mu"].astype(np.float64) ** 2 + np.exp(log_var) - 1 - log_var).mean(axis=0)
    return [int(dimension) for dimension in np.argsort(-kl) if kl[dimension] >= 0.01]


def traversal(code: np.ndarray, dimension: int) -> Pictures:
    z = np.tile(code, (13, 1))
    z[:, dimension] = np.linspace(-3, 3, 13)
    return decoded(MODEL, z)


def test_traversals_go_around_the_code_in_morph(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    type_value(page, 2, "1.2")
    type_value(page, 7, "-0.8")
    expect_idle(page)
    code = np.zeros(20)
    code[[1, 6]] = 1.2, -0.8
    go_to(page, "Interpolate")
    open_part(page, "Traversals")
    dimensions = used_dimensions()
    rows = page.get_by_role("tabpanel").get_by_role("group")
    names = rows.evaluate_all("rows => rows.map(row => row.getAttribute('aria-label'))")
    assert names == [f"z{dimension + 1}" for dimension in dimensions]
    for dimension in dimensions:
        expect_strip(page, f"z{dimension + 1}", traversal(code, dimension))

    name, body = download(page, "Download PNG")
    assert name == f"{MODEL}_traversals.png"
    sheet = read_png(body)
    left = sheet.shape[1] - 12 - 13 * 84
    for row, dimension in enumerate(dimensions):
        top = 12 + 26 + row * 88
        tiles = to_tiles(sheet[top : top + 84, left:-12])
        assert np.array_equal(tiles[:, ::3, ::3], read_strip(page, f"z{dimension + 1}"))
        assert sheet[top : top + 84, :left].min() < 64, "no name beside the row"
    assert sheet[:38, left:].min() < 64, "no values above the columns"

    pictures_of(page, "z2").get_by_role("button", name="z2 = −2.5: open in Morph").click()
    expect_view(page, "Morph")
    code[1] = -2.5
    assert np.allclose(shown_code(page), code)


def test_link_opens_the_same_elsewhere(open_page: OpenPage, explorer: Server) -> None:
    one = open_page(permissions=["clipboard-read", "clipboard-write"])
    open_view(one, explorer, "Samples")
    # A code with all its digits: a link holds two of them.
    one.get_by_role("gridcell", name="Sample 5", exact=True).click()
    expect_view(one, "Morph")
    type_value(one, 5, "1.2345")
    one.get_by_role("button", name="Keep", exact=True).click()
    expect(one.get_by_role("button", name="Bookmark 1", exact=True)).to_be_visible()
    expect_idle(one)
    go_to(one, "Interpolate")
    one.get_by_role("button", name="From Morph", exact=True).click()
    choose_stop(one, 2)
    one.get_by_role("button", name="Bookmark 1", exact=True).click()
    one.get_by_role("button", name="Add a stop").click()
    expect(stops(one)).to_have_count(3)
    one.get_by_role("checkbox", name="Return to start").check()
    # Between the hundredths, where only Play comes.
    one.get_by_role("button", name="Play", exact=True).click()
    expect(scrubber(one)).not_to_have_value("0.5")
    one.get_by_role("button", name="Pause", exact=True).click()
    expect_view(one, "Interpolate")
    one.get_by_role("button", name="Copy link").click()
    expect(one.get_by_text("Link copied")).to_be_visible()
    link = one.evaluate("navigator.clipboard.readText()")
    assert len(link) < 600

    other = open_page()
    # Streamlit looks for its own base path in the address of a page: come by the first page's, as its links do.
    other.goto(link.replace("/interpolate?", "/?"))
    expect_view(other, "Morph")
    assert shown_code(other)[4] == 1.23
    go_to(other, "Interpolate")
    expect(stops(other)).to_have_text(stops(one).all_inner_texts(), use_inner_text=True)
    expect(other.get_by_role("checkbox", name="Return to start")).to_be_checked()
    expect(scrubber(other)).to_have_value(scrubber(one).input_value())
    for name in ("Linear", "Spherical"):
        assert np.array_equal(read_strip(other, name), read_strip(one, name)), name
        at_scrubber = f"{name}, at this position"
        expect_picture(large(other, at_scrubber), read_picture(large(one, at_scrubber)), rounding=0)

    # The code in Morph is in the link as well.
    for visitor in (one, other):
        open_part(visitor, "Traversals")
    name = f"z{used_dimensions()[0] + 1}"
    assert np.array_equal(read_strip(other, name), read_strip(one, name))


def test_traversals_show_what_their_link_holds(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    open_view(page, explorer, "Samples")
    page.get_by_role("gridcell", name="Sample 5", exact=True).click()
    expect_view(page, "Morph")
    go_to(page, "Interpolate")
    open_part(page, "Traversals")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Link copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    code = np.array([float(value) for value in link.split("z=")[1].split("&")[0].split(",")])
    for dimension in used_dimensions()[:2]:
        expect_strip(page, f"z{dimension + 1}", traversal(code, dimension))


def test_link_that_names_no_code_of_this_model(page: Page, explorer: Server) -> None:
    page.goto(f"{explorer.url}/?model={MODEL}&path=paths!t99999~t1")
    expect_view(page, "Morph")
    page.get_by_role("link", name="Interpolate", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("This model has no code “t99999”")
    page.get_by_role("button", name="Start over").click()
    expect_view(page, "Interpolate")
    expect_strip(page, "Linear", decoded(MODEL, linear(mu(0), mu(1), np.linspace(0, 1, 13))))


def test_two_visitors_never_share_a_path(open_page: OpenPage, explorer: Server) -> None:
    one, other = open_page(), open_page()
    for visitor in (one, other):
        open_view(visitor, explorer, "Interpolate")
    one.get_by_role("button", name="Mean of class 6", exact=True).click()
    expect(stops(one).first).to_contain_text("Mean of class 6")
    go_to(other, "Samples")
    go_to(other, "Interpolate")
    expect(stops(other).first).to_contain_text("Test digit 0")


KINDS = {
    "two": ModelConfig("mlp", 2, 5),
    "plain": ModelConfig("mlp", 2, 5, deterministic=True),
    "conditional": ModelConfig("conv", 3, 8, 4, classes=10),
    "one": ModelConfig("mlp", 1, 5),
}


@pytest.fixture
def kinds(explorer: Server) -> Server:
    for name, config in KINDS.items():
        write_model(explorer.models / name, config)
    return explorer


def decoded_with(path: Path, z: np.ndarray, label: int | None) -> Pictures:
    """`decoded`, with a class for all pictures."""
    labels: Any = None if label is None else torch.full((len(z),), label)
    means = torch_model(str(path)).decode(torch.tensor(z, dtype=torch.float32), labels)
    return np.rint(255 * means[:, 0].numpy()).astype(np.uint8)


def test_every_kind_of_model(open_page: OpenPage, kinds: Server) -> None:
    t = np.linspace(0, 1, 13)
    for name, config in KINDS.items():
        page = open_page()
        open_view(page, kinds, "Interpolate", f"own/{name}")
        path = kinds.models / name
        codes = model_folder.read(path).codes
        a, b = codes["mu"][:2].astype(float)
        label = int(codes["label"][0]) if config.classes else None
        expect_strip(page, "Linear", decoded_with(path, linear(a, b, t), label))
        if config.latent_dim > 1:
            expect_strip(page, "Spherical", decoded_with(path, spherical(a, b, t), label))
        # Nothing is said of a prior where there is none.
        expect(page.get_by_text("90 % of codes from N(0, I) have")).to_have_count(0 if config.deterministic else 1)
        expect(page.get_by_text("trained without a prior:")).to_have_count(1 if config.deterministic else 0)
        expect(page.get_by_text("Classes are not interpolated")).to_have_count(1 if config.classes else 0)
        drawn = "as wide as the test codes" if config.deterministic else "N(0, I)"
        expect(page.get_by_role("button", name="Random", exact=True)).to_have_attribute(
            "title", re.compile(re.escape(drawn))
        )
        if config.classes:
            page.get_by_role("group", name="Class given to the decoder").get_by_role("button", name="7").click()
            expect_strip(page, "Linear", decoded_with(path, linear(a, b, t), 7))
            for _ in range(4):
                page.get_by_role("button", name="Add a stop").click()
            expect(stops(page)).to_have_count(6)
            assert overflow(page) == (0, 0), "six stops and a class have no room"
        open_part(page, "Arithmetic")
        expect(large(page, "A − B + C: open in Morph")).not_to_have_attribute("data-frames", "0")
        open_part(page, "Traversals")
        rows = page.get_by_role("tabpanel").get_by_role("group")
        if config.deterministic:
            expect(rows).to_have_count(config.latent_dim)
            expect(page.get_by_text("standard deviations (σ)")).to_be_visible()
        else:
            expect(page.get_by_text("largest mean KL come first")).to_be_visible()
        page.context.close()


def test_parts_fit_a_laptop(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Interpolate")
    for _ in range(4):
        page.get_by_role("button", name="Add a stop").click()
    expect(stops(page)).to_have_count(6)
    choose_stop(page, 6)
    for part in PARTS:
        open_part(page, part)
        expect_idle(page)
        assert overflow(page) == (0, 0), part


def test_parts_fit_a_phone(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    open_view(page, explorer)
    go_to(page, "Interpolate")
    assert len(read_strip(page, "Linear")) == 7
    for part in PARTS:
        open_part(page, part)
        assert overflow(page)[0] == 0, part
