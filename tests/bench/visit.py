"""What a visitor feels, measured in the page.

"Painted" is the first task after the frame in which the page drew: style, layout and painting of that frame are
over by then. What the compositor and the screen add is not in it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import LAPTOP
from tests.browser.encode_page import output_picture
from tests.browser.visitor import MODULE, Sent, expect_idle, expect_view, go_to, map_stage, open_view, picture, slider
from tests.server import Server

DRAG_S = 2.0
MOVES_A_SWEEP = 40
PLACES_A_RADIAN = 8
MOVES_A_PLACE = 4
WARM_UP_RUNS = 300
DECODER_RUNS = 300

# Two moments that a picture is counted from: the earliest `pointermove` since the last one, as the pointer stamped it,
# which has the browser's wait for its next frame in it, up to 17 ms at 60 a second; and the earliest `input` event, as
# the page got it, which is all that the page can do something about. `data-frames` changes in the very frame that draws
# the picture, and a message that is posted there arrives after the frame has been painted.
# The filmstrips show the code of an earlier picture until new ones are painted; how far they are behind at that moment
# is counted from the first picture that they did not show.
WATCH_DRAG = """
canvas => {
  const seen = { moves: [], inputs: [], strips: [], first: 0, last: 0 };
  const { port1, port2 } = new MessageChannel();
  const sliders = canvas.getRootNode().querySelector(".vx-sliders");
  const painted = [];
  let strips = Number(canvas.dataset.frames);
  let move = 0;
  let input = 0;
  addEventListener("pointermove", ({ timeStamp }) => (move ||= timeStamp), { capture: true });
  addEventListener("input", () => (input ||= performance.now()), { capture: true });
  port1.onmessage = ({ data }) => {
    if (data.strips) {
      seen.strips.push(performance.now() - painted[strips + 1]);
      strips = data.strips;
      return;
    }
    seen.last = performance.now();
    seen.first ||= seen.last;
    if (data.move) seen.moves.push(seen.last - data.move);
    if (data.input) seen.inputs.push(seen.last - data.input);
  };
  new MutationObserver(() => {
    painted[Number(canvas.dataset.frames)] = performance.now();
    port2.postMessage({ move, input });
    move = input = 0;
  }).observe(canvas, { attributes: true, attributeFilter: ["data-frames"] });
  new MutationObserver(() => {
    if (Number(sliders.dataset.strips) > strips) port2.postMessage({ strips: Number(sliders.dataset.strips) });
  }).observe(sliders, { attributes: true, attributeFilter: ["data-strips"] });
  window.benchDrag = seen;
}
"""

# The same while a pointer draws. Stroke, posterior, loss and reconstruction are drawn in one frame, the last of them
# with `data-frames`.
WATCH_STROKE = """
canvas => {
  const seen = { moves: [], inputs: [], first: 0, last: 0 };
  const { port1, port2 } = new MessageChannel();
  let move = 0;
  let input = 0;
  const hear = ({ timeStamp }) => {
    move ||= timeStamp;
    input ||= performance.now();
  };
  addEventListener("pointermove", hear, { capture: true });
  port1.onmessage = ({ data }) => {
    seen.last = performance.now();
    seen.first ||= seen.last;
    if (data.move) seen.moves.push(seen.last - data.move);
    if (data.input) seen.inputs.push(seen.last - data.input);
  };
  new MutationObserver(() => {
    port2.postMessage({ move, input });
    move = input = 0;
  }).observe(canvas, { attributes: true, attributeFilter: ["data-frames"] });
  window.benchStroke = seen;
}
"""

# The first picture that any canvas is given, once the frame after it has been painted.
WATCH_FIRST_PICTURE = """
const put = CanvasRenderingContext2D.prototype.putImageData;
CanvasRenderingContext2D.prototype.putImageData = function (...rest) {
  CanvasRenderingContext2D.prototype.putImageData = put;
  requestAnimationFrame(() => setTimeout(() => (window.benchFirst = performance.now())));
  return put.apply(this, rest);
};
"""

# From the click on "Map": the quick drawing of the points, then Plotly's.
WATCH_MAP = """
() => {
  const seen = { points: 0, chart: 0 };
  addEventListener("click", ({ timeStamp }) => {
    const look = () => {
      const now = performance.now() - timeStamp;
      if (document.querySelector(".vx-map-preview, .js-plotly-plot")) seen.points ||= now;
      if (document.querySelector("[role=application][aria-busy=false]")) seen.chart ||= now;
      if (!seen.chart) requestAnimationFrame(() => setTimeout(look));
    };
    look();
  }, { capture: true, once: true });
  window.benchMap = seen;
}
"""

# How often the card under the pointer is filled with another point; one count a frame at most.
WATCH_HOVER = """
() => {
  const seen = { frames: 0, first: 0, last: 0 };
  let asked = false;
  new MutationObserver(() => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      seen.last = performance.now();
      seen.first ||= seen.last;
      seen.frames++;
    });
  }).observe(document.querySelector(".vx-map-card"), { subtree: true, childList: true, characterData: true });
  window.benchHover = seen;
}
"""

# One decoder alone, as the page has it: random codes one after the other.
TIME_DECODER = (
    f"async ([warmUp, runs]) => {{ {MODULE}"
    + """
  const entries = performance.getEntriesByType("resource").map(({ name }) => name);
  const { Network } = await module("network/network.js");
  const { parseSafetensors } = await module("network/safetensors.js");
  const file = entries.find(name => name.endsWith("/decoder.safetensors"));
  const network = new Network(parseSafetensors(await (await fetch(file)).arrayBuffer()));
  const code = Float32Array.from({ length: network.inputs }, () => 2 * Math.random() - 1);
  const run = times => { for (let i = 0; i < times; i++) { code[0] = i / times; network.run(code); } };
  run(warmUp);
  const begin = performance.now();
  run(runs);
  return (performance.now() - begin) / runs;
}
"""
)


@dataclass(frozen=True)
class Drag:
    """`inputs`, `moves`: ms from the `input` event and from the pointer's move to the painted picture; `strips`: how
    many ms all filmstrips are behind it; `rate`: pictures a second; `messages`: sent to the server meanwhile."""

    inputs: list[float]
    moves: list[float]
    strips: list[float]
    rate: float
    messages: int


@dataclass(frozen=True)
class Drawn:
    """`inputs`, `moves`: ms from the `pointermove` event and from the pointer's move to all of it painted; `rate`:
    pictures a second; `messages`: requests and messages to the server meanwhile."""

    inputs: list[float]
    moves: list[float]
    rate: float
    messages: int


@contextmanager
def fresh_page(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page in a context of its own: nothing is in its cache."""
    context = browser.new_context(**{"viewport": LAPTOP, "locale": "en-GB", **options})
    try:
        yield context.new_page()
    finally:
        context.close()


