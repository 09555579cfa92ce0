"""How a picture gets in: drawn, chosen, pasted, dropped, of the test set; read back from what the model sees."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray
from playwright.sync_api import Locator, Page, Request, WebSocket, expect

from tests.browser import picture_files
from tests.browser.conftest import OpenPage
from tests.browser.fingers import drag
from tests.browser.mnist_way import SIDE, Grey, Steps, prepared
from tests.browser.pixels import difference, read_picture
from tests.browser.test_decoder_parity import manifest_of
from tests.browser.touch_room import too_small
from tests.browser.visitor import MODEL, MODULE, go_to, open_view, shipped
from tests.browser.waiting import wait_until
from tests.server import Server
from vae_explorer.server.session_api import SESSION_URL
from vae_explorer.storage import picture_atlas

MNIST = Steps(invert=None, contrast=True, fit=True, centre=True)
WHOLE = Steps(invert=None, contrast=False, fit=False, centre=False)

# Strokes in shares of the canvas.
BAR = [(0.3, 0.2), (0.3, 0.5), (0.3, 0.8)]
FOOT = [(0.3, 0.8), (0.5, 0.8), (0.7, 0.8)]


def panel(page: Page) -> Locator:
    return page.get_by_role("region", name="Picture", exact=True)


def canvas(page: Page, noun: str = "digit") -> Locator:
    return page.get_by_role("img", name=f"Draw a {noun} here", exact=True)


def seen(page: Page) -> Grey:
    """`(28, 28)`: what the model sees, once all that was done is painted."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return read_picture(page.get_by_role("img", name="What the model sees", exact=True))


def button(page: Page, name: str) -> Locator:
    return panel(page).get_by_role("button", name=name, exact=True)


def places(page: Page, stroke: ArrayLike, noun: str = "digit") -> NDArray[np.float64]:
    """`(N, 2)`: where a stroke is in the window."""
    box = canvas(page, noun).bounding_box()
    assert box is not None
    return np.array([box["x"], box["y"]]) + np.asarray(stroke) * [box["width"], box["height"]]


def draw(page: Page, stroke: ArrayLike, noun: str = "digit") -> None:
    first, *others = places(page, stroke, noun)
    page.mouse.move(*first)
    page.mouse.down()
    for x, y in others:
        page.mouse.move(x, y, steps=5)
    page.mouse.up()


def choose(page: Page, name: str, body: bytes) -> None:
    with page.expect_file_chooser() as chooser:
        button(page, "Choose a file").click()
    chooser.value.set_files({"name": name, "mimeType": "", "buffer": body})


def unfold(page: Page) -> None:
    panel(page).get_by_text("How it is prepared").click()


def step(page: Page, text: str) -> Locator:
    return panel(page).get_by_role("checkbox", name=text)


def open_empty(page: Page, explorer: Server, model: str = MODEL) -> None:
    """Open Encode, and clear the picture that it begins with."""
    open_view(page, explorer, "Encode", model)
    name = panel(page).locator(".vx-picture-name")
    expect(name).not_to_be_empty()
    button(page, "Clear").click()
    expect(name).to_be_empty()


@pytest.fixture
def silent_page(open_page: OpenPage, explorer: Server) -> Iterator[Page]:
    """The page Encode. Once it is there, it may fetch files, and tell the server a test picture's number, no more."""
    page = open_page()
    said: list[str] = []
    is_open = False

    def on_request(request: Request) -> None:
        if not is_open or (request.method == "GET" and not request.post_data_buffer):
            return
        settings = request.post_data_json.get("settings", {}) if request.url.endswith(SESSION_URL) else {}
        if not re.fullmatch(r"\d*", str(settings.get("picture", "?"))):
            said.append(f"{request.method} {request.url} {request.post_data}")

    def on_frame(_: Any) -> None:
        if is_open:
            said.append("a message through the WebSocket")

    def on_socket(socket: WebSocket) -> None:
        socket.on("framesent", on_frame)

    page.on("websocket", on_socket)
    page.on("request", on_request)
    open_empty(page, explorer)
    page.wait_for_timeout(300)  # what belongs to the opening
    is_open = True
    yield page
    page.evaluate("0")  # whatever the browser has reported by now is heard first
    assert not said
    page.remove_listener("websocket", on_socket)
    page.remove_listener("request", on_request)


