"""Models of two dimensions: Map and Morph's inset both show z1 and z2 themselves."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.map_page import (
    clear_points,
    expect_card,
    expect_ranges_around,
    frame,
    leave_the_map,
    marker_place,
    point_at,
)
from tests.browser.test_inset import stage
from tests.browser.visitor import expect_view, go_to, map_stage, open_view, shipped, shown_code
from tests.server import Server


@pytest.mark.console_errors(r"404.*/map/_stcore/")  # Streamlit looks for its own base path in the address
@pytest.mark.parametrize("model", ["conv-2", "ae-2"])
@pytest.mark.parametrize("query", ["", "&projection=pca"])
def test_map_of_a_plane_shows_the_codes_themselves(page: Page, explorer: Server, model: str, query: str) -> None:
    codes = shipped(model).codes
    z = codes["mu"][7].round(2)
    page.goto(f"{explorer.url}/map?model={model}&z={z[0]:.2f},{z[1]:.2f}{query}")
    expect_view(page, "Map")
    offered = page.get_by_role("group", name="Projection").get_by_role("button")
    expect(offered).to_have_text(["z1, z2", "t-SNE", "UMAP"])
    expect(offered.first).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("The link has values")).to_have_count(0)
    expect(page.get_by_text("The axes are z1 and z2, the two numbers of each code")).to_be_visible()
    expect(page.locator(".js-plotly-plot .xtitle")).to_have_text("z1")
    expect(page.locator(".js-plotly-plot .ytitle")).to_have_text("z2")
    expect_ranges_around(page, codes["mu"])
    assert np.abs(marker_place(page) - frame(page).pixels(z[None])[0]).max() < 1
    for index in clear_points(page, codes["mu"])[:2]:
        point_at(page, codes["mu"], index)
        expect_card(page, index, codes["label"][index])


def test_empty_place_of_the_plane_opens_as_it_is(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map", "conv-2")
    expect_ranges_around(page, shipped("conv-2").codes["mu"])
    page.get_by_role("group", name="Classes").get_by_role("button", name="None").click()
    leave_the_map(page)
    place = np.array([[1.5, -2.5]], np.float32)
    shown = frame(page)
    x, y = shown.pixels(place)[0]
    page.mouse.move(x, y)
    expect(map_stage(page).get_by_text(re.compile(r"^z1 1\.\d\d, z2 −2\.\d\d$"))).to_be_visible()
    page.mouse.click(x, y)
    expect_view(page, "Morph")
    assert np.abs(shown_code(page) - place[0]).max() < 1 / abs(shown.scale[0])


def test_inset_names_its_axes(page: Page, explorer: Server) -> None:
    open_view(page, explorer, model="conv-2")
    expect(stage(page).locator(".vx-inset-axis")).to_have_text(["z1", "z2"])
    page.get_by_role("button", name="Test codes").click()
    expect(stage(page).locator(".vx-inset-axis")).to_have_text(["z1", "z2"])
    go_to(page, "Map")
    expect(page.locator(".js-plotly-plot .xtitle")).to_have_text("z1")
