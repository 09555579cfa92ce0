"""The inset of Morph: a ring follows the code over the map, and dragging it moves the code."""

from __future__ import annotations

import base64
import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.fingers import beside, drag, expect_still, path
from tests.browser.pixels import Pictures, decoded, difference, expect_picture, read_picture
from tests.browser.test_readings import open_code, write
from tests.browser.visitor import (
    MODEL,
    MODULE,
    Sent,
    expect_idle,
    go_to,
    open_view,
    picture,
    shipped,
    shown_code,
    slider,
    typed,
)
from tests.browser.waiting import wait_until
from tests.server import Server
from tests.unit.test_model_folder import small_folder
from vae_explorer.catalog.manifest import slider_limit
from vae_explorer.model.config import ModelConfig
from vae_explorer.storage.model_folder import ModelFolder

Array = NDArray[np.float64]

MARGIN = 0.03  # of the points' box, around it
CELLS = 20  # of the decoded plane, a side
TWO_DECIMALS = 0.00501


def stage(page: Page) -> Locator:
    return page.get_by_role("application", name="Where the code lies")


def expect_stage(page: Page, title: str) -> None:
    expect(stage(page)).to_have_accessible_name(f"Where the code lies: {title}")
    expect(stage(page)).to_have_attribute("aria-busy", "false")


def box_of(page: Page) -> FloatRect:
    """The stage without its border, in the window."""
    box = stage(page).bounding_box()
    assert box is not None
    return {"x": box["x"] + 1, "y": box["y"] + 1, "width": box["width"] - 2, "height": box["height"] - 2}


class Points:
    """Where a map of points shows its plane, worked out from the points alone."""

    def __init__(self, page: Page, points: ArrayLike) -> None:
        points = np.asarray(points, np.float64)
        low, high = points.min(axis=0), points.max(axis=0)
        size = (high - low) * (1 + 2 * MARGIN)
        box = box_of(page)
        self.unit = float(max(size[0] / box["width"], size[1] / box["height"]))  # of the plane, a pixel
        self.middle = (low + high) / 2
        self.centre = np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])

    def pixels(self, place: ArrayLike) -> Array:
        across, up = (np.asarray(place, np.float64) - self.middle) / self.unit
        return self.centre + np.array([across, -up])


class Plane(Points):
    """The same for the plane of a two-dimensional code, which fills the stage from -limit to limit."""

    def __init__(self, page: Page, limit: int) -> None:
        super().__init__(page, [[0.0, 0.0], [1.0, 1.0]])
        self.unit, self.middle = 2 * limit / box_of(page)["width"], np.zeros(2)


def ring_at(page: Page) -> Array:
    box = stage(page).locator(".vx-inset-ring").bounding_box()
    assert box is not None
    return np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])


def expect_ring(page: Page, wanted: Array) -> None:
    wait_until(page, lambda: np.abs(ring_at(page) - wanted).max() < 0.6, f"the ring is not at {wanted}")


def pca(model: str, z: ArrayLike) -> Array:
    codes = shipped(model).codes
    axes = codes["projection/pca/components"][:2].astype(np.float64)
    place: Array = axes @ (np.asarray(z) - codes["projection/pca/mean"])
    return place


def moved_by_pca(model: str, z: ArrayLike, place: ArrayLike) -> Array:
    """`z` moved within the plane of the first two axes until it lies at a place."""
    step = np.asarray(place) - pca(model, z)
    axes = shipped(model).codes["projection/pca/components"][:2].astype(np.float64)
    moved: Array = np.asarray(z, np.float64) + step @ axes
    return moved


# ---- PCA ----