# ---- drawing ----


def test_draw_erase_undo_clear(silent_page: Page) -> None:
    page = silent_page
    root = panel(page)
    expect(root.get_by_text("Draw a digit here")).to_be_visible()
    assert seen(page).max() == 0
    expect(button(page, "Clear")).to_be_disabled()
    draw(page, BAR)
    bar = seen(page)
    rows, columns = np.nonzero(bar > 127)
    assert (rows.min(), rows.max() + 1) == (4, 24), "20 high, its mass in the middle"
    assert 1 <= np.ptp(columns) <= 4
    expect(root.get_by_text("Draw a digit here")).to_be_hidden()
    expect(root.get_by_text("Your drawing")).to_be_visible()
    draw(page, FOOT)
    both = seen(page)
    assert difference(both, bar) > 200
    assert np.ptp(np.nonzero(both > 127)[1]) > 10
    button(page, "Eraser").click()
    draw(page, [(x + 0.1, y) for x, y in FOOT])
    less = seen(page)
    assert less.sum() < both.sum()
    button(page, "Undo").click()
    assert np.array_equal(seen(page), both)
    button(page, "Undo").click()
    assert np.array_equal(seen(page), bar)
    button(page, "Clear").click()
    assert seen(page).max() == 0
    expect(root.get_by_text("Draw a digit here")).to_be_visible()
    page.keyboard.press("Control+z")
    assert np.array_equal(seen(page), bar)


def test_a_tap_is_a_dot_and_widths_differ(silent_page: Page) -> None:
    page = silent_page
    unfold(page)
    for text in ("Scale the ink", "Put its centre"):
        step(page, text).uncheck()
    inks = []
    for width in ("Thin", "Medium", "Thick"):
        button(page, width).click()
        expect(button(page, width)).to_have_attribute("aria-pressed", "true")
        x, y = places(page, [(0.5, 0.5)])[0]
        page.mouse.click(x, y)
        inks.append(int(seen(page).sum()))
        button(page, "Clear").click()
    assert 0 < inks[0] < inks[1] < inks[2]


def test_a_fast_stroke_is_smooth(silent_page: Page) -> None:
    """A circle of eight places: its outline stays a circle, where straight lines would make an octagon."""
    page = silent_page
    button(page, "Thin").click()
    angle = np.linspace(0, 2 * np.pi, 9)
    first, *others = places(page, 0.5 + 0.35 * np.stack([np.cos(angle), np.sin(angle)], 1))
    page.mouse.move(*first)
    page.mouse.down()
    for x, y in others:
        page.mouse.move(x, y)
        page.evaluate("() => new Promise(requestAnimationFrame)")
    page.mouse.up()
    rows, columns = np.nonzero(seen(page) > 100)
    radius = np.hypot(rows - rows.mean(), columns - columns.mean())
    assert radius.min() > 6.5
    assert radius.max() < 11


def test_what_is_drawn_goes_on_outside_and_ends_where_the_button_is_released(silent_page: Page) -> None:
    page = silent_page
    draw(page, [(0.5, 0.5), (0.5, 1.3), (1.3, 1.3)])
    before = seen(page)
    page.mouse.move(*places(page, [(0.2, 0.2)])[0], steps=4)
    assert np.array_equal(seen(page), before)


def test_it_is_sharp_on_a_fine_screen_and_the_model_sees_the_same(open_page: OpenPage, explorer: Server) -> None:
    found = []
    for factor in (1, 2):
        page = open_page(device_scale_factor=factor)
        open_empty(page, explorer)
        draw(page, BAR)
        found.append(seen(page))
        sides = canvas(page).evaluate("node => [node.width, node.clientWidth]")
        assert sides[0] == factor * sides[1]
    assert difference(*found) <= 1


