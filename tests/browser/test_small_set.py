"""A model with a sheet of its own and few test pictures; a view that arrives at the second attempt."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import StartExplorer
from tests.browser.pixels import Pictures, difference, read_picture
from tests.browser.test_map import clear_points, expect_card, expect_ranges_around, frame, point_at
from tests.browser.visitor import SHIPPED, choose_model, expect_view, go_to_on_phone, map_stage, open_view, shipped
from tests.browser.waiting import wait_until
from tests.server import Server
from tests.unit.test_model_folder import small_folder
from vae_explorer import digits, model_folder
from vae_explorer.model_folder import ModelFolder

COUNT = 20


def write_small_set(path: Path) -> tuple[ModelFolder, Pictures]:
    folder = small_folder(count=COUNT)
    pictures = np.random.default_rng(1).integers(0, 256, (COUNT, 28, 28), np.uint8)
    model_folder.write(folder, path, {"digits.png": digits.atlas_bytes(pictures)})
    return folder, pictures


def expect_drawn(page: Page, wanted: Pictures) -> None:
    shown = map_stage(page).locator("canvas.vx-map-picture")
    wait_until(page, lambda: difference(read_picture(shown), wanted) == 0, "another picture is shown")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_pointing_shows_a_picture_of_a_small_set(page: Page, start_explorer: StartExplorer) -> None:
    server = start_explorer()
    folder, pictures = write_small_set(server.models / "few")
    open_view(page, server, "Map", "own/few")
    points = folder.codes["pca"][:, :2]
    expect_ranges_around(page, points)
    for index in clear_points(page, points)[:3]:
        point_at(page, points, index)
        expect_card(page, index, folder.codes["label"][index])
        expect_drawn(page, pictures[index])


def test_tapping_shows_a_picture_of_a_small_set(phone_page: Page, start_explorer: StartExplorer) -> None:
    page = phone_page
    server = start_explorer()
    folder, pictures = write_small_set(server.models / "few")
    open_view(page, server, model="own/few")
    go_to_on_phone(page, "Map")
    map_stage(page).scroll_into_view_if_needed()
    points = folder.codes["pca"][:, :2]
    index = clear_points(page, points)[0]
    x, y = frame(page).pixels(points[index : index + 1])[0]
    page.touchscreen.tap(x, y)
    expect_card(page, index, folder.codes["label"][index])
    expect_drawn(page, pictures[index])


def say_gone(route: Route) -> None:
    route.fulfill(status=404, body="Not Found")


@pytest.mark.console_errors(r"404|style\.css")
def test_alert_goes_when_the_view_arrives_later(page: Page, explorer: Server) -> None:
    first, second = SHIPPED
    page.route("**/style.css", say_gone)
    page.goto(f"{explorer.url}/?model={first}")
    expect(page.get_by_role("alert")).to_contain_text("could not be loaded from the server")
    page.unroute("**/style.css")
    choose_model(page, shipped(second).title)
    expect_view(page, "Morph")
    expect(page.get_by_role("alert")).to_have_count(0)
