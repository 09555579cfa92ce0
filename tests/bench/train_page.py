"""The Train page while it trains: how smooth it stays, how often its map moves, and how soon classes part.

The training, the page and the pointer share the machine, as they do at a visitor's.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser, Locator, Page, expect

from tests.bench.visit import fresh_page
from tests.browser.train_page import open_train, press, status, train_map
from tests.server import Server

# Presets by what a link says of them: the smallest network with the most steps a second, and the largest.
PRESETS = {"Two dimensions": "", "Textbook": "z20,h400,w0,r0.001,n128"}
WARM_UP_S = 2.0  # until the browser has compiled what it runs
MEASURED_S = 4.0
MOVES_A_SWEEP = 40
APART = 60  # percent

# Pictures of the page and of its map. `data-frames` of the map changes in the frame that draws it; of the slider the
# figure beside it. A picture counts once it has been painted: a message posted in its frame arrives after that.
WATCH = """
map => {
  const seen = { pictures: 0, maps: 0, sliders: 0, begin: performance.now() };
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => seen.pictures++;
  const next = () => {
    port2.postMessage(null);
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
  new MutationObserver(() => seen.maps++).observe(map, { attributes: true, attributeFilter: ["data-frames"] });
  const reading = map.getRootNode().querySelector(".vx-train-settings output");
  const count = () => seen.sliders++;
  new MutationObserver(count).observe(reading, { subtree: true, childList: true, characterData: true });
  window.benchTrain = seen;
}
"""
READ = "() => { const { begin, ...counts } = benchTrain; return [counts, (performance.now() - begin) / 1000]; }"

# The moment of the press, and that of the figure shown: neither waits for Playwright.
WATCH_APART = """
(figures, least) => {
  let pressed = 0;
  addEventListener("click", ({ timeStamp }) => (pressed = timeStamp), { capture: true, once: true });
  window.benchApart = new Promise(resolve => {
    const observer = new MutationObserver(() => {
      const found = /(\\d+) %$/.exec(figures.textContent);
      if (!found || Number(found[1]) <= least) return;
      observer.disconnect();
      resolve((performance.now() - pressed) / 1000);
    });
    observer.observe(figures, { subtree: true, childList: true, characterData: true });
  });
}
"""


@dataclass(frozen=True)
class Smoothness:
    """A second: pictures of the page, other places of the dots on the map, other figures beside the slider."""

    pictures: float
    maps: float
    sliders: float


def rows(browser: Browser, server: Server, runs: int) -> Iterator[tuple[str, str, str]]:
    """Rows of the bench's table."""
    for title, run in PRESETS.items():
        what = f"Train, {title}"
        dragged = [drag(browser, server, run) for _ in range(runs)]
        hovered = [hover(browser, server, run) for _ in range(runs)]
        yield f"{what}: pictures a second, slider", f"{median(each.pictures for each in dragged):.1f}", "at least 55"
        yield f"{what}: its figure, changes a second", f"{median(each.sliders for each in dragged):.1f}", ""
        yield f"{what}: pictures a second, hovering", f"{median(each.pictures for each in hovered):.1f}", "at least 55"
        maps = [each.maps for each in (*dragged, *hovered)]
        yield f"{what}: map moves a second", f"{median(maps):.1f}", "at least 10"
    apart = [seconds_until_apart(browser, server, seed) for seed in range(1, runs + 1)]
    yield f"Train: from Start to {APART} % 10-NN accuracy", f"{median(apart):.2f} s", "at most 8 s"


def drag(browser: Browser, server: Server, run: str) -> Smoothness:
    """The slider of beta is dragged to and fro."""
    with training(browser, server, run) as page:
        slider = page.get_by_role("slider", name="beta")
        return _sweep(page, slider, held=True)


def hover(browser: Browser, server: Server, run: str) -> Smoothness:
    """The pointer crosses the map to and fro."""
    with training(browser, server, run) as page:
        return _sweep(page, train_map(page), held=False)


def seconds_until_apart(browser: Browser, server: Server, seed: int) -> float:
    """From the press of Start, with the settings as they are at first but for the seed, to the figure that says so."""
    with fresh_page(browser) as page:
        open_train(page, server, f"s{seed}")
        page.locator(".vx-train-figures").evaluate(WATCH_APART, APART)
        press(page, "Start").click()
        return float(page.evaluate("benchApart"))


@contextmanager
def training(browser: Browser, server: Server, run: str) -> Iterator[Page]:
    with fresh_page(browser) as page:
        open_train(page, server, run)
        press(page, "Start").click()
        expect(status(page)).to_have_text("Training")
        yield page
        expect(status(page)).to_have_text("Training")  # it has trained all the while


def _sweep(page: Page, over: Locator, *, held: bool) -> Smoothness:
    over.scroll_into_view_if_needed()
    box = over.bounding_box()
    assert box is not None
    x, y, reach = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 0.4 * box["width"]
    page.mouse.move(x, y)
    if held:
        page.mouse.down()
    side = 1

    def move(seconds: float) -> None:
        nonlocal side
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            page.mouse.move(x + side * reach, y, steps=MOVES_A_SWEEP)
            side = -side

    move(WARM_UP_S)
    train_map(page).evaluate(WATCH)
    move(MEASURED_S)
    counts, passed = page.evaluate(READ)
    if held:
        page.mouse.up()
    return Smoothness(**{name: count / passed for name, count in counts.items()})