def test_a_finger_draws_without_scrolling_and_another_is_ignored(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    open_empty(page, explorer)
    box = canvas(page).bounding_box()
    drag(page, places(page, BAR))
    bar = seen(page)
    assert bar.max() > 200
    assert canvas(page).bounding_box() == box
    button(page, "Clear").click()
    drag(page, places(page, BAR), places(page, np.array(FOOT) + [[0, -0.3]] * 3))
    assert np.array_equal(seen(page), bar)
    expect(button(page, "Take a photo")).to_be_visible()
    unfold(page)
    assert not too_small(page)


def test_a_stroke_that_is_interrupted_ends(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    open_empty(page, explorer)
    client = page.context.new_cdp_session(page)
    points = places(page, BAR)
    for kind, point in (("touchStart", points[0]), ("touchMove", points[1]), ("touchCancel", None)):
        touched = [] if point is None else [{"x": float(point[0]), "y": float(point[1])}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})
    client.detach()
    first = seen(page)
    assert first.max() > 200
    drag(page, places(page, FOOT))
    assert difference(seen(page), first) > 200
    button(page, "Undo").click()
    assert np.array_equal(seen(page), first), "the next one is another stroke"


# ---- files ----


def test_each_file_gives_a_picture_or_a_sentence(silent_page: Page) -> None:
    page = silent_page
    alert = panel(page).get_by_role("alert")
    draw(page, BAR)
    bar = seen(page)
    for name, (body, said) in picture_files.no_pictures().items():
        choose(page, name, body)
        expect(alert).to_contain_text(f"“{name}” {said}" if not said.startswith("was") else said)
        sentence = alert.inner_text()
        assert sentence.startswith(f"“{name}”")
        assert sentence.count(". ") == 0
        assert sentence.endswith(".")
        assert np.array_equal(seen(page), bar), "what was there stays"
    wanted = prepared(np.asarray(picture_files.figure()), MNIST)
    for name, body in picture_files.pictures().items():
        choose(page, name, body)
        expect(panel(page).get_by_text(f"“{name}”")).to_be_visible()
        expect(alert).to_be_hidden()
        if name in ("grey.png", "sixteen.png", "animated.gif"):
            assert difference(seen(page), wanted) <= 1, name


def test_steps_can_be_switched_off(silent_page: Page) -> None:
    page = silent_page
    grey = np.asarray(picture_files.figure(ground=200, ink=30))
    choose(page, "hook.png", picture_files.saved(picture_files.figure(ground=200, ink=30), "PNG"))
    expect(panel(page).get_by_text("“hook.png”")).to_be_visible()
    unfold(page)
    steps = Steps(invert=True, contrast=True, fit=True, centre=True)
    assert difference(seen(page), prepared(grey, steps)) <= 1
    names = {"invert": "Invert", "contrast": "Stretch", "fit": "Scale the ink", "centre": "Put its centre"}
    for name, text in reversed(names.items()):
        expect(step(page, text)).to_be_checked()
        step(page, text).uncheck()
        steps = Steps(**{**vars(steps), name: False})
        assert difference(seen(page), prepared(grey, steps)) <= 1, name
    choose(page, "other.png", picture_files.saved(picture_files.figure(), "PNG"))
    expect(panel(page).get_by_text("“other.png”")).to_be_visible()
    expect(step(page, "Invert")).to_be_checked()  # decided anew for each picture


def test_one_draws_on_a_picture(silent_page: Page) -> None:
    page = silent_page
    choose(page, "hook.png", picture_files.saved(picture_files.figure(), "PNG"))
    expect(panel(page).get_by_text("“hook.png”")).to_be_visible()
    hook = seen(page)
    number = panel(page).get_by_role("spinbutton")
    number.focus()
    draw(page, FOOT)
    expect(panel(page).get_by_text("Your drawing")).to_be_visible()
    expect(number).not_to_be_focused()
    assert difference(seen(page), hook) > 200
    page.keyboard.press("Control+z")
    expect(panel(page).get_by_text("“hook.png”")).to_be_visible()
    assert np.array_equal(seen(page), hook)


def test_paste(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True, permissions=["clipboard-read", "clipboard-write"])
    open_empty(page, explorer)
    body = base64.b64encode(picture_files.saved(picture_files.figure(mode="RGB", ground="white", ink="black"), "PNG"))
    page.evaluate(
        """async text => {
          const bytes = Uint8Array.from(atob(text), character => character.charCodeAt(0));
          const blob = new Blob([bytes], { type: "image/png" });
          await navigator.clipboard.write([new ClipboardItem({ [blob.type]: blob })]);
        }""",
        body.decode(),
    )
    page.keyboard.press("Control+v")
    expect(panel(page).get_by_text("“image.png”")).to_be_visible()
    assert difference(seen(page), prepared(np.asarray(picture_files.figure()), MNIST)) <= 1


def test_drop(silent_page: Page, tmp_path: Path) -> None:
    page = silent_page
    file = tmp_path / "hook.png"
    file.write_bytes(picture_files.saved(picture_files.figure(), "PNG"))
    client = page.context.new_cdp_session(page)
    target = panel(page).get_by_text("Drop the picture here")
    address = page.url

    def drag_file(kind: str, x: float, y: float) -> None:
        data = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
        client.send("Input.dispatchDragEvent", {"type": kind, "x": x, "y": y, "data": data})

    expect(target).to_be_hidden()
    for kind in ("dragEnter", "dragOver"):
        drag_file(kind, 1200, 700)
    expect(target).to_be_visible()
    drag_file("drop", 1200, 700)  # beside it
    expect(target).to_be_hidden()
    assert page.url == address
    assert seen(page).max() == 0
    x, y = places(page, [(0.5, 0.5)])[0]
    for kind in ("dragEnter", "dragOver", "drop"):
        drag_file(kind, x, y)
    client.detach()
    expect(panel(page).get_by_text("“hook.png”")).to_be_visible()
    expect(target).to_be_hidden()
    assert difference(seen(page), prepared(np.asarray(picture_files.figure()), MNIST)) <= 1


# ---- test pictures ----


@pytest.mark.parametrize("model", [MODEL, "fashion-20"])
def test_test_pictures_by_class_and_by_number(page: Page, explorer: Server, model: str) -> None:
    open_empty(page, explorer, model)
    data = shipped(model).data
    pictures = picture_atlas.read_atlas(picture_atlas.atlas_path(shipped(model)), 10_000)
    labels = shipped(model).codes["label"]
    number = panel(page).get_by_role("spinbutton", name=f"Number of a test {data.noun}")
    number.fill("17")
    number.press("Enter")
    expect(panel(page).get_by_text(f"Test {data.noun} 17, class")).to_be_visible()
    assert np.array_equal(seen(page), pictures[17])
    found = set()
    for _ in range(2):
        name = data.classes[3] if len(data.classes[3]) <= 2 else f"“{data.classes[3]}”"
        button(page, f"Test {data.noun} of class {name}").click()
        wait_until(page, lambda: number.input_value() not in {"17", "", *found}, "no other picture")
        found.add(number.input_value())
        index = int(number.input_value())
        assert labels[index] == 3
        assert np.array_equal(seen(page), pictures[index])
    number.fill("10000")
    number.press("Enter")
    expect(panel(page).get_by_text("are numbered from 0 to 9,999")).to_be_visible()
    assert np.array_equal(seen(page), pictures[index])
    unfold(page)
    expect(panel(page).get_by_text(f"A test {data.noun} is shown as it is.")).to_be_visible()
    expect(step(page, "Invert")).to_be_disabled()


def test_clothes_keep_their_place(page: Page, explorer: Server) -> None:
    open_empty(page, explorer, "fashion-20")
    unfold(page)
    for text in ("Stretch", "Scale the ink", "Put its centre"):
        expect(step(page, text)).not_to_be_checked()
    draw(page, BAR, "picture")
    rows, columns = np.nonzero(seen(page) > 127)
    assert abs(columns.mean() - (0.3 * SIDE - 0.5)) < 0.6
    assert abs(rows.min() - (0.16 * SIDE)) < 1.2
    choose(page, "hook.png", picture_files.saved(picture_files.figure(), "PNG"))
    expect(panel(page).get_by_text("“hook.png”")).to_be_visible()
    assert difference(seen(page), prepared(np.asarray(picture_files.figure()), WHOLE)) <= 1


def test_it_is_painted_at_most_once_a_frame(silent_page: Page) -> None:
    page = silent_page
    picture = page.get_by_role("img", name="What the model sees", exact=True)
    draw(page, BAR)
    seen(page)
    before = int(picture.get_attribute("data-frames") or 0)
    page.evaluate("window.frames_ = 0; (function count() { window.frames_++; requestAnimationFrame(count); })()")
    first, *others = places(page, FOOT)
    page.mouse.move(*first)
    page.mouse.down()
    for x, y in others:
        page.mouse.move(x, y, steps=40)
    page.mouse.up()
    seen(page)
    reported = int(picture.get_attribute("data-frames") or 0) - before
    assert 3 < reported <= page.evaluate("window.frames_") + 1


# ---- what the page is told ----

# The panel alone, in a page that has none; what it reports is kept in `told`.
MOUNT = (
    f"async ([manifest, baseUrl]) => {{ {MODULE}"
    + """
  const { PicturePanel } = await module("views/shared/picture/picture_panel.js");
  const { openModel } = await module("model.js");
  window.told = [];
  window.panel = new PicturePanel(openModel(manifest, baseUrl), {
    onPicture: picture => window.told.push(picture && { source: picture.source, pixels: [...picture.pixels] }),
  });
  window.panel.root.id = "alone";
  window.panel.root.style.cssText = "position: fixed; inset: 0 auto auto 0; z-index: 9999; width: 300px";
  document.body.prepend(window.panel.root);
}
"""
)


def test_what_is_reported(page: Page, explorer: Server) -> None:
    open_empty(page, explorer)  # whose modules are used
    go_to(page, "Samples")
    page.evaluate(MOUNT, [manifest_of(MODEL), explorer.url + "/"])

    def last() -> Any:
        return page.evaluate("window.told.at(-1)")

    assert page.evaluate("window.told") == []
    page.evaluate("window.panel.showTest(17)")
    told = last()
    label = int(shipped(MODEL).codes["label"][17])
    digit = picture_atlas.read_atlas(picture_atlas.atlas_path(shipped(MODEL)), 18)[17]
    assert told["source"] == {"kind": "test", "index": 17, "label": label}
    assert np.array_equal(np.rint(np.array(told["pixels"]) * 255).reshape(28, 28), digit)
    page.evaluate("window.panel.showTest(10000)")
    page.evaluate("window.panel.showTest(-1)")
    assert page.evaluate("window.told.length") == 1, "there are no such pictures"
    choose(page, "hook.png", picture_files.saved(picture_files.figure(), "PNG"))
    wait_until(page, lambda: last()["source"] == {"kind": "file", "name": "hook.png"}, "not read")
    page.evaluate("window.panel.showPixels(Float32Array.from({ length: 784 }, (_, i) => (i % 256) / 255))")
    told = last()
    assert told["source"] == {"kind": "drawing"}
    assert np.allclose(told["pixels"], np.arange(784) % 256 / 255)
    page.locator("#alone").get_by_role("button", name="Clear").click()
    wait_until(page, lambda: last() is None, "still there")
    page.keyboard.press("Control+z")
    wait_until(page, lambda: last() is not None, "not back")
    assert last() == told
    count = page.evaluate("window.panel.destroy(), window.panel.root.remove(), window.told.length")
    page.keyboard.press("Control+z")
    page.evaluate("() => document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: new DataTransfer() }))")
    assert page.evaluate("window.told.length") == count
