"""A model with a sheet of its own and few test pictures; a view that arrives at the second attempt."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.map_page import clear_points, expect_card, expect_ranges_around, frame, point_at
from tests.browser.pixels import Pictures, difference, read_picture
from tests.browser.visitor import go_to, map_stage, open_view
from tests.browser.waiting import wait_until
from tests.server import Server
from tests.unit.test_model_folder import small_folder
from vae_explorer.paths import PACKAGE
from vae_explorer.storage import model_folder, picture_atlas
from vae_explorer.storage.model_folder import ModelFolder

COUNT = 20


def write_small_set(path: Path) -> tuple[ModelFolder, Pictures]:
    folder = small_folder(count=COUNT)
    pictures = np.random.default_rng(1).integers(0, 256, (COUNT, 28, 28), np.uint8)
    model_folder.write(folder, path, {"digits.png": picture_atlas.atlas_bytes(pictures)})
    return folder, pictures


def expect_drawn(page: Page, wanted: Pictures) -> None:
    shown = map_stage(page).locator("canvas.vx-map-picture")
    wait_until(page, lambda: difference(read_picture(shown), wanted) == 0, "another picture is shown")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_pointing_shows_a_picture_of_a_small_set(page: Page, explorer: Server) -> None:
    folder, pictures = write_small_set(explorer.models / "few")
    open_view(page, explorer, "Map", "own/few")
    points = folder.codes["projection/pca"][:, :2]
    expect_ranges_around(page, points)
    for index in clear_points(page, points)[:3]:
        point_at(page, points, index)
        expect_card(page, index, folder.codes["label"][index])
        expect_drawn(page, pictures[index])


def test_a_number_beyond_a_small_set_is_answered_with_its_range(page: Page, explorer: Server) -> None:
    write_small_set(explorer.models / "few")
    open_view(page, explorer, "Map", "own/few")
    field = page.get_by_role("textbox", name="Go to test digit")
    expect(field).to_have_attribute("placeholder", "0…19")
    field.fill("20")
    page.get_by_role("button", name="Go", exact=True).click()
    expect(page.get_by_text("The test digits are numbered from 0 to 19.")).to_be_visible()


def test_tapping_shows_a_picture_of_a_small_set(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    folder, pictures = write_small_set(explorer.models / "few")
    open_view(page, explorer, model="own/few")
    go_to(page, "Map")
    map_stage(page).scroll_into_view_if_needed()
    points = folder.codes["projection/pca"][:, :2]
    index = clear_points(page, points)[0]
    x, y = frame(page).pixels(points[index : index + 1])[0]
    page.touchscreen.tap(x, y)
    expect_card(page, index, folder.codes["label"][index])
    expect_drawn(page, pictures[index])


VIEW = "export const mount = (root) => (root.append('the view'), { update() {}, destroy() {} });"
EMPTY = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="  # what the style sheet is
CALL = """async (integrity) => {
  const { default: run } = await import("/loader.js");
  const session = { session: "a", sessionUrl: "vx/session", manifest: { id: "b" } };
  const data = { frontend: "/frontend/", view: "made_up", parts: [["style.css", integrity]], ...session };
  run({ parentElement: document.body, data: [data] });
}"""


@pytest.mark.console_errors(r"style\.css|integrity")
def test_alert_goes_when_the_view_arrives_later(page: Page) -> None:
    """Streamlit's part is played here: it may call again with the same parent element, or with a new one."""
    sheets = iter((404, 200))

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path.removeprefix("/")
        name = path.rpartition("/")[2]
        if name == "":
            route.fulfill(body="<!doctype html><title>Streamlit</title>", content_type="text/html")
        elif name == "style.css":
            status = next(sheets)
            route.fulfill(status=status, body="" if status == 200 else "gone", content_type="text/css")
        elif name == "made_up.js":
            route.fulfill(body=VIEW, content_type="text/javascript")
        else:
            file = PACKAGE / "ui" / name if name == "loader.js" else PACKAGE / path
            route.fulfill(path=file, content_type="text/css" if name.endswith(".css") else "text/javascript")

    page.route("http://localhost/**", answer)
    page.goto("http://localhost/")
    page.evaluate(CALL, EMPTY)
    expect(page.get_by_role("alert")).to_contain_text("could not be loaded from the server")
    page.evaluate(CALL, EMPTY)
    expect(page.get_by_text("the view", exact=True)).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
