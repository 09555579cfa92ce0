"""Map: the reconstruction and the nearest codes on the card; a place between the points is decoded and opens."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.conftest import OpenPage
from tests.browser.map_page import choose, clear_points, expect_card, expect_ranges_around, frame, point_at, projected
from tests.browser.pixels import ROUNDING, Pictures, decoded, difference, expect_picture, read_picture, read_pictures
from tests.browser.visitor import (
    MODEL,
    expect_view,
    go_to,
    map_stage,
    open_view,
    picture,
    shipped,
    shown_code,
    type_value,
)
from tests.browser.waiting import wait_until
from tests.server import Server
from vae_explorer.storage import picture_atlas

NEIGHBOURS = 5


def decoded_canvas(page: Page) -> Locator:
    return map_stage(page).locator("canvas.vx-map-decoded")


def expect_decoded(page: Page, wanted: Pictures) -> None:
    canvas = decoded_canvas(page)
    expect(canvas).to_be_visible()
    wait_until(page, lambda: difference(read_picture(canvas), wanted) <= ROUNDING, "another picture is decoded")


def expect_thumbs(page: Page, wanted: Pictures) -> None:
    thumbs = map_stage(page).locator("canvas.vx-map-thumb")
    wait_until(page, lambda: difference(read_pictures(thumbs), wanted) == 0, "other neighbours are shown")


def nearest_codes(z: NDArray[np.float64], count: int) -> list[int]:
    away = ((shipped(MODEL).codes["mu"].astype(np.float64) - z) ** 2).sum(axis=1)
    return [int(index) for index in np.argsort(away)[:count]]


@pytest.fixture(scope="module")
def test_digits() -> Pictures:
    folder = shipped(MODEL)
    return picture_atlas.read_atlas(picture_atlas.atlas_path(folder), folder.data.count)


@pytest.mark.console_errors(r"404.*/_stcore/")  # Streamlit looks for its own base path in the address
def test_what_cards_show_comes_when_somebody_comes_near(open_page: OpenPage, explorer: Server) -> None:
    """Two megabytes, which the map itself is not in need of."""
    page = open_page(new_tab=True)
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url.rpartition("/")[2])

    page.on("request", note)
    page.goto(f"{explorer.url}/map?model={MODEL}")
    expect_view(page, "Map")
    expect(map_stage(page)).to_have_attribute("aria-busy", "false")
    page.wait_for_timeout(500)
    assert not {"digits.png", "decoder.safetensors"} & set(asked)
    map_stage(page).hover()
    wait_until(page, lambda: {"digits.png", "decoder.safetensors"} <= set(asked), f"asked for {asked}")
    point_at(page, projected(MODEL, "pca"), 0)
    expect(decoded_canvas(page)).to_be_visible()


def test_card_shows_reconstruction_and_nearest_codes(page: Page, explorer: Server, test_digits: Pictures) -> None:
    open_view(page, explorer, "Map")
    points, codes = projected(MODEL, "pca"), shipped(MODEL).codes
    for index in clear_points(page, points)[:2]:
        point_at(page, points, index)
        expect_card(page, index, codes["label"][index])
        expect_decoded(page, decoded(MODEL, codes["mu"][index : index + 1])[0])
        wanted = test_digits[nearest_codes(codes["mu"][index], NEIGHBOURS + 1)[1:]]
        expect_thumbs(page, wanted)
        text = f"KL {codes['kl'][index]:.1f}, reconstruction {codes['reconstruction'][index]:.1f} nats"
        expect(map_stage(page).get_by_text(text)).to_be_visible()


def free_place(page: Page, points: NDArray[np.float32], far: float = 40) -> NDArray[np.float64]:
    """A pixel of the window inside the map with no point near."""
    box = map_stage(page).bounding_box()
    assert box is not None
    places = frame(page).pixels(points)
    for x in np.arange(box["x"] + 100, box["x"] + box["width"] - 100, 20):
        for y in np.arange(box["y"] + 100, box["y"] + box["height"] - 100, 20):
            if ((places - [x, y]) ** 2).sum(axis=1).min() > far**2:
                return np.array([x, y])
    raise AssertionError("the map has no empty place")


def place_at(page: Page, pixel: NDArray[np.float64]) -> NDArray[np.float64]:
    shown = frame(page)
    place: NDArray[np.float64] = (pixel - shown.origin) / shown.scale
    return place


def on_plane(place: NDArray[np.float64], rest: NDArray[np.float64]) -> NDArray[np.float64]:
    """The code with these coordinates on the PCA plane, all else as in `rest`."""
    codes = shipped(MODEL).codes
    components = codes["projection/pca/components"][:2].astype(np.float64)
    z: NDArray[np.float64] = rest + (place - (rest - codes["projection/pca/mean"]) @ components.T) @ components
    return z


def test_empty_place_of_the_pca_plane_is_decoded_exactly(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    type_value(page, 3, "1.5")
    go_to(page, "Map")
    current = np.zeros(20)
    current[2] = 1.5
    codes = shipped(MODEL).codes
    pixel = free_place(page, projected(MODEL, "pca"))
    for title, rest in (("code in Morph", current), ("mean code", codes["mu"].astype(np.float64).mean(axis=0))):
        page.get_by_label("Other dimensions from").select_option(title)
        page.mouse.move(*(pixel + 1))
        page.mouse.move(*pixel)
        expect(map_stage(page).get_by_text("Decoded point")).to_be_visible()
        expect(map_stage(page).get_by_text(f"other dimensions: {title}")).to_be_visible()
        z = on_plane(place_at(page, pixel), rest)
        expect_decoded(page, decoded(MODEL, z[np.newaxis])[0])
    page.mouse.click(*pixel)
    expect_view(page, "Morph")
    assert np.abs(shown_code(page) - z).max() < 0.00501
    expect_picture(picture(page), decoded(MODEL, z[np.newaxis])[0])


def test_empty_place_of_tsne_is_the_weighted_mean_of_the_nearest(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map")
    choose(page, "t-SNE")
    points, mu = projected(MODEL, "tsne"), shipped(MODEL).codes["mu"].astype(np.float64)
    expect_ranges_around(page, points)
    pixel = free_place(page, points)
    page.mouse.move(*pixel)
    expect(map_stage(page).get_by_text("mean of the five nearest")).to_be_visible()
    away = np.sqrt(((points - place_at(page, pixel)) ** 2).sum(axis=1))
    nearest = np.argsort(away)[:NEIGHBOURS]
    z = np.average(mu[nearest], axis=0, weights=1 / away[nearest])
    expect_decoded(page, decoded(MODEL, z[np.newaxis])[0])


def test_place_under_a_dot_is_decoded_when_asked(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map")
    points = projected(MODEL, "pca")
    pixel = frame(page).pixels(points[:1])[0].round()
    page.get_by_label("Decode under the dots too").check()
    page.mouse.move(*pixel)
    expect(map_stage(page).get_by_text("Decoded point")).to_be_visible()
    z = on_plane(place_at(page, pixel), np.zeros(20))
    expect_decoded(page, decoded(MODEL, z[np.newaxis])[0])
