"""Interpolate, between codes: both paths side by side, the scrubber, the stops."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.interpolate_page import (
    choose_stop,
    class_mean,
    expect_strip,
    large,
    linear,
    mu,
    named_test,
    pictures_of,
    read_strip,
    scrubber,
    spherical,
    stops,
)
from tests.browser.pixels import decoded, difference, expect_picture
from tests.browser.visitor import (
    MODEL,
    MODULE,
    SHIPPED,
    Sent,
    expect_idle,
    expect_view,
    go_to,
    open_view,
    picture,
    shipped,
    shown_code,
    type_value,
)
from tests.browser.waiting import wait_until
from tests.server import Server

T = np.linspace(0, 1, 13)


@pytest.mark.parametrize("model", SHIPPED)
def test_both_strips_are_what_torch_decodes(page: Page, explorer: Server, model: str) -> None:
    open_view(page, explorer, "Interpolate", model)
    a, b = mu(0, model), mu(1, model)
    expect_strip(page, "Linear", decoded(model, linear(a, b, T)))
    expect_strip(page, "Spherical", decoded(model, spherical(a, b, T)))
    assert difference(read_strip(page, "Linear"), read_strip(page, "Spherical")) > 50


def test_scrubber_moves_both_pictures_and_sends_nothing(page: Page, explorer: Server) -> None:
    sent = Sent(page)
    open_view(page, explorer, "Interpolate")
    expect_idle(page)
    before = sent.count()
    box = scrubber(page).bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    frames = []
    for part in (0.3, 0.8, 0.2, 0.75):
        page.mouse.move(box["x"] + part * box["width"], y)
        frames.append(int(large(page, "Linear, at this position").get_attribute("data-frames") or 0))
    t = [float(scrubber(page).input_value())]
    assert t[0] == pytest.approx(0.75, abs=0.02)
    for name, interpolate in (("Linear", linear), ("Spherical", spherical)):
        code = interpolate(mu(0), mu(1), t)
        canvas = large(page, f"{name}, at this position")
        expect_picture(canvas, decoded(MODEL, code)[0])
        length = np.linalg.norm(code)
        expect(canvas.locator("xpath=ancestor::figure")).to_contain_text(f"|z| = {length:.2f}")
    assert frames[-1] > frames[0], "the pictures stood still while the scrubber was dragged"
    assert sent.count() == before
    page.mouse.up()
    expect(scrubber(page)).to_have_attribute("aria-valuetext", f"{round(100 * t[0])} % from stop 1 to stop 2")


def test_chart_shows_lengths_and_those_of_the_prior(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Interpolate")
    places = np.linspace(0, 1, 25)
    lengths = {
        "Linear": np.linalg.norm(linear(mu(0), mu(1), places), axis=1),
        "Spherical": np.linalg.norm(spherical(mu(0), mu(1), places), axis=1),
    }
    chart = page.get_by_role("img", name="|z| along the path")
    for name, values in lengths.items():
        assert f"{name}: |z| {values.min():.2f} to {values.max():.2f}" in (chart.get_attribute("aria-label") or "")
    # The 5 % and 95 % points of chi-squared with 20 degrees of freedom, from tables: 10.851 and 31.410.
    expect(page.get_by_text(f"between {math.sqrt(10.851):.2f} and {math.sqrt(31.410):.2f}")).to_be_visible()
    # Both curves end where the other does; the band lies behind them.
    drawn = chart.locator("polyline").evaluate_all("lines => lines.map(line => line.getAttribute('points').split(' '))")
    assert drawn[0][0] == drawn[1][0]
    assert drawn[0][-1] == drawn[1][-1]
    heights = [[float(point.split(",")[1]) for point in line] for line in drawn]
    for line, values in zip(heights, lengths.values(), strict=True):
        scale = (line[-1] - line[0]) / (values[-1] - values[0])
        assert np.allclose(line, line[0] + scale * (values - values[0]), atol=0.3)


def test_pointing_at_the_chart_moves_the_scrubber(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Interpolate")
    box = page.get_by_role("img", name="|z| along the path").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] - 4, box["y"] + 60)
    expect(scrubber(page)).to_have_value("1")
    expect_picture(large(page, "Linear, at this position"), decoded(MODEL, [mu(1)])[0])


def test_stop_is_another_test_digit_at_each_click(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Interpolate")
    choose_stop(page, 2)
    seen = []
    for _ in range(2):
        before = stops(page).nth(1).inner_text()
        page.get_by_role("button", name="Test digit of class 3", exact=True).click()
        expect(stops(page).nth(1)).not_to_have_text(before.replace("\n", ""))
        expect(stops(page).nth(1)).to_contain_text("class 3")
        seen.append(named_test(stops(page).nth(1)))
        assert shipped(MODEL).codes["label"][seen[-1]] == 3
        expect_strip(page, "Linear", decoded(MODEL, linear(mu(0), mu(seen[-1]), T)))
    assert seen[0] != seen[1]


def test_class_mean_random_and_morph_as_stops(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    type_value(page, 4, "1.5")
    type_value(page, 9, "-2.25")
    code = np.zeros(20)
    code[[3, 8]] = 1.5, -2.25
    page.get_by_role("button", name="Keep", exact=True).click()
    type_value(page, 9, "0")
    expect_idle(page)
    go_to(page, "Interpolate")
    page.get_by_role("button", name="Bookmark 1", exact=True).click()
    choose_stop(page, 2)
    page.get_by_role("button", name="Mean of class 8", exact=True).click()
    expect(stops(page).nth(1)).to_contain_text(f"mean of {(shipped(MODEL).codes['label'] == 8).sum()} codes")
    expect_strip(page, "Spherical", decoded(MODEL, spherical(code, class_mean(8), T)))
    page.get_by_role("button", name="From Morph", exact=True).click()
    now = code * (np.arange(20) == 3)
    expect_strip(page, "Linear", decoded(MODEL, linear(code, now, T)))
    # A random one names its seed, and a seed is one code for everybody.
    page.get_by_role("button", name="Random", exact=True).click()
    expect(stops(page).nth(1)).to_contain_text("seed")
    seed = int(stops(page).nth(1).inner_text().rsplit("seed ", 1)[1].split()[0])
    z = page.evaluate(
        f"""async seed => {{
          {MODULE}
          return Array.from({{ length: 20 }}, (await module("space/random.js")).standardNormals(seed));
        }}""",
        seed,
    )
    expect_strip(page, "Spherical", decoded(MODEL, spherical(code, np.array(z), T)))


def test_stops_come_go_and_change_places(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Interpolate")
    add = page.get_by_role("button", name="Add a stop")
    for number in range(3, 7):
        add.click()
        expect(stops(page)).to_have_count(number)
        page.get_by_role("button", name=f"Mean of class {number}", exact=True).click()
        expect(stops(page).nth(number - 1)).to_contain_text(f"Mean of class {number}")
    expect(add).to_be_disabled()
    # Five segments: as many pictures as before or a few more, each stop among them.
    codes = [mu(0), mu(1), *(class_mean(label) for label in (3, 4, 5, 6))]
    thirds = [linear(a, b, np.arange(3) / 3) for a, b in pairwise(codes)]
    expect_strip(page, "Linear", decoded(MODEL, np.concatenate([*thirds, codes[-1:]])))

    for _ in range(3):
        page.get_by_role("button", name="Remove stop 1", exact=True).click()
    expect(stops(page)).to_have_count(3)
    page.get_by_role("button", name="Move stop 1 down", exact=True).click()
    codes = [class_mean(label) for label in (5, 4, 6)]
    sixths = np.concatenate(
        [linear(codes[0], codes[1], np.arange(6) / 6), linear(codes[1], codes[2], np.arange(7) / 6)]
    )
    expect_strip(page, "Linear", decoded(MODEL, sixths))
    page.get_by_role("button", name="Move stop 2 up", exact=True).click()
    page.get_by_role("button", name="Remove stop 3", exact=True).click()
    expect_strip(page, "Linear", decoded(MODEL, linear(codes[1], codes[0], T)))
    expect(page.get_by_role("button", name="Remove stop 1", exact=True)).to_be_disabled()


def test_closed_path_comes_back_to_its_first_stop(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Interpolate")
    page.get_by_role("button", name="Add a stop").click()
    page.get_by_role("button", name="Mean of class 0", exact=True).click()
    page.get_by_role("checkbox", name="Return to start").check()
    codes = [mu(0), mu(1), class_mean(0), mu(0)]
    t = np.arange(4) / 4
    segments = [spherical(a, b, t) for a, b in pairwise(codes)]
    expect_strip(page, "Spherical", decoded(MODEL, np.concatenate([*segments, codes[-1:]])))
    expect(scrubber(page)).to_have_attribute("max", "3")


def test_framed_picture_is_the_large_one(page: Page, explorer: Server) -> None:
    """Four segments have three pictures each, none of them in the middle of one."""
    open_view(page, explorer, "Interpolate")
    for _ in range(2):
        page.get_by_role("button", name="Add a stop").click()
    page.get_by_role("checkbox", name="Return to start").check()
    expect(scrubber(page)).to_have_attribute("max", "4")
    for name in ("Linear", "Spherical"):
        expect(pictures_of(page, name).locator("..")).to_have_attribute("aria-busy", "false")
        marked = (
            pictures_of(page, name)
            .get_by_role("button")
            .evaluate_all("cells => cells.findIndex(cell => cell.classList.contains('vx-marked'))")
        )
        assert float(scrubber(page).input_value()) == pytest.approx(marked / 3, abs=0.005)
        expect_picture(large(page, f"{name}, at this position"), read_strip(page, name)[marked])


def test_play_goes_on_until_it_is_paused(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Interpolate")
    page.get_by_role("button", name="Play", exact=True).click()
    places: list[float] = []

    def there_and_back() -> bool:
        places.append(float(scrubber(page).input_value()))
        return max(places) > 0.9 and places[-1] < 0.5

    wait_until(page, there_and_back, "it does not play there and back")
    page.get_by_role("button", name="Pause", exact=True).click()
    t = [float(scrubber(page).input_value())]
    # The slider shows hundredths, the path has all that lie between.
    expect_picture(large(page, "Linear, at this position"), decoded(MODEL, linear(mu(0), mu(1), t))[0], rounding=8)
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_play_follows_the_path_as_it_is_now(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Interpolate")
    add = page.get_by_role("button", name="Add a stop")
    add.click()
    expect(scrubber(page)).to_have_attribute("max", "2")
    page.get_by_role("button", name="Play", exact=True).click()
    places: list[float] = []

    def reached(*wanted: Callable[[float], bool]) -> bool:
        """Whether the scrubber has been at such places, one after the other."""
        places.append(float(scrubber(page).input_value()))
        coming = iter(places)
        return all(any(at(place) for place in coming) for at in wanted)

    # It turns around at the end that the shorter path has…
    page.get_by_role("button", name="Remove stop 3", exact=True).click()
    expect(scrubber(page)).to_have_attribute("max", "1")
    wait_until(page, lambda: reached(lambda at: at > 0.9, lambda at: at < 0.5), "it sticks where the path ends now")
    # …goes on to a stop that is new, and from there back to the first.
    add.click()
    expect(scrubber(page)).to_have_attribute("max", "2")
    wait_until(page, lambda: reached(lambda at: at > 1.2), "it does not reach the new stop")
    page.get_by_role("checkbox", name="Return to start").check()
    expect(scrubber(page)).to_have_attribute("max", "3")
    wait_until(page, lambda: reached(lambda at: at > 2.2, lambda at: at < 0.9), "it does not go around")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()


def test_play_is_calm_for_who_prefers_it(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(reduced_motion="reduce")
    open_view(page, explorer, "Interpolate")
    page.get_by_role("button", name="Play", exact=True).click()
    places: set[str] = set()

    def twice() -> bool:
        places.add(scrubber(page).input_value())
        return len(places) == 3

    wait_until(page, twice, "it does not play")
    assert sorted(places) == ["0.5", "0.67", "0.83"]


def test_picture_opens_in_morph(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Interpolate")
    pictures_of(page, "Spherical").get_by_role("button").nth(3).click()
    expect_view(page, "Morph")
    code = spherical(mu(0), mu(1), [0.25])
    expect_picture(picture(page), decoded(MODEL, code)[0])
    assert np.allclose(shown_code(page), code[0], atol=0.0051)
    # Back there, everything is as it was left, and the large picture opens too.
    go_to(page, "Interpolate")
    scrubber(page).press("End")
    large(page, "Linear, at this position").click()
    expect_view(page, "Morph")
    expect_picture(picture(page), decoded(MODEL, [mu(1)])[0])


def test_keys_go_from_picture_to_picture(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Interpolate")
    buttons = pictures_of(page, "Linear").get_by_role("button")
    buttons.first.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    expect(buttons.nth(1)).to_be_focused()
    expect(buttons.nth(1)).to_have_accessible_name("Linear, 8 % from stop 1 to stop 2: open in Morph")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect_view(page, "Morph")
    expect_picture(picture(page), decoded(MODEL, [mu(1)])[0])


def test_numbers_of_the_paths(page: Page, explorer: Server) -> None:
    """Where directions are one, opposite or none, and in one dimension."""
    open_view(page, explorer, "Interpolate")
    found = page.evaluate(
        f"async () => {{ {MODULE}"
        """
          const { spherical } = await module("space/paths.js");
          const at = (a, b, t) => { const z = new Float64Array(a.length); spherical(a, b, t, z); return [...z]; };
          return {
            same: at([1, 2], [2, 4], 0.5),
            opposite: at([2, 0, 0], [-4, 0, 0], 0.5),
            end: at([2, 0, 0], [-4, 0, 0], 1),
            origin: at([0, 0], [3, 4], 0.5),
            line: at([2], [-1], 0.5),
            right: at([1, 0], [0, 3], 0.5),
          };
        }"""
    )
    assert np.allclose(found["same"], [1.5, 3])
    assert np.linalg.norm(found["opposite"]) == pytest.approx(3)
    assert found["opposite"][0] == pytest.approx(0)
    assert np.allclose(found["end"], [-4, 0, 0])
    assert np.allclose(found["origin"], [1.5, 2])
    assert np.allclose(found["line"], [0.5])
    assert np.allclose(found["right"], 2 * np.array([math.sqrt(0.5), math.sqrt(0.5)]))
