"""Fingers on a phone's screen, as the browser meets them: it scrolls where the page lets it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from playwright.sync_api import Locator, Page

Place = ArrayLike  # (2,): x and y in the window, pixels

STEPS = 6


def beside(place: Place, across: float, down: float) -> NDArray[np.float64]:
    return np.asarray(place, np.float64) + np.array([across, down])


def path(start: Place, end: Place) -> NDArray[np.float64]:
    """`(STEPS, 2)`: straight from one place to the other."""
    first, last = np.asarray(start, np.float64), np.asarray(end, np.float64)
    return first + np.linspace(0, 1, STEPS)[:, np.newaxis] * (last - first)


def drag(page: Page, *paths: Sequence[ArrayLike] | NDArray[np.float64]) -> None:
    """One finger a path, all as long: down at the first place one after the other, over the others together, and up."""
    client = page.context.new_cdp_session(page)

    def touch(kind: str, places: Sequence[ArrayLike]) -> None:
        points = [
            {"x": float(x), "y": float(y), "id": number} for number, (x, y) in enumerate(np.asarray(p) for p in places)
        ]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    for count in range(1, len(paths) + 1):
        touch("touchStart", [each[0] for each in paths[:count]])
    for step in range(1, len(paths[0])):
        touch("touchMove", [each[step] for each in paths])
    touch("touchEnd", [])
    client.detach()


def expect_still(shown: Locator) -> None:
    """The page has scrolled to its end. A finger leaves it gliding, and a tap then only stops it, as on a phone."""
    shown.evaluate(
        """async (node) => {
          for (let still = 0, top = NaN; still < 12; ) {
            await new Promise(requestAnimationFrame);
            const now = node.getBoundingClientRect().top;
            still = now === top ? still + 1 : 0;
            top = now;
          }
        }"""
    )
