"""t-SNE with custom settings on the Map page: computed on the server, queued, cancelled; downloads."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.visitor import MODEL, Sent, go_to, open_view, shipped
from tests.browser.waiting import wait_until
from tests.server import Server, serve
from tests.unit.test_tsne import child_map
from vae_explorer.storage import model_folder, picture_atlas
from vae_explorer.storage.model_folder import ModelFolder

COUNT = 60
# A child process imports scikit-learn, two seconds on an idle machine.
COMPUTED_MS = 300_000


def write_few(path: Path, landmarks: int = COUNT) -> ModelFolder:
    """A model with the first codes of a shipped one: its map takes a second."""
    source = shipped(MODEL)
    pictures = picture_atlas.read_atlas(picture_atlas.atlas_path(source), COUNT)
    codes = {
        name: array if name.startswith(("mixture_", "projection/pca/")) else array[:COUNT].copy()
        for name, array in source.codes.items()
    }
    data = replace(source.data, count=COUNT, sha256=picture_atlas.pictures_sha256(pictures))
    folder = replace(
        source, name=path.name, title="Few", codes=codes, data=data, made_by={"landmarks": {"tsne": landmarks}}
    )
    model_folder.write(folder, path, {"digits.png": picture_atlas.atlas_bytes(pictures)})
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that computes maps for the tests of this file alone: each has settings that no other test has."""
    with serve(tmp_path_factory.mktemp("explorer")) as server:
        write_few(server.models / "few")
        write_few(server.models / "coarse", landmarks=20)
        yield server


@pytest.fixture
def few(server: Server) -> ModelFolder:
    return model_folder.read(server.models / "few")


def settings(page: Page) -> Locator:
    """The part of the page that is about it, unfolded."""
    part = page.get_by_role("group").filter(has_text="Compute your own t-SNE").first
    if not field(page, "Perplexity").is_visible() and not cancel(page).is_visible():
        page.get_by_text("Compute your own t-SNE").click()
    return part


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("spinbutton", name=name, exact=True)


def cancel(page: Page) -> Locator:
    return page.get_by_role("button", name="Cancel", exact=True)


def compute(page: Page, perplexity: int, seed: int) -> None:
    settings(page)
    field(page, "Perplexity").fill(str(perplexity))
    field(page, "Seed").fill(str(seed))
    page.get_by_role("button", name="Compute", exact=True).click()


def status(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("status").filter(has_text=text)).to_be_visible(timeout=COMPUTED_MS)


def drawn(page: Page) -> NDArray[np.float64]:
    """`(N, 2)`: the points that Plotly has, in the order of the data set."""
    found = page.locator(".js-plotly-plot").evaluate(
        "plot => { const [{ x, y }] = plot._fullData; return [Array.from(x), Array.from(y)]; }"
    )
    return np.array(found).T


def expect_drawn(page: Page, wanted: NDArray[np.float32]) -> None:
    wait_until(page, lambda: np.array_equal(drawn(page).astype(np.float32), wanted), "other points are drawn")


def test_own_map_is_that_of_its_settings(server: Server, page: Page, few: ModelFolder) -> None:
    sent = Sent(page)
    open_view(page, server, "Map", "own/few")
    compute(page, 12, 3)
    expect(page.get_by_role("progressbar", name="Compute your own t-SNE")).to_be_visible()
    expect_drawn(page, few.codes["projection/tsne"])  # the map shown before stays while the other one is computed
    before = sent.count()
    status(page, "Done: perplexity 12, seed 3.")
    expect_drawn(page, child_map(few.codes["mu"], 12, 3))
    expect(page.get_by_text("t-SNE with perplexity 12 and seed 3 keeps close neighbours close")).to_be_visible()
    assert sent.count() == before, "the app itself was run for it"

    shown = page.get_by_role("group", name="t-SNE shown")
    shown.get_by_role("button", name="The model’s").click()
    expect_drawn(page, few.codes["projection/tsne"])
    shown.get_by_role("button", name="12 · seed 3").click()
    expect_drawn(page, child_map(few.codes["mu"], 12, 3))

    compute(page, 12, 3)  # known in this tab: no second one
    expect(shown.get_by_role("button")).to_have_count(2)
    go_to(page, "Morph")
    go_to(page, "Map")
    expect_drawn(page, child_map(few.codes["mu"], 12, 3))


@pytest.mark.console_errors(r"404.*/map/_stcore/")  # Streamlit looks for its own base path in the address
def test_link_brings_the_map_of_its_settings(server: Server, open_page: OpenPage, few: ModelFolder) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    open_view(page, server, "Map", "own/few")
    compute(page, 9, 4)
    status(page, "Done: perplexity 9, seed 4.")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Link copied")).to_be_visible()
    other = open_page()
    other.goto(page.evaluate("navigator.clipboard.readText()"))
    status(other, "Done: perplexity 9, seed 4.")
    expect_drawn(other, child_map(few.codes["mu"], 9, 4))

    settings(page).get_by_role("button", name="The model’s").click()
    page.get_by_role("button", name="Copy link").click()
    wait_until(page, lambda: "tsne=" not in page.evaluate("navigator.clipboard.readText()"), "another link is copied")