@pytest.mark.parametrize("model", ["mlp-20", "conv-20"])
def test_dragging_the_ring_moves_the_code_in_the_plane(page: Page, explorer: Server, model: str) -> None:
    start = np.random.default_rng(2).standard_normal(20).round(2)
    sent = Sent(page)
    open_code(page, explorer, start, model)
    expect_stage(page, "PCA")
    expect_idle(page)
    points = Points(page, shipped(model).codes["projection/pca"][:, :2])
    before = sent.count()
    from_pixels = points.pixels(pca(model, start))
    expect_ring(page, from_pixels)
    # Gripped beside its middle, the ring must not jump there.
    grip = np.array([4.0, -3.0])
    page.mouse.move(*(from_pixels + grip))
    page.mouse.down()
    assert np.abs(shown_code(page) - start).max() < TWO_DECIMALS
    seen = [read_picture(picture(page))]
    for x, y in ((-1.5, 0.5), (-2.5, 2.0), (2.0, -1.0)):
        to = points.pixels([x, y])
        page.mouse.move(*(to + grip))
        expect_ring(page, to)
        wanted = moved_by_pca(model, start, [x, y])
        # A pixel is wider than what two decimals show, and the mouse stands on whole ones.
        wait_until(page, lambda z=wanted: np.abs(shown_code(page) - z).max() < points.unit, "another code is shown")
        seen.append(read_picture(picture(page)))
    assert sent.count() == before
    page.mouse.up()
    (sent_code,) = sent.values(before, "code", 1)
    z = np.array(sent_code["z"])
    assert np.abs(z - wanted).max() < points.unit
    # To the last bit in the plane: what is at right angles to it has stayed as it was.
    assert np.abs(z - moved_by_pca(model, start, pca(model, z))).max() < 1e-5
    assert np.abs(shown_code(page) - z).max() < TWO_DECIMALS
    expect_picture(picture(page), decoded(model, [z])[0])
    assert all(difference(one, other) > 8 for one, other in itertools.pairwise(seen))


