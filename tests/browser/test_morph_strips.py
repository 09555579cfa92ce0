"""Morph's sliders in the order of what they carry, and the filmstrip of each."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from tests.browser.morph_page import FRAMES, by_use, click_frame, expect_strip, read_strip, stops, strip
from tests.browser.pixels import decoded, difference, expect_picture
from tests.browser.visitor import MODEL, SHIPPED, Sent, expect_idle, open_view, picture, slider, type_value, typed
from tests.server import Server


@pytest.mark.parametrize("model", SHIPPED)
def test_each_strip_shows_its_dimension_and_follows_the_others(page: Page, explorer: Server, model: str) -> None:
    open_view(page, explorer, model=model)
    used, _ = by_use(model)
    z = np.zeros(20)
    for dimension in used:
        expect_strip(page, model, dimension, z)
    first, second = used[:2]
    own = read_strip(strip(page, first))
    other = read_strip(strip(page, second))
    type_value(page, first, "1.5")
    z[first - 1] = 1.5
    for dimension in used:
        expect_strip(page, model, dimension, z)
    assert difference(read_strip(strip(page, first)), own) == 0
    assert difference(read_strip(strip(page, second)), other) > 32


def test_strips_follow_while_the_hand_is_down(page: Page, explorer: Server) -> None:
    sent = Sent(page)
    open_view(page, explorer)
    expect_idle(page)
    used, _ = by_use(MODEL)
    box = slider(page, used[0]).bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    before = sent.count()
    for share in (0.6, 0.75):
        page.mouse.move(box["x"] + share * box["width"], y, steps=5)
        z = np.zeros(20)
        z[used[0] - 1] = float(slider(page, used[0]).input_value())
        assert z.any()
        for dimension in used[1:4]:
            expect_strip(page, MODEL, dimension, z)
    assert sent.count() == before
    page.mouse.up()


def test_click_on_a_frame_goes_there(page: Page, explorer: Server) -> None:
    sent = Sent(page)
    open_view(page, explorer)
    expect_idle(page)
    before = sent.count()
    z = np.zeros(20)
    released = []
    for frame in (5, 0):
        value = stops(MODEL)[frame].item()
        click_frame(page, 5, frame)
        expect(typed(page, 5)).to_have_value(f"{value:.2f}")
        z[4] = value
        released.append({"z": z.tolist(), "label": None})
        expect_picture(picture(page), decoded(MODEL, [z])[0])
        expect_strip(page, MODEL, 6, z)
    sent.expect_values(before, "code", released)


@pytest.mark.parametrize("model", ["mlp-20", "ae-2"])
def test_the_thumb_is_under_the_frame_of_its_value(page: Page, explorer: Server, model: str) -> None:
    open_view(page, explorer, model=model)
    values = stops(model)
    limit = values[-1]
    _expect_thumb_under_frames(page, values)
    range_ = slider(page, 1)
    expect(range_).to_have_attribute("min", f"{-limit:g}")
    expect(range_).to_have_attribute("max", f"{limit:g}")
    expect(page.locator(".vx-slider-scale").first).to_have_text(f"−{limit:g}{limit:g}")


def test_the_thumb_is_under_its_frame_on_a_phone(phone_page: Page, explorer: Server) -> None:
    open_view(phone_page, explorer)
    _expect_thumb_under_frames(phone_page, stops(MODEL))


def _expect_thumb_under_frames(page: Page, values: NDArray[np.float64]) -> None:
    """Press the slider of z1 below the middle of each frame: it goes to the value of that frame."""
    slider(page, 1).scroll_into_view_if_needed()
    frames = strip(page, 1).bounding_box()
    box = slider(page, 1).bounding_box()
    assert frames is not None
    assert box is not None
    pixel = (values[1] - values[0]) / (frames["width"] / FRAMES)
    for frame, value in enumerate(values):
        page.mouse.click(frames["x"] + frames["width"] * (frame + 0.5) / FRAMES, box["y"] + box["height"] / 2)
        assert abs(float(slider(page, 1).input_value()) - value) <= pixel


@pytest.mark.parametrize("model", SHIPPED)
def test_order_of_use(page: Page, explorer: Server, model: str) -> None:
    open_view(page, explorer, model=model)
    used, unused = by_use(model)
    names = page.get_by_role("slider").evaluate_all("nodes => nodes.map(node => node.ariaLabel)")
    assert names == [f"z{dimension}" for dimension in used]
    bars = page.locator(".vx-slider-bar").evaluate_all("nodes => nodes.map(node => node.offsetWidth)")
    assert bars[: len(used)] == sorted(bars[: len(used)], reverse=True)
    assert bars[0] > 2 * bars[len(used) - 1]
    fold = page.get_by_text("unused dimensions", exact=False)
    expect(fold).to_have_count(1 if unused else 0)


def test_unused_dimensions_unfold(page: Page, explorer: Server) -> None:
    model = "conv-20"
    _, unused = by_use(model)
    assert unused
    open_view(page, explorer, model=model)
    for dimension in unused:
        expect(slider(page, dimension)).to_have_count(0)
    page.get_by_text(f"{len(unused)} unused dimensions", exact=True).click()
    expect(page.get_by_text("the encoder answers with the prior", exact=False)).to_be_visible()
    for dimension in unused:
        expect(slider(page, dimension)).to_be_visible()
        strip(page, dimension).scroll_into_view_if_needed()
        expect_strip(page, model, dimension, np.zeros(20))
    type_value(page, unused[0], "2")
    z = np.zeros(20)
    z[unused[0] - 1] = 2
    expect_picture(picture(page), decoded(model, [z])[0])
