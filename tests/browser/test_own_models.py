"""A model that the browser keeps is one of the list: all pages work on it, and no file of it comes from the server."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NextServer, OpenPage
from tests.browser.modules_page import modules_server
from tests.browser.pixels import decoded, expect_picture
from tests.browser.test_models import look_again
from tests.browser.test_trained_model_files import saved, unpacked
from tests.browser.visitor import (
    MODULE,
    choose_model,
    expect_idle,
    expect_view,
    go_to,
    model_list,
    open_view,
    picture,
    shown_code,
    type_value,
)
from tests.server import Server
from vae_explorer.catalog import manifest as manifests
from vae_explorer.catalog.page_files import page_bytes
from vae_explorer.catalog.start_code import start_code
from vae_explorer.storage import model_folder
from vae_explorer.storage.model_folder import ModelFolder

TITLE = "Anna’s digits"


@pytest.fixture(scope="module")
def modules() -> Iterator[str]:
    with modules_server() as url:
        yield url


class Saved:
    """A model that was saved in some browser: the file, and the folder in it."""

    def __init__(self, file: Path, folder: ModelFolder) -> None:
        self.file = file
        self.folder = folder

    def name(self) -> str:
        return str(self.folder.path)


@pytest.fixture
def model(open_page: OpenPage, modules: str, tmp_path: Path) -> Saved:
    made = saved(open_page(new_tab=True), modules)
    file = tmp_path / "mine-3.zip"
    file.write_bytes(base64.b64decode(made["zip"]))
    return Saved(file, model_folder.read(unpacked(made, tmp_path)))


def open_file(page: Page, file: Path) -> None:
    model_list(page).get_by_label("Open a saved model").and_(page.locator("input")).set_input_files(file)


def own_id(page: Page) -> str:
    page.wait_for_url("**model=mine/*")
    return page.url.partition("model=")[2].partition("&")[0]


def open_own(page: Page, explorer: Server, model: Saved) -> None:
    open_view(page, explorer)
    open_file(page, model.file)
    expect(page.get_by_role("button", name=f"Model: {TITLE}", exact=True)).to_be_visible()
    expect_idle(page)
    expect_view(page, "Morph")


def test_all_pages_work_and_the_server_is_asked_for_none_of_its_files(
    open_page: OpenPage, explorer: Server, model: Saved
) -> None:
    page = open_page(new_tab=True, reduced_motion="reduce")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_own(page, explorer, model)
    start = start_code(model.folder)["z"]
    assert np.allclose(shown_code(page), start)
    expect_picture(picture(page), decoded(model.name(), [start])[0])
    for view in ("Encode", "Samples", "Map", "Interpolate", "Uses"):
        go_to(page, view)
        expect(page.get_by_role("alert")).to_have_count(0)
    assert not [url for url in asked if "/mine/" in url.partition("?")[0]]


def test_uses_say_how_to_measure_it(open_page: OpenPage, explorer: Server, model: Saved) -> None:
    """Where no command reaches a model: it is a folder first."""
    page = open_page(new_tab=True, reduced_motion="reduce")
    open_own(page, explorer, model)
    go_to(page, "Uses")
    for tab, option in (("Repair", "imputation"), ("Detect", "anomaly"), ("Augment", "augmentation")):
        page.get_by_role("tab", name=tab).click()
        if tab == "Augment":
            page.get_by_text("Measured: do variations help a classifier?").click()
        command = page.get_by_text(f"python -m train evaluate mine-3 --{option}", exact=True)
        expect(command).to_be_visible()
        expect(command.locator("..")).to_contain_text("save it from the list of models, unpack it in the folder")


# Streamlit looks for its server below the address of a page first.
@pytest.mark.console_errors("map/_stcore")
def test_a_reload_and_another_tab_find_it(open_page: OpenPage, explorer: Server, model: Saved) -> None:
    page = open_page(new_tab=True, reduced_motion="reduce")
    open_own(page, explorer, model)
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Only this browser has the model")).to_be_visible()
    go_to(page, "Map")
    expect(page.get_by_role("group", name="Download")).to_be_hidden()  # what the server would make
    own_id(page)
    page.reload()
    expect_view(page, "Map")
    expect(page.get_by_role("button", name=f"Model: {TITLE}", exact=True)).to_be_visible()
    other = page.context.new_page()
    other.goto(page.url)
    expect_view(other, "Map")
    expect(other.get_by_role("button", name=f"Model: {TITLE}", exact=True)).to_be_visible()
    other.close()


def test_a_link_elsewhere_is_one_sentence(open_page: OpenPage, explorer: Server, model: Saved) -> None:
    page = open_page(new_tab=True, reduced_motion="reduce")
    open_own(page, explorer, model)
    link = f"{explorer.url}/?model={own_id(page)}"
    elsewhere = open_page(new_tab=True)
    elsewhere.goto(link)
    expect(elsewhere.get_by_text("The model of this link is not in this browser")).to_be_visible()
    expect_view(elsewhere, "Morph")


def test_chosen_again_saved_and_removed(open_page: OpenPage, explorer: Server, model: Saved, tmp_path: Path) -> None:
    page = open_page(new_tab=True, reduced_motion="reduce")
    open_own(page, explorer, model)
    choose_model(page, "Two dimensions")
    choose_model(page, TITLE)
    expect_view(page, "Morph")
    own_id(page)
    with page.expect_download() as started:
        model_list(page).get_by_role("button", name=f"Save: {TITLE}").click()
    again = tmp_path / "again.zip"
    started.value.save_as(again)
    with zipfile.ZipFile(model.file) as one, zipfile.ZipFile(again) as other:
        assert other.namelist() == sorted(one.namelist())
        assert all(one.read(name) == other.read(name) for name in one.namelist())
    model_list(page).get_by_role("button", name=f"Remove: {TITLE}").click()
    model_list(page).get_by_role("button", name=f"Remove for good?: {TITLE}").click()
    expect(model_list(page).get_by_role("button", name=f"Save: {TITLE}")).to_have_count(0)
    page.reload()
    expect(page.get_by_text("The model of this link is not in this browser")).to_be_visible()


# What the browser says of a server that is away.
@pytest.mark.console_errors(
    r"Failed to load resource|WebSocket connection|ERR_CONNECTION|reaching server endpoint|server is not responding"
)
def test_the_server_is_restarted(open_page: OpenPage, model: Saved, next_server: NextServer) -> None:
    page = open_page(new_tab=True, reduced_motion="reduce")
    with next_server() as server:
        open_own(page, server, model)
        own_id(page)
        type_value(page, 2, "1.25")
        before = shown_code(page)
    expect(page.locator("[data-vx-connection]")).to_contain_text("This page works on")
    with next_server():
        go_to(page, "Samples")
        expect(page.get_by_role("button", name=f"Model: {TITLE}", exact=True)).to_be_visible()
        go_to(page, "Morph")
        assert np.allclose(shown_code(page), before)


FILES = (
    f"async ([id]) => {{ {MODULE}"
    + """
  const { ownFile } = await module("own/page_files.js");
  const found = {};
  for (const name of ["decoder", "encoder", "codes"]) {
    const buffer = await ownFile({ url: `${id}/${name}.safetensors` });
    let text = "";
    for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte);
    found[name] = btoa(text);
  }
  const { openOwnModels } = await module("own/own_models.js");
  const store = await openOwnModels();
  found.facts = (await store.get(id.slice(5))).facts;
  store.close();
  return found;
}
"""
)


def test_facts_and_files_are_those_of_a_folder(open_page: OpenPage, explorer: Server, model: Saved) -> None:
    from safetensors.numpy import load

    page = open_page(new_tab=True, reduced_motion="reduce")
    open_own(page, explorer, model)
    found: dict[str, Any] = page.evaluate(FILES, [own_id(page)])
    folder, told = model.folder, found["facts"]
    assert np.allclose(told["mean_kl"], folder.mean_kl, rtol=1e-5, atol=1e-6)
    start = start_code(folder)
    assert (told["start"], told["start_label"]) == (start["z"], start["label"])
    assert manifests.limit_of(told["reach"]) == manifests.slider_limit(folder)
    wanted = page_bytes(folder)
    for kind in ("decoder", "encoder", "codes"):
        mine, theirs = load(base64.b64decode(found[kind])), load(wanted[kind])
        assert mine.keys() == theirs.keys(), kind
        for name, array in theirs.items():
            if name.startswith("neighbour_distance/"):  # other noise
                assert np.allclose(mine[name][:, 5:96], array[:, 5:96], rtol=0.15, atol=0.02), name
            else:
                assert mine[name].dtype == array.dtype, name
                assert np.allclose(mine[name].astype(float), array.astype(float), rtol=1e-4, atol=1e-4), name


def pack(into: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as file:
        for name, body in files.items():
            file.writestr(name, body)
    return into


def test_what_is_no_model_is_one_sentence(open_page: OpenPage, explorer: Server, model: Saved, tmp_path: Path) -> None:
    page = open_page(new_tab=True, reduced_motion="reduce")
    open_view(page, explorer)
    with zipfile.ZipFile(model.file) as file:
        files = {name: file.read(name) for name in file.namelist()}
    about = json.loads(files["mine-3/model.json"])

    def with_about(**change: object) -> dict[str, bytes]:
        return files | {"mine-3/model.json": json.dumps(about | change).encode()}

    weights = files["mine-3/weights.safetensors"]
    cases: list[tuple[bytes | dict[str, bytes], str]] = [
        (b"no zip at all, and then some", "This is not a zip file."),
        (model.file.read_bytes()[:-100], "cut short"),
        ({"readme.txt": b"hello"}, "no model.json is in it"),
        (files | {"other/model.json": b"{}"}, "more than one model"),
        (with_about(format="a thesis"), "This is no model of this program"),
        (with_about(format_version=9), "format version 9"),
        (with_about(model=about["model"] | {"architecture": "conv"}), "cannot be opened from a file here"),
        (with_about(data=about["data"] | {"name": "constructor"}), "cannot be opened from a file here"),
        (with_about(title="two\nlines"), "the field title has no right value"),
        (files | {"mine-3/weights.safetensors": weights[: len(weights) // 2]}, "no readable numbers"),
        (with_about(model=about["model"] | {"hidden": 41}), "is missing or of a wrong size"),
        ({name: body for name, body in files.items() if "codes" not in name}, "no file codes.safetensors"),
        ({f"mine-3/{number}": b"" for number in range(30)}, "more than a model does"),
    ]
    for number, (content, sentence) in enumerate(cases):
        path = tmp_path / f"{number}.zip"
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            pack(path, content)
        open_file(page, path)
        expect(model_list(page).get_by_role("status")).to_contain_text(sentence)
    look_again(page)
    expect(model_list(page).get_by_role("button", name=f"Save: {TITLE}")).to_have_count(0)
    # Packed by another program, it opens.
    open_file(page, pack(tmp_path / "packed.zip", files))
    expect(page.get_by_role("button", name=f"Model: {TITLE}", exact=True)).to_be_visible()
