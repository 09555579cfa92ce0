"""Samples: grids from a seed, decoded in the worker, each picture a door to Morph."""

from __future__ import annotations

import io
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.pixels import Pictures, decoded, difference, expect_picture, read_pictures
from tests.browser.samples_page import copy_link, grid, read_grid, set_seed, set_size
from tests.browser.visitor import MODEL, MODULE, SHIPPED, Sent, expect_idle, expect_view, go_to, open_view, picture
from tests.browser.waiting import wait_until
from tests.server import Server

# What is set until somebody sets something else, as the view commits it.
USUAL = {"sampler": "prior", "size": 8, "temperature": 1, "seed": 1, "label": None}

# The first numbers of seed 1, computed apart from the page. Others would mean that everybody's grids have changed.
SEED_1 = (0.7910635359685799, -0.6803176158712471, 0.995991278857801, 0.5085793432207535)


def first_normals(page: Page, seed: int, count: int) -> list[float]:
    """What the page's own generator says."""
    numbers: list[float] = page.evaluate(
        f"""async ([seed, count]) => {{
          {MODULE}
          const normal = (await module("space/random.js")).standardNormals(seed);
          return Array.from({{ length: count }}, normal);
        }}""",
        [seed, count],
    )
    return numbers


def test_names(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Samples")
    expect(page.get_by_role("heading", name="Samples", level=1)).to_be_visible()
    cells = grid(page).get_by_role("row").get_by_role("gridcell")
    expect(cells).to_have_count(64)
    expect(grid(page).get_by_role("gridcell", name="Sample 64", exact=True)).to_be_visible()
    assert set(cells.evaluate_all("cells => cells.map(cell => cell.tagName)")) == {"BUTTON"}
    expect(page.get_by_role("slider", name="Temperature")).to_have_value("1")
    for name in ("New seed", "Download PNG"):
        expect(page.get_by_role("button", name=name)).to_be_enabled()


@pytest.mark.parametrize("model", SHIPPED)
def test_grid_is_what_torch_decodes_the_seed_to(page: Page, explorer: Server, model: str) -> None:
    open_view(page, explorer, "Samples", model)
    set_seed(page, 7)
    set_size(page, 4)
    z = np.reshape(first_normals(page, 7, 16 * 20), (16, 20))
    assert difference(read_grid(page, 4), decoded(model, z)) <= 1


def test_sizes(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Samples")
    smaller: Pictures | None = None
    for size in (4, 8, 12, 16):
        set_size(page, size)
        pictures = read_grid(page, size)
        # A larger grid goes on where a smaller one ends, and no picture comes twice.
        if smaller is not None:
            assert np.array_equal(pictures[: len(smaller)], smaller)
        assert len(np.unique(pictures, axis=0)) == size * size
        smaller = pictures


def test_same_seed_gives_the_same_grid_to_everybody(open_page: OpenPage, explorer: Server) -> None:
    grids = []
    for seed in (5, 5, 6):
        page = open_page()
        open_view(page, explorer, "Samples")
        set_seed(page, seed)
        expect_idle(page)
        grids.append(read_grid(page, 8))
    assert np.array_equal(grids[0], grids[1])
    assert not np.array_equal(grids[0], grids[2])


def test_seed_means_the_same_numbers_for_ever(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Samples")
    assert tuple(first_normals(page, 1, len(SEED_1))) == SEED_1
    # Standard normal: mean, deviation and the share within one deviation, each to four standard errors.
    numbers = np.array(first_normals(page, 2, 100_000))
    assert abs(numbers.mean()) < 0.013
    assert abs(numbers.std() - 1) < 0.009
    assert abs((np.abs(numbers) < 1).mean() - 0.6827) < 0.006


def test_new_seed(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Samples")
    before, seed = read_grid(page, 8), page.get_by_role("spinbutton", name="Seed").input_value()
    page.get_by_role("button", name="New seed").click()
    expect(page.get_by_role("spinbutton", name="Seed")).not_to_have_value(seed)
    assert not np.array_equal(read_grid(page, 8), before)
    set_seed(page, int(seed))
    assert np.array_equal(read_grid(page, 8), before)


def test_seed_that_is_no_number_is_not_taken(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Samples")
    set_seed(page, 12)
    before = read_grid(page, 8)
    field = page.get_by_role("spinbutton", name="Seed")
    for text, shown in (("-", "12"), ("1e", "12"), ("99999999999999", str(2**32 - 1)), ("-5", "0")):
        field.click()
        page.keyboard.press("Control+A")
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        expect(field).to_have_value(shown)
        if shown == "12":
            assert np.array_equal(read_grid(page, 8), before)
    assert not np.array_equal(read_grid(page, 8), before)


def test_temperature(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Samples")
    temperature = page.get_by_role("slider", name="Temperature")
    usual = read_grid(page, 8)
    temperature.press("Home")
    expect(page.get_by_role("status").get_by_text("0.00", exact=True)).to_be_visible()
    cold = read_grid(page, 8)
    assert len(np.unique(cold, axis=0)) == 1
    assert difference(cold[:1], decoded(MODEL, [20 * [0.0]])) <= 1
    temperature.press("End")
    expect(page.get_by_role("status").get_by_text("2.00", exact=True)).to_be_visible()
    hot = read_grid(page, 8)
    codes = 2 * np.reshape(first_normals(page, 1, 64 * 20), (64, 20))
    assert difference(hot, decoded(MODEL, codes)) <= 1
    temperature.dblclick()
    expect(temperature).to_have_value("1")
    assert np.array_equal(read_grid(page, 8), usual)


def test_temperature_is_drawn_while_dragging_and_sent_at_the_end(page: Page, explorer: Server) -> None:
    sent = Sent(page)
    open_view(page, explorer, "Samples")
    before = read_grid(page, 8)
    expect_idle(page)
    temperature = page.get_by_role("slider", name="Temperature")
    box = temperature.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    since = sent.count()
    page.mouse.move(x - box["width"] / 4, y, steps=6)
    expect(temperature).not_to_have_value("1")
    cells = grid(page).get_by_role("gridcell").locator("canvas")
    wait_until(page, lambda: not np.array_equal(read_pictures(cells), before), "the pictures are the same")
    assert sent.count() == since
    page.mouse.up()
    value = float(temperature.input_value())
    assert value < 1
    settings = [USUAL | {"temperature": each} for each in (value, 0)]
    sent.expect_values(since, "settings", settings[:1])
    temperature.press("Home")
    sent.expect_values(since, "settings", settings)


def test_grid_is_busy_from_the_first_touch(page: Page, explorer: Server) -> None:
    """Else the file that is saved meanwhile would bear the name of settings that its pictures do not have."""
    open_view(page, explorer, "Samples")
    download = page.get_by_role("button", name="Download PNG")
    temperature = page.get_by_role("slider", name="Temperature")
    states = temperature.evaluate(
        """node => {
          node.value = 2;
          node.dispatchEvent(new Event("input"));
          const root = node.getRootNode();
          const buttons = [...root.querySelectorAll("button:disabled")].map(button => button.textContent);
          return [root.querySelector("[role=grid]").getAttribute("aria-busy"), buttons];
        }"""
    )
    assert states == ["true", ["Download PNG"]]
    expect(download).to_be_enabled()


def test_click_opens_that_very_picture_in_morph(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Samples")
    for index in (0, 37):
        clicked = read_grid(page, 8)[index]
        grid(page).get_by_role("gridcell", name=f"Sample {index + 1}", exact=True).click()
        expect_view(page, "Morph")
        expect_picture(picture(page), clicked, rounding=0)
        go_to(page, "Samples")


def test_settings_stay_when_the_page_changes(page: Page, explorer: Server) -> None:
    sent = Sent(page)
    open_view(page, explorer, "Samples")
    expect_idle(page)
    since = sent.count()
    set_size(page, 4)
    set_seed(page, 99)
    page.get_by_role("slider", name="Temperature").press("ArrowLeft")
    before = read_grid(page, 4)
    steps = ((1, 1), (1, 99), (0.95, 99))
    settings = [USUAL | {"size": 4, "temperature": temperature, "seed": seed} for temperature, seed in steps]
    sent.expect_values(since, "settings", settings)
    go_to(page, "Morph")
    go_to(page, "Samples")
    expect(page.get_by_role("spinbutton", name="Seed")).to_have_value("99")
    expect(page.get_by_role("slider", name="Temperature")).to_have_value("0.95")
    assert np.array_equal(read_grid(page, 4), before)


def test_grid_is_not_ready_while_the_next_one_is_due(open_page: OpenPage, explorer: Server) -> None:
    """A grid comes in the moment between a move of the slider and the grid for it."""
    page = open_page(new_tab=True)
    page.clock.install()
    open_view(page, explorer, "Samples")
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)
    page.locator(".vx-samples").evaluate(
        """root => {
          const seed = root.querySelector("input[type=number]");
          seed.value = "99";
          seed.dispatchEvent(new Event("change"));
          const temperature = root.querySelector("input[type=range]");
          temperature.value = "0.5";
          temperature.dispatchEvent(new Event("input"));
        }"""
    )
    time.sleep(1)
    expect(grid(page)).to_have_attribute("aria-busy", "true")
    expect(page.get_by_role("button", name="Download PNG")).to_be_disabled()
    page.clock.resume()
    expect(grid(page)).to_have_attribute("aria-busy", "false")
    expect(page.get_by_role("button", name="Download PNG")).to_be_enabled()


@pytest.mark.parametrize("model", [MODEL, "cvae-8"])
def test_link_opens_the_same_grid_in_another_browser(open_page: OpenPage, explorer: Server, model: str) -> None:
    one = open_page(permissions=["clipboard-read", "clipboard-write"])
    open_view(one, explorer, "Samples", model)
    if model == "cvae-8":
        one.get_by_role("group", name="Class given to the decoder").get_by_role("button", name="6").click()
    set_seed(one, 7)
    set_size(one, 4)
    one.get_by_role("slider", name="Temperature").press("ArrowLeft")
    shown = read_grid(one, 4)
    link = copy_link(one)
    other = open_page()
    # Streamlit looks for its own base path in the address of a page: come by the first page's, as its links do.
    other.goto(link.replace("/samples?", "/?"))
    expect_view(other, "Morph")
    go_to(other, "Samples")
    assert np.array_equal(read_grid(other, 4), shown)


def test_download(page: Page, explorer: Server, tmp_path: Path) -> None:
    open_view(page, explorer, "Samples")
    set_size(page, 4)
    set_seed(page, 3)
    pictures = read_grid(page, 4)
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download PNG").click()
    assert coming.value.suggested_filename == f"{MODEL}_samples_seed-3_temperature-1.00_4x4.png"
    coming.value.save_as(tmp_path / "grid.png")
    with Image.open(io.BytesIO((tmp_path / "grid.png").read_bytes())) as image:
        sheet = np.asarray(image.convert("L"))
    assert sheet.shape == (4 * 28 * 4, 4 * 28 * 4)
    wanted = pictures.reshape(4, 4, 28, 28).swapaxes(1, 2).reshape(4 * 28, 4 * 28).repeat(4, axis=0).repeat(4, axis=1)
    assert np.array_equal(sheet, wanted)


def test_arrow_keys_go_from_cell_to_cell(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Samples")

    def cell(number: int) -> Locator:
        return grid(page).get_by_role("gridcell", name=f"Sample {number}", exact=True)

    cell(1).focus()
    for key, number in (
        ("ArrowRight", 2),
        ("ArrowDown", 10),
        ("ArrowLeft", 9),
        ("ArrowLeft", 9),
        ("End", 16),
        ("ArrowUp", 8),
        ("ArrowUp", 8),
        ("Control+End", 64),
        ("Control+Home", 1),
        ("ArrowRight", 2),
    ):
        page.keyboard.press(key)
        expect(cell(number)).to_be_focused()
    # One stop for the tab key: from outside it comes back to the cell that was left.
    page.keyboard.press("Tab")
    expect(cell(3)).not_to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(cell(2)).to_be_focused()
    wanted = read_grid(page, 8)[1]
    page.keyboard.press("Enter")
    expect_view(page, "Morph")
    expect_picture(picture(page), wanted, rounding=0)
