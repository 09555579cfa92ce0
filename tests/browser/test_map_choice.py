"""Which projections the Map offers: those that the folder holds. UMAP, which needed no JavaScript of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.map_page import (
    choose,
    clear_points,
    expect_card,
    expect_ranges_around,
    marker_place,
    point_at,
    projected,
)
from tests.browser.pixels import decoded, expect_picture
from tests.browser.test_inset import Points, expect_ring, expect_stage
from tests.browser.visitor import MODEL, expect_view, map_stage, open_view, picture, shipped, shown_code
from tests.server import Server
from tests.unit.test_model_folder import small_folder
from vae_explorer.storage import model_folder, picture_atlas


def offered(page: Page) -> list[str]:
    return page.get_by_role("group", name="Projection").get_by_role("button").all_inner_texts()


def write(path: Path, *projections: str) -> None:
    """A small model with these projections alone, and one that no program knows."""
    folder = small_folder()
    kept = {f"projection/{name}" for name in projections}
    codes = {
        name: array
        for name, array in folder.codes.items()
        if not name.startswith("projection/") or "/".join(name.split("/")[:2]) in kept
    }
    codes["projection/unknown"] = np.zeros((folder.data.count, 2), np.float32)
    pictures = {"digits.png": picture_atlas.atlas_bytes(np.zeros((folder.data.count, 28, 28), np.uint8))}
    model_folder.write(replace(folder, codes=codes), path, pictures)


@pytest.mark.console_errors(r"404.*/map/_stcore/")  # Streamlit looks for its own base path in the address
def test_umap_is_pointed_at_linked_to_and_opened_in_morph(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    points, codes = projected(MODEL, "umap"), shipped(MODEL).codes
    open_view(page, explorer, "Map")
    assert offered(page) == ["PCA", "PCA 3-D", "t-SNE", "UMAP"]
    choose(page, "UMAP")
    expect_ranges_around(page, points)
    expect(page.get_by_text("UMAP keeps close neighbours close")).to_be_visible()
    expect(page.get_by_text("UMAP cannot be inverted")).to_be_visible()
    for index in clear_points(page, points)[:3]:
        point_at(page, points, index)
        expect_card(page, index, codes["label"][index])

    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Link copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert "projection=umap" in link
    other = open_page()
    other.goto(link)
    expect_view(other, "Map")
    expect(other.get_by_role("button", name="UMAP", exact=True)).to_have_attribute("aria-pressed", "true")
    expect_ranges_around(other, points)
    assert np.abs(marker_place(other) - marker_place(page)).max() < 1

    index = clear_points(other, points)[0]
    point_at(other, points, index)
    expect_card(other, index, codes["label"][index])
    other.mouse.down()
    other.mouse.up()
    expect_view(other, "Morph")
    assert np.abs(shown_code(other) - codes["mu"][index]).max() < 0.00501
    expect_picture(picture(other), decoded(MODEL, codes["mu"][index : index + 1])[0])
    # The inset has it too, and the ring of a test digit's own code lies on its point.
    other.get_by_role("button", name="UMAP", exact=True).click()
    expect_stage(other, "UMAP")
    expect_ring(other, Points(other, points).pixels(points[index]))


@pytest.mark.console_errors(r"404.*/map/_stcore/")
def test_only_projections_of_the_folder_are_offered(page: Page, explorer: Server) -> None:
    write(explorer.models / "both", "pca", "tsne")
    write(explorer.models / "flat", "tsne")
    write(explorer.models / "bare")
    for model, titles in (("both", ["PCA", "PCA 3-D", "t-SNE"]), ("flat", ["t-SNE"]), ("bare", ["PCA", "PCA 3-D"])):
        page.goto(f"{explorer.url}/map?model=own/{model}&projection=umap")  # a link to what it does not have
        expect(map_stage(page)).to_have_attribute("aria-busy", "false")
        assert offered(page) == titles
        expect(page.get_by_role("button", name=titles[0], exact=True)).to_have_attribute("aria-pressed", "true")
        own = page.get_by_text("Compute your own t-SNE")
        expect(own).to_be_visible() if "t-SNE" in titles else expect(own).to_be_hidden()
        expect(page.get_by_role("link", name="CSV")).to_be_visible()