def drag(browser: Browser, server: Server, model: str, slower: int = 1) -> Drag:
    """Drag z1 to and fro for two seconds with the mouse, on a processor that is so many times slower."""
    with fresh_page(browser) as page:
        sent = Sent(page)
        open_view(page, server, model=model)
        expect_idle(page)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        box = slider(page, 1).bounding_box()
        assert box is not None
        x, y, reach = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 0.4 * box["width"]
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + reach, y, steps=MOVES_A_SWEEP)  # until the browser has compiled what it runs
        page.mouse.move(x - reach, y, steps=MOVES_A_SWEEP)
        picture(page).evaluate(WATCH_DRAG)
        before = sent.count()
        end, side = time.perf_counter() + DRAG_S, 1
        while time.perf_counter() < end:
            page.mouse.move(x + side * reach, y, steps=MOVES_A_SWEEP)
            side = -side
        messages = sent.count() - before
        seen = page.evaluate("benchDrag")
        page.mouse.up()
        return Drag(seen["inputs"], seen["moves"], seen["strips"], _rate(len(seen["inputs"]), seen), messages)


def stroke(browser: Browser, server: Server, model: str, slower: int = 1, compared: str = "") -> Drawn:
    """Draw on Encode for two seconds with the mouse, a curve that crosses itself and hardly fills the canvas."""
    with fresh_page(browser) as page:
        sent: list[object] = []

        def note(message: object) -> None:
            sent.append(message)

        page.on("request", note)
        page.on("websocket", lambda socket: socket.on("framesent", note))
        page.goto(f"{server.url}/encode?model={model}&compared={compared}")
        expect_view(page, "Encode")
        page.get_by_role("button", name="Clear", exact=True).click()
        page.get_by_role("button", name="Thin", exact=True).click()
        if compared:
            expect(page.get_by_role("table").get_by_text("Loading")).to_have_count(0)
        expect_idle(page)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        box = page.get_by_role("img", name="Draw a digit here", exact=True).bounding_box()
        assert box is not None
        left, top, side = box["x"], box["y"], box["width"]

        def place(turn: float) -> tuple[float, float]:
            return left + side * (0.5 + 0.35 * math.sin(3 * turn)), top + side * (0.5 + 0.35 * math.sin(2.1 * turn))

        page.mouse.move(*place(0))
        page.mouse.down()
        moved = 0

        def draw(seconds: float) -> None:
            nonlocal moved
            end = time.perf_counter() + seconds
            while time.perf_counter() < end:
                moved += 1
                page.mouse.move(*place(moved / PLACES_A_RADIAN), steps=MOVES_A_PLACE)

        draw(DRAG_S / 2)  # until the browser has compiled what it runs
        output_picture(page).evaluate(WATCH_STROKE)
        before = len(sent)
        draw(DRAG_S)
        seen = page.evaluate("benchStroke")
        messages = len(sent) - before
        page.mouse.up()
        return Drawn(seen["inputs"], seen["moves"], _rate(len(seen["inputs"]), seen), messages)