@pytest.mark.console_errors(r"404.*/map/_stcore/")
@pytest.mark.parametrize("words", ["4,0", "20,0", "9", "9,4294967296", "a,b"])
def test_link_with_settings_out_of_range_is_the_models_own_map(
    server: Server, page: Page, few: ModelFolder, words: str
) -> None:
    page.goto(f"{server.url}/map?model=own/few&projection=tsne&tsne={words}")
    expect_drawn(page, few.codes["projection/tsne"])
    settings(page)
    expect(page.get_by_role("button", name="Compute", exact=True)).to_be_visible()
    expect(page.get_by_role("progressbar", name="Compute your own t-SNE")).to_be_hidden()


def test_models_own_map_says_how_many_codes_were_laid_out(server: Server, page: Page) -> None:
    for model, sentences in (("own/coarse", 1), ("own/few", 0)):
        open_view(page, server, "Map", model)
        page.get_by_role("button", name="t-SNE", exact=True).click()
        expect(page.get_by_text("t-SNE keeps close neighbours close")).to_be_visible()
        placed = page.get_by_text("20 of the 60 codes were laid out, the others placed between their five nearest.")
        expect(placed).to_have_count(sentences)


def test_settings_out_of_range_are_not_sent(server: Server, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "vx/tsne" in request.url else None)
    open_view(page, server, "Map", "own/few")
    for value in ("4", "20", "7.5", ""):
        settings(page)
        field(page, "Perplexity").fill(value)
        page.get_by_role("button", name="Compute", exact=True).click()
        assert not field(page, "Perplexity").evaluate("input => input.checkValidity()"), value
        expect(cancel(page)).to_be_hidden()
    assert [url for url in asked if not url.endswith((".js", ".css"))] == []


def test_one_waits_for_the_other_and_goes_on_when_that_is_taken_back(server: Server, open_page: OpenPage) -> None:
    first, second = open_page(), open_page()
    open_view(first, server, "Map", MODEL)  # 10,000 codes: a minute at least
    open_view(second, server, "Map", "own/few")
    compute(first, 50, 1)
    status(first, re.compile("Finding each dot’s neighbours|Laying out"))
    compute(second, 9, 1)
    status(second, "2nd in line")
    go_to(second, "Samples")  # it is waited for on another page as well
    go_to(second, "Map")
    status(second, "2nd in line")
    cancel(first).click()
    expect(first.get_by_role("button", name="Compute")).to_be_visible()
    expect(first.get_by_role("group", name="t-SNE shown")).to_have_count(0)
    status(second, "Done: perplexity 9, seed 1.")
    expect(first.get_by_role("alert")).to_have_count(0)


def test_who_leaves_makes_room(server: Server, open_page: OpenPage) -> None:
    first, second = open_page(), open_page()
    open_view(first, server, "Map", MODEL)
    open_view(second, server, "Map", "own/few")
    compute(first, 50, 2)
    status(first, re.compile("Finding each dot’s neighbours|Laying out"))
    compute(second, 9, 2)
    status(second, "2nd in line")
    first.close()
    status(second, "Done: perplexity 9, seed 2.")


@pytest.mark.console_errors(r"ERR_CONNECTION_REFUSED|ERR_FAILED|503")
def test_what_went_wrong_is_said_and_can_be_tried_again(server: Server, page: Page) -> None:
    open_view(page, server, "Map", "own/few")
    page.route("**/vx/tsne", lambda route: route.fulfill(status=503, json={"message": "8 other maps are waiting."}))
    compute(page, 8, 8)
    alert = page.get_by_role("alert").filter(has_text="8 other maps are waiting.")
    expect(alert).to_be_visible()
    page.unroute("**/vx/tsne")
    page.route("**/vx/tsne", lambda route: route.abort())
    compute(page, 8, 8)
    expect(page.get_by_role("alert").filter(has_text="The server does not answer.")).to_be_visible()
    page.unroute("**/vx/tsne")
    compute(page, 8, 8)
    status(page, "Done: perplexity 8, seed 8.")
    expect(page.get_by_role("alert").filter(has_text="server")).to_have_count(0)


def test_downloads_hold_the_map_that_is_shown(server: Server, page: Page, few: ModelFolder) -> None:
    open_view(page, server, "Map", "own/few")
    assert table(page)["tsne1"] == [str(value) for value in few.codes["projection/tsne"][:, 0]]
    compute(page, 6, 0)
    status(page, "Done: perplexity 6, seed 0.")
    with page.expect_download() as download:
        page.get_by_role("link", name="NPZ").click()
    assert download.value.suggested_filename == "few-perplexity-6-seed-0.npz"
    with np.load(download.value.path()) as arrays:
        assert np.array_equal(arrays["tsne"], child_map(few.codes["mu"], 6, 0))
        assert np.array_equal(arrays["mu"], few.codes["mu"])


def table(page: Page) -> dict[str, list[str]]:
    """The columns of the CSV."""
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    text = Path(download.value.path()).read_text()
    rows = list(csv.DictReader(io.StringIO(text)))
    return {name: [row[name] for row in rows] for name in rows[0]}
