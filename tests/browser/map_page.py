"""The Map page as tests meet it: where points lie in the window, what the card says."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from tests.browser.visitor import map_stage, shipped

# A point as near as this to the pointer's may be the one that is shown instead.
CLEAR_PIXELS = 6.0


@dataclass(frozen=True)
class Frame:
    """Which part of the plane is in view, and where it lies in the window, as Plotly's own axes say."""

    origin: NDArray[np.float64]
    size: NDArray[np.float64]
    scale: NDArray[np.float64]

    def pixels(self, points: NDArray[np.float32]) -> NDArray[np.float64]:
        """`(N, 2)` in the window, of points `(N, 2)` of the plane."""
        return self.origin + points * self.scale


def frame(page: Page) -> Frame:
    found = page.locator(".js-plotly-plot").evaluate(
        """plot => {
          const { xaxis, yaxis } = plot._fullLayout;
          const { left, top } = plot.getBoundingClientRect();
          return {
            origin: [left + xaxis._offset + xaxis.d2p(0), top + yaxis._offset + yaxis.d2p(0)],
            scale: [xaxis.d2p(1) - xaxis.d2p(0), yaxis.d2p(1) - yaxis.d2p(0)],
            size: [xaxis._length, yaxis._length],
          };
        }"""
    )
    return Frame(*(np.array(found[name]) for name in ("origin", "size", "scale")))


def clear_points(page: Page, points: NDArray[np.float32], among: NDArray[np.bool_] | None = None) -> list[int]:
    """Points with no other one near, away from the edge where the tool bar is; from the middle of the map outwards."""
    places = frame(page).pixels(points)
    box = map_stage(page).bounding_box()
    assert box is not None
    low = np.array([box["x"] + 60, box["y"] + 60])
    high = np.array([box["x"] + box["width"] - 60, box["y"] + box["height"] - 60])
    wanted = ((places > low) & (places < high)).all(axis=1)
    if among is not None:
        wanted &= among
    clear = []
    middle = np.median(places, axis=0)
    for index in np.argsort(((places - middle) ** 2).sum(axis=1))[::-1]:
        if wanted[index]:
            away = ((places - places[index]) ** 2).sum(axis=1)
            away[index] = np.inf
            if away.min() > CLEAR_PIXELS**2:
                clear.append(int(index))
            if len(clear) == 20:
                break
    assert clear
    return clear


def point_at(page: Page, points: NDArray[np.float32], index: int) -> None:
    x, y = frame(page).pixels(points[index : index + 1])[0]
    page.mouse.move(x, y)


def leave_the_map(page: Page) -> None:
    page.mouse.move(5, 5)
    expect(card(page)).to_be_hidden()


def card(page: Page) -> Locator:
    return map_stage(page).get_by_text(re.compile(r"^Test digit \d+$"))


def expect_card(page: Page, index: int, label: int) -> None:
    expect(card(page)).to_have_text(f"Test digit {index}")
    expect(map_stage(page).locator("strong")).to_have_text(str(label))


def projected(model: str, projection: str) -> NDArray[np.float32]:
    points: NDArray[np.float32] = shipped(model).codes[f"projection/{projection}"][:, :2]
    return points


def choose(page: Page, projection: str) -> None:
    button = page.get_by_role("group", name="Projection").get_by_role("button", name=projection, exact=True)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")


def expect_ranges_around(page: Page, points: NDArray[np.float32]) -> None:
    """Wait until Plotly shows this projection: another one has other ranges."""
    low, high = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    page.wait_for_function(
        """([low, high]) => {
          const { xaxis, yaxis } = document.querySelector(".js-plotly-plot")._fullLayout;
          const around = (range, at) => range[0] < low[at] && high[at] < range[1];
          const close = (range, at) => range[1] - range[0] < 4 * (high[at] - low[at]);
          return around(xaxis.range, 0) && around(yaxis.range, 1) && close(xaxis.range, 0) && close(yaxis.range, 1);
        }""",
        arg=[low, high],
    )


def marker_place(page: Page) -> NDArray[np.float64]:
    box = page.get_by_role("img", name="The code in Morph").bounding_box()
    assert box is not None
    return np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