def first_picture_seconds(browser: Browser, server: Server, model: str) -> float:
    """From the start of the navigation, with a cold cache, to the first decoded picture painted."""
    with fresh_page(browser) as page:
        page.add_init_script(WATCH_FIRST_PICTURE)
        page.goto(f"{server.url}/?model={model}", wait_until="commit")
        page.wait_for_function("window.benchFirst")
        return float(page.evaluate("benchFirst")) / 1000


def decoder_milliseconds(browser: Browser, server: Server, model: str) -> float:
    """One picture through the decoder, without painting; the mean of some hundred."""
    with fresh_page(browser) as page:
        open_view(page, server, model=model)
        expect_idle(page)
        return float(page.evaluate(TIME_DECODER, [WARM_UP_RUNS, DECODER_RUNS]))


def map_seconds(browser: Browser, server: Server, model: str) -> tuple[float, float]:
    """From the click on "Map", nothing of it in the cache: until the points are painted, until Plotly has drawn."""
    with fresh_page(browser) as page:
        open_view(page, server, model=model)
        expect_idle(page)
        page.evaluate(WATCH_MAP)
        go_to(page, "Map")
        page.wait_for_function("benchMap.chart")
        seen = page.evaluate("benchMap")
        return seen["points"] / 1000, seen["chart"] / 1000


def hover_rate(browser: Browser, server: Server, model: str) -> float:
    """Cards a second while the mouse crosses the map for two seconds."""
    with fresh_page(browser) as page:
        open_view(page, server, "Map", model)
        expect_idle(page)
        box = map_stage(page).bounding_box()
        assert box is not None
        x, y, reach = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["height"] / 4
        page.mouse.move(x - reach, y)
        page.evaluate(WATCH_HOVER)
        end, side = time.perf_counter() + DRAG_S, 1
        while time.perf_counter() < end:
            page.mouse.move(x + side * reach, y + side * reach / 3, steps=2 * MOVES_A_SWEEP)
            side = -side
        seen = page.evaluate("benchHover")
        return _rate(seen["frames"], seen)


@contextmanager
def visitors(browser: Browser, server: Server, count: int, models: tuple[str, ...]) -> Iterator[None]:
    """`count` sessions at once; each has been to every page, the models taken in turn."""
    contexts = [browser.new_context(viewport=LAPTOP) for _ in range(count)]
    try:
        for number, context in enumerate(contexts):
            page = context.new_page()
            open_view(page, server, model=models[number % len(models)])
            for view in ("Samples", "Map", "Morph"):
                go_to(page, view)
        yield
    finally:
        for context in contexts:
            context.close()


def _rate(count: int, seen: dict[str, float]) -> float:
    seconds = (seen["last"] - seen["first"]) / 1000
    return (count - 1) / seconds if seconds > 0 else 0.0
