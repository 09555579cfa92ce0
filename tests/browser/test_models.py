"""Choosing among models; folders that are broken, new, or trained again while the app is open."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import StartExplorer
from tests.browser.pixels import decoded, expect_picture
from tests.browser.visitor import (
    MODEL,
    SHIPPED,
    ZOO,
    choose_model,
    expect_idle,
    expect_view,
    model_list,
    open_view,
    picture,
    shipped,
    slider,
    type_value,
    typed,
)
from tests.server import Server
from tests.unit.test_model_folder import DAMAGE, edit_json, small_folder
from vae_explorer.catalog.start_code import start_code
from vae_explorer.model.config import ModelConfig
from vae_explorer.storage import model_folder, picture_atlas


def write_model(path: Path, config: ModelConfig | None = None, overwrite: bool = False) -> Path:
    """A small model with test pictures of its own; its title is the folder's name."""
    folder = small_folder(config)
    pictures = {"digits.png": picture_atlas.atlas_bytes(np.zeros((folder.data.count, 28, 28), np.uint8))}
    model_folder.write(folder, path, pictures, overwrite)
    edit_json(lambda about: about.update(title=path.name))(path)
    return path


def look_again(page: Page) -> None:
    model_list(page).get_by_role("button", name="Refresh list").click()
    expect_idle(page)


def expect_choices(page: Page, titles: list[str]) -> None:
    """The shipped models, then these."""
    shown = model_list(page).locator(".vx-models-entry")
    expect(shown).to_have_count(len(ZOO) + len(titles))
    for title in titles:
        expect(model_list(page).get_by_text(title, exact=True)).to_be_visible()


def test_each_model_is_listed_with_what_it_shows(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    listed = model_list(page)
    expect_choices(page, [])
    for name in ZOO:
        about = shipped(name)
        expect(listed.get_by_text(about.title, exact=True)).to_be_visible()
        expect(listed.get_by_text(about.teaches)).to_be_visible()
        plain = about.config.deterministic
        figure = about.metrics["test_reconstruction" if plain else "test_negative_elbo"]["value"]
        figures = f"{about.config.latent_dim} dimensions · {'reconstruction' if plain else '−ELBO'} {figure:.1f} nats"
        expect(listed.get_by_text(figures).first).to_be_visible()
    expect(page.get_by_text("Cannot be opened")).to_have_count(0)


def test_choosing_changes_the_picture(page: Page, explorer: Server) -> None:
    first, second = SHIPPED
    open_view(page, explorer, model=first)
    expect_picture(picture(page), decoded(first, [20 * [0.0]])[0])
    for name in (second, first):
        choose_model(page, shipped(name).title)
        expect_view(page, "Morph")
        # The first came by a link, which says no code; the other opens with one that it draws clearly.
        z = 20 * [0.0] if name == first else start_code(shipped(name))["z"]
        expect_picture(picture(page), decoded(name, [z])[0])


@pytest.mark.console_errors(r"404.*/samples/_stcore/")  # Streamlit looks for its own base path in the address
def test_first_visitor_may_come_by_a_link_to_any_page(page: Page, start_explorer: StartExplorer) -> None:
    server = start_explorer()
    page.goto(f"{server.url}/samples?model={SHIPPED[0]}")
    expect_view(page, "Samples")
    shown = page.get_by_role("button", name=f"Model: {shipped(SHIPPED[0]).title}", exact=True)
    expect(shown).to_be_visible()


def test_broken_folders_are_listed_and_stop_nobody(page: Page, explorer: Server) -> None:
    for number, (damage, _) in enumerate(DAMAGE.values()):
        damage(write_model(explorer.models / f"broken-{number}"))
    write_model(explorer.models / "whole")
    open_view(page, explorer)
    expect_choices(page, ["whole"])
    listed = model_list(page)
    listed.get_by_text(f"Cannot be opened ({len(DAMAGE)})").click()
    for number, (_, sentence) in enumerate(DAMAGE.values()):
        entry = listed.get_by_text(f"broken-{number}", exact=True).locator("xpath=ancestor::li")
        expect(entry).to_contain_text(sentence)
    choose_model(page, "whole")
    expect(page.get_by_role("slider")).to_have_count(3)
    expect(picture(page)).not_to_have_attribute("data-frames", "0")
    choose_model(page, shipped(MODEL).title)
    expect(page.get_by_role("slider")).to_have_count(20)
    type_value(page, 1, "1")
    expect_picture(picture(page), decoded(MODEL, [[1.0] + 19 * [0.0]])[0])


def test_folders_come_and_go(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    expect_choices(page, [])

    path = write_model(explorer.models / "fresh")
    look_again(page)
    expect_choices(page, ["fresh"])
    choose_model(page, "fresh")
    expect(page.get_by_role("slider")).to_have_count(3)
    type_value(page, 3, "1.5")
    expect(picture(page)).not_to_have_attribute("data-frames", "0")

    # Trained again, with more dimensions: the old code fits no more.
    write_model(path, ModelConfig("conv", latent_dim=5, hidden=8, channels=4), overwrite=True)
    look_again(page)
    expect(page.get_by_role("slider")).to_have_count(5)
    start = start_code(model_folder.read(path))["z"]
    expect(typed(page, 3)).to_have_value(f"{start[2]:.2f}")
    expect(picture(page)).not_to_have_attribute("data-frames", "0")
    slider(page, 5).press("ArrowRight")
    expect(typed(page, 5)).not_to_have_value(f"{start[4]:.2f}")

    # Any answer of the explorer will do, not only the button's.
    shutil.rmtree(path)
    page.get_by_role("link", name="Morph", exact=True).click()
    expect_choices(page, [])
    expect(page.get_by_text("The model “own/fresh” cannot be opened any more.")).to_be_visible()
    expect(page.get_by_role("slider", name="z2", exact=True)).to_be_visible()
    expect(picture(page)).not_to_have_attribute("data-frames", "0")
