"""Map in three dimensions: what is worked out here of Plotly's camera, against Plotly's own picking."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from tests.browser.map_page import card, choose
from tests.browser.visitor import MODEL, expect_view, go_to, map_stage, open_view, shipped, shown_code
from tests.browser.waiting import wait_until
from tests.server import Server

# Where Plotly's own code for labels in space puts each point: in pixels of the window.
PLACES = """plot => {
  const { scene } = plot._fullLayout;
  const { glplot, dataScale } = scene._scene;
  const { projection, view, model } = glplot.cameraParams;
  const times = (m, v) => [0, 1, 2, 3].map((row) => [0, 1, 2, 3].reduce((sum, k) => sum + m[4 * k + row] * v[k], 0));
  const { left, top, width, height } = plot.getBoundingClientRect();
  const { x, y, z } = plot._fullData[0];
  return Array.from(x, (_, i) => {
    const data = [x[i] * dataScale[0], y[i] * dataScale[1], z[i] * dataScale[2], 1];
    const clip = times(projection, times(view, times(model, data)));
    return [left + (0.5 + (0.5 * clip[0]) / clip[3]) * width, top + (0.5 - (0.5 * clip[1]) / clip[3]) * height];
  });
}"""
PICKED = "plot => plot._fullLayout.scene._scene.glplot.selection?.data?.index ?? -1"


def open_3d(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Map")
    choose(page, "PCA 3-D")
    expect(map_stage(page)).to_have_attribute("aria-busy", "false")
    page.wait_for_function("document.querySelector('.js-plotly-plot')?._fullLayout?.scene?._scene?.glplot")


def places(page: Page) -> NDArray[np.float64]:
    return np.array(page.locator(".js-plotly-plot").evaluate(PLACES))


def outermost(found: NDArray[np.float64]) -> int:
    """A point with none near, on the left of the cloud."""
    for index in np.argsort(found[:, 0]):
        away = ((found - found[index]) ** 2).sum(axis=1)
        away[index] = np.inf
        if away.min() > 15**2:
            return int(index)
    raise AssertionError("the points lie too dense")


def test_pointing_finds_what_plotly_itself_picks(page: Page, explorer: Server) -> None:
    open_3d(page, explorer)
    point_at_outermost(page)
    turn(page)
    index, at = point_at_outermost(page)
    page.mouse.click(*at)
    expect_view(page, "Morph")
    assert np.abs(shown_code(page) - shipped(MODEL).codes["mu"][index]).max() < 0.00501


def point_at_outermost(page: Page) -> tuple[int, NDArray[np.float64]]:
    """Its index and its pixel in the window; the card and Plotly have to agree on it."""
    found = places(page)
    index = outermost(found)
    page.mouse.move(*(found[index] + 1))
    page.mouse.move(*found[index])
    expect(card(page)).to_have_text(f"Test digit {index}")
    plot = page.locator(".js-plotly-plot")
    wait_until(page, lambda: bool(plot.evaluate(PICKED) == index), "Plotly picks another point")
    return index, found[index]


def turn(page: Page) -> None:
    """Drag below the cloud, and wait until the camera has come to rest."""
    box = map_stage(page).bounding_box()
    assert box is not None
    before = places(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - 60
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y - 20, steps=6)
    page.mouse.up()
    wait_until(page, lambda: bool(np.abs(places(page) - before).max() > 20), "the map does not turn")
    wait_until(page, lambda: _is_still(page), "the map goes on turning")


def _is_still(page: Page) -> bool:
    before = places(page)
    page.evaluate("() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
    return bool(np.abs(places(page) - before).max() < 0.01)


def test_three_dimensions_stay_when_the_page_changes(page: Page, explorer: Server) -> None:
    open_3d(page, explorer)
    expect(page.get_by_text("nothing is decoded between the dots")).to_be_visible()
    go_to(page, "Samples")
    go_to(page, "Map")
    expect(page.get_by_role("button", name="PCA 3-D")).to_have_attribute("aria-pressed", "true")
    choose(page, "PCA")
    expect(map_stage(page)).to_have_attribute("aria-busy", "false")
    drawn = page.locator(".js-plotly-plot").evaluate("plot => plot._fullData[0].x.length")
    assert drawn == 10_000