def test_ring_follows_a_slider_while_it_is_dragged(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    expect_stage(page, "PCA")
    points = Points(page, shipped(MODEL).codes["projection/pca"][:, :2])
    expect_ring(page, points.pixels(pca(MODEL, np.zeros(20))))
    dimension = 1 + int(np.abs(shipped(MODEL).codes["projection/pca/components"][0]).argmax())
    box = slider(page, dimension).bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    for share in (0.6, 0.75, 0.9):
        page.mouse.move(box["x"] + share * box["width"], y)
        z = np.zeros(20)
        z[dimension - 1] = float(slider(page, dimension).input_value())
        assert z.any()
        expect_ring(page, points.pixels(pca(MODEL, z)))
    page.mouse.up()


def test_arrow_keys_move_the_ring(page: Page, explorer: Server) -> None:
    sent = Sent(page)
    open_view(page, explorer)
    expect_stage(page, "PCA")
    expect_idle(page)
    before = sent.count()
    stage(page).focus()
    for keys, step in ((["ArrowRight"] * 3, (0.3, 0.0)), (["ArrowUp", "Shift+ArrowDown"], (0.3, 0.09))):
        for key in keys:
            page.keyboard.press(key)
        wanted = moved_by_pca(MODEL, np.zeros(20), pca(MODEL, np.zeros(20)) + step)
        wait_until(page, lambda z=wanted: np.abs(shown_code(page) - z).max() < TWO_DECIMALS, "another code is shown")

    # Presses in quick succession may be sent together; the last one counts.
    def is_told() -> bool:
        (*_, last) = sent.values(before, "code", 1)
        return bool(np.abs(np.array(last["z"]) - wanted).max() < 1e-5)

    wait_until(page, is_told, "the server has heard of another code")
    expect_picture(picture(page), decoded(MODEL, [wanted])[0])


def test_points_lie_where_the_codes_do_in_their_class_colours(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(device_scale_factor=2)
    open_view(page, explorer)
    expect_stage(page, "PCA")
    codes = shipped(MODEL).codes
    plane = codes["projection/pca"][:, :2].astype(np.float64)
    canvas = stage(page).locator("canvas")
    raw, width, height = canvas.evaluate(
        """canvas => {
          const { width, height } = canvas;
          const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
          let text = "";
          for (let i = 0; i < data.length; i += 8192) text += String.fromCharCode(...data.subarray(i, i + 8192));
          return [btoa(text), width, height];
        }"""
    )
    rgba = np.frombuffer(base64.b64decode(raw), np.uint8).reshape(height, width, 4)
    box = box_of(page)
    assert (width, height) == (round(2 * box["width"]), round(2 * box["height"]))  # sharp where pixels are small
    colours = page.evaluate(
        f"""async () => {{
          {MODULE}
          return (await module("palette.js")).CLASS_COLOURS;
        }}"""
    )
    points = Points(page, plane)
    # Points that none other covers: far out.
    alone = [
        int(index)
        for index in np.argsort(-np.linalg.norm(plane - plane.mean(axis=0), axis=1))[:60]
        if np.partition(np.linalg.norm(plane - plane[index], axis=1), 1)[1] > 6 * points.unit
    ]
    assert len(alone) >= 10
    for index in alone:
        across, down = np.floor(2 * (points.pixels(plane[index]) - [box["x"], box["y"]])).astype(int)
        shown = rgba[down, across].astype(int)
        wanted = [int(colours[codes["label"][index]][start : start + 2], 16) for start in (1, 3, 5)]
        assert shown[3] > 128
        assert np.abs(shown[:3] - wanted).max() <= 3


# ---- t-SNE ----


def test_on_tsne_a_click_goes_to_the_nearest_test_digit(page: Page, explorer: Server) -> None:
    codes = shipped(MODEL).codes
    z = np.random.default_rng(3).standard_normal(20).round(2)
    sent = Sent(page)
    open_code(page, explorer, z)
    expect_stage(page, "PCA")
    page.get_by_role("button", name="t-SNE", exact=True).click()
    expect_stage(page, "t-SNE")
    points = Points(page, codes["projection/tsne"])
    distance = np.linalg.norm(codes["mu"] - z, axis=1)
    nearest = np.argsort(distance)[:5]
    weights = 1 / distance[nearest]
    expect_ring(page, points.pixels(weights @ codes["projection/tsne"][nearest] / weights.sum()))

    expect_idle(page)
    before = sent.count()
    index = 1234
    page.mouse.click(*points.pixels(codes["projection/tsne"][index]))
    (sent_code,) = sent.values(before, "code", 1)
    # The map is small: whichever is nearest to the pixel that was hit.
    found = int(np.abs(codes["mu"] - sent_code["z"]).max(axis=1).argmin())
    assert np.abs(codes["mu"][found] - sent_code["z"]).max() < 1e-6
    assert np.linalg.norm(codes["projection/tsne"][found] - codes["projection/tsne"][index]) < 2 * points.unit
    expect_ring(page, points.pixels(codes["projection/tsne"][found]))
    expect_picture(picture(page), decoded(MODEL, codes["mu"][found : found + 1])[0])

    # The choice stays while pages change, and so does the way a key goes from one test digit to another.
    go_to(page, "Samples")
    go_to(page, "Morph")
    expect_stage(page, "t-SNE")
    stage(page).focus()
    page.keyboard.press("ArrowRight")
    wait_until(
        page, lambda: ring_at(page)[0] > points.pixels(codes["projection/tsne"][found])[0] + 5, "the ring has not moved"
    )
    shown = shown_code(page)
    assert np.abs(codes["mu"] - shown).max(axis=1).min() < TWO_DECIMALS


# ---- the decoded plane ----


def write_plane(path: Path, classes: int = 0, latent_dim: int = 2) -> ModelFolder:
    folder = small_folder(ModelConfig("mlp", latent_dim, hidden=8, classes=classes), count=60)
    folder = replace(folder, codes=folder.codes | {"mu": np.clip(folder.codes["mu"], -3, 3)})
    write(folder, path)
    assert slider_limit(folder) == 3
    return folder


def cells() -> Array:
    """`(400, 2)`: the codes in the middle of the cells, row by row from the top left."""
    middles = 3 * ((2 * np.arange(CELLS) + 1) / CELLS - 1)
    return np.array([(x, y) for y in middles[::-1] for x in middles])


def read_cells(page: Page, columns: int = CELLS, rows: int = CELLS) -> Pictures:
    """`(rows * columns, 28, 28)`: the pictures of the plane, or of the line, which is one row."""
    text = (
        stage(page)
        .locator("canvas")
        .evaluate(
            """canvas => {
          const { width, height } = canvas;
          const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
          let text = "";
          for (let i = 0; i < data.length; i += 4) text += String.fromCharCode(data[i]);
          return btoa(text);
        }"""
        )
    )
    sheet = np.frombuffer(base64.b64decode(text), np.uint8).reshape(rows, 28, columns, 28)
    return sheet.transpose(0, 2, 1, 3).reshape(-1, 28, 28)


def test_decoded_plane_is_the_main_control(page: Page, explorer: Server) -> None:
    path = explorer.models / "plane"
    write_plane(path)
    sent = Sent(page)
    open_view(page, explorer, model="own/plane")
    expect_stage(page, "Decoded plane")
    wanted = decoded(str(path), cells())
    assert np.ptp(wanted) > 100
    assert difference(wanted[0], wanted[-1]) > 16
    assert difference(read_cells(page), wanted) <= 1

    expect_idle(page)
    before = sent.count()
    plane = Plane(page, 3)
    assert box_of(page)["width"] > 500
    expect_ring(page, plane.pixels([0, 0]))
    # Anywhere, not only on the ring.
    page.mouse.move(*plane.pixels([-2, 1]))
    page.mouse.down()
    for place in ([-2.0, 1.0], [1.5, 2.5], [0.5, -1.25]):
        page.mouse.move(*plane.pixels(place))
        expect_ring(page, plane.pixels(place))
        wait_until(page, lambda at=place: np.abs(shown_code(page) - at).max() < plane.unit, "another code is shown")
    assert sent.count() == before
    page.mouse.up()
    (sent_code,) = sent.values(before, "code", 1)
    expect_picture(picture(page), decoded(str(path), [sent_code["z"]])[0])
    # Past the edge the code stops at it.
    page.mouse.move(*plane.pixels([0, 0]))
    page.mouse.down()
    page.mouse.move(*plane.pixels([4, 0]))
    expect(typed(page, 1)).to_have_value("3.00")
    page.mouse.up()

    page.get_by_role("button", name="Test codes", exact=True).click()
    expect_stage(page, "Test codes")
    page.mouse.click(*plane.pixels([1, -1]))
    wait_until(page, lambda: np.abs(shown_code(page) - [1, -1]).max() < plane.unit, "another code is shown")


def test_decoded_plane_follows_the_class(page: Page, explorer: Server) -> None:
    path = explorer.models / "conditional"
    write_plane(path, classes=10)
    open_view(page, explorer, model="own/conditional")
    expect_stage(page, "Decoded plane")
    for label in (0, 7):
        if label:
            choice = page.get_by_role("group", name="Class given to the decoder")
            choice.get_by_role("button", name=str(label), exact=True).click()
        expect(page.get_by_text(f"Decoded as class {label}.")).to_be_visible()
        expect_stage(page, "Decoded plane")
        wanted = decoded(str(path), cells(), label)
        assert difference(read_cells(page), wanted) <= 1


def test_one_dimension_is_a_line(page: Page, explorer: Server) -> None:
    path = explorer.models / "line"
    write_plane(path, latent_dim=1)
    open_view(page, explorer, model="own/line")
    expect_stage(page, "Decoded line")
    middles = 3 * ((2 * np.arange(10) + 1) / 10 - 1)
    assert difference(read_cells(page, columns=10, rows=1), decoded(str(path), middles[:, np.newaxis])) <= 1
    box = box_of(page)
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.75 * box["width"], y)
    wait_until(page, lambda: abs(shown_code(page)[0] - 1.5) < 6 / box["width"], "another code is shown")
    page.mouse.up()


# ---- fingers ----


def to_the_stage(page: Page) -> None:
    """The stage in view, above the row of the pages' names."""
    stage(page).evaluate("node => node.scrollIntoView({ block: 'end' })")


def test_a_finger_drags_the_ring_and_scrolls_beside_it(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    open_view(page, explorer)
    expect_idle(page)
    expect_stage(page, "PCA")
    to_the_stage(page)
    points = Points(page, shipped(MODEL).codes["projection/pca"][:, :2])
    origin = np.zeros(20)
    ring = points.pixels(pca(MODEL, origin))
    expect_ring(page, ring)
    target = np.array([1.5, 1.0])
    drag(page, path(ring, points.pixels(target)))
    wanted = moved_by_pca(MODEL, origin, target)
    wait_until(page, lambda: np.abs(shown_code(page) - wanted).max() < 1.5 * points.unit, "another code is shown")
    expect_ring(page, points.pixels(target))

    # A finger that begins beside the ring scrolls the page: the code stays.
    before, top = shown_code(page), box_of(page)["y"]
    start = points.pixels([-2.0, 1.0])
    drag(page, path(start, beside(start, 0, 80)))
    expect_still(stage(page))
    assert box_of(page)["y"] > top + 40
    assert np.array_equal(shown_code(page), before)
    to_the_stage(page)
    points = Points(page, shipped(MODEL).codes["projection/pca"][:, :2])
    # And one that taps goes there.
    page.touchscreen.tap(*points.pixels([-1.0, -1.0]))
    wanted = moved_by_pca(MODEL, wanted, [-1.0, -1.0])
    wait_until(page, lambda: np.abs(shown_code(page) - wanted).max() < 2 * points.unit, "another code is shown")


def test_one_finger_scrolls_past_the_decoded_plane_and_two_move_the_ring(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    write_plane(explorer.models / "plane")
    sent = Sent(page)
    open_view(page, explorer, model="own/plane")
    expect_stage(page, "Decoded plane")
    expect_idle(page)
    expect(page.get_by_text("Drag the ring, or tap where it should go")).to_be_visible()
    expect(page.get_by_text("Drag on the plane")).to_have_count(0)
    top, since = box_of(page)["y"], sent.count()
    plane = Plane(page, 3)
    drag(page, path(plane.pixels([-1.5, 0.0]), plane.pixels([-1.5, 2.5])))
    expect_still(stage(page))
    assert box_of(page)["y"] < top - 60
    assert not shown_code(page).any()

    # From the ring, however the finger goes.
    stage(page).evaluate("node => node.scrollIntoView({ block: 'center' })")
    plane, top = Plane(page, 3), box_of(page)["y"]
    drag(page, path(plane.pixels([0, 0]), plane.pixels([1.5, -1])))
    wait_until(page, lambda: np.abs(shown_code(page) - [1.5, -1]).max() < plane.unit, "another code is shown")

    # Two fingers move it by as much as they go, wherever they are; apart or together, they zoom nothing.
    left, right = plane.pixels([-2, 0]), plane.pixels([0, 1])
    step = plane.pixels([-1, -1]) - plane.pixels([0, 0])
    drag(page, path(left, beside(left + step, -10, 0)), path(right, beside(right + step, 10, 0)))
    wait_until(page, lambda: np.abs(shown_code(page) - [0.5, -2]).max() < 2 * plane.unit, "another code is shown")
    expect_still(stage(page))
    assert box_of(page)["y"] == top
    assert page.evaluate("visualViewport.scale") == 1
    assert len(sent.values(since, "code", 2)) == 2


def test_a_pen_drags_from_anywhere(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    write_plane(explorer.models / "plane")
    open_view(page, explorer, model="own/plane")
    expect_stage(page, "Decoded plane")
    plane = Plane(page, 3)
    client = page.context.new_cdp_session(page)
    for kind, place in (("mousePressed", (-2, 1)), ("mouseMoved", (0, 2)), ("mouseReleased", (0, 2))):
        x, y = plane.pixels(place)
        event = {"x": float(x), "y": float(y), "button": "left", "buttons": 1, "clickCount": 1, "pointerType": "pen"}
        client.send("Input.dispatchMouseEvent", {"type": kind, **event})
    client.detach()
    wait_until(page, lambda: np.abs(shown_code(page) - [0, 2]).max() < plane.unit, "another code is shown")


def test_a_finger_drags_sideways_along_a_line_and_scrolls_up_and_down(phone_page: Page, explorer: Server) -> None:
    page = phone_page
    write_plane(explorer.models / "line", latent_dim=1)
    open_view(page, explorer, model="own/line")
    expect_stage(page, "Decoded line")
    to_the_stage(page)
    box = box_of(page)
    middle = np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
    quarter = np.array([box["width"] / 4, 0])
    drag(page, path(middle - quarter, middle + quarter))
    wait_until(page, lambda: abs(shown_code(page)[0] - 1.5) < 12 / box["width"], "another code is shown")
    before = shown_code(page)
    drag(page, path(middle - quarter, beside(middle - quarter, 0, -80)))
    expect_still(stage(page))
    assert box_of(page)["y"] < box["y"] - 40
    assert np.array_equal(shown_code(page), before)
