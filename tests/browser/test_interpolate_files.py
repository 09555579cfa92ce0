"""Interpolate, what a person takes along: strips as PNG, loops as GIF and WebM."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageSequence
from playwright.sync_api import Page, Route, expect

from tests.browser.interpolate_page import download, linear, mu, read_png, read_strip, spherical, to_tiles
from tests.browser.pixels import Pictures, decoded, difference
from tests.browser.visitor import MODEL, expect_view, open_view
from tests.browser.waiting import wait_until
from tests.server import Server

STEPS = 24  # of a GIF, from stop to stop
SCALES = {"both paths": 5, "linear": 8, "spherical": 8}


def gif_frames(body: bytes) -> tuple[Pictures, list[int]]:
    """`(N, height, width)`, and how many milliseconds each is shown."""
    with Image.open(io.BytesIO(body)) as opened:
        assert opened.info["loop"] == 0
        frames = [(np.asarray(frame.convert("L")), frame.info["duration"]) for frame in ImageSequence.Iterator(opened)]
    return np.stack([frame for frame, _ in frames]), [duration for _, duration in frames]


def test_strips_as_png(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Interpolate")
    name, body = download(page, "Strips as PNG")
    assert name == f"{MODEL}_strips.png"
    picture = read_png(body)
    # Both strips at the right, three times as large, and their names in black on white at the left.
    left = picture.shape[1] - 12 - 13 * 84
    for row, path in enumerate(("Linear", "Spherical")):
        top = 12 + row * 88
        tiles = to_tiles(picture[top : top + 84, left:-12])
        assert np.array_equal(tiles, np.kron(read_strip(page, path), np.ones((3, 3), np.uint8)))
        words = picture[top : top + 84, :left]
        assert words.min() < 64
        assert np.median(words) == 255


@pytest.mark.parametrize("which", SCALES)
def test_loop_as_gif(page: Page, explorer: Server, which: str) -> None:
    open_view(page, explorer, "Interpolate")
    page.get_by_role("combobox", name="Loop of").select_option(label=which)
    name, body = download(page, "GIF")
    assert name == f"{MODEL}_{which.replace('both paths', 'linear-and-spherical')}.gif"
    frames, durations = gif_frames(body)
    assert set(durations) == {60}
    t = np.concatenate([np.arange(STEPS + 1), np.arange(STEPS - 1, 0, -1)]) / STEPS
    assert len(frames) == len(t)
    scale = SCALES[which]
    small = frames[:, ::scale, ::scale]
    assert np.array_equal(np.repeat(np.repeat(small, scale, axis=1), scale, axis=2), frames)
    paths = {"linear": linear, "spherical": spherical}
    shown = [path for name, path in paths.items() if which in (name, "both paths")]
    for column, path in enumerate(shown):
        pictures = small[:, :, column * 30 : column * 30 + 28]
        assert difference(pictures, decoded(MODEL, path(mu(0), mu(1), t))) <= 2  # a GIF may be off by one as well
    assert small.shape[1:] == (28, 30 * len(shown) - 2)


def test_loop_as_webm(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Interpolate")
    name, body = download(page, "WebM")
    assert name == f"{MODEL}_linear-and-spherical.webm"
    assert body[:4] == b"\x1a\x45\xdf\xa3"
    # The browser plays back what it has recorded: pictures of that size that are not black.
    size, brightest = page.evaluate(
        """async bytes => {
          const video = document.createElement("video");
          video.muted = true;
          video.src = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: "video/webm" }));
          await video.play();
          await new Promise(resolve => video.requestVideoFrameCallback(resolve));
          const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
          const context = canvas.getContext("2d");
          context.drawImage(video, 0, 0);
          const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
          const brightest = data.filter((_, i) => i % 4 < 3).reduce((most, value) => Math.max(most, value), 0);
          return [[canvas.width, canvas.height], brightest];
        }""",
        list(body),
    )
    assert size == [58 * 5, 28 * 5]
    assert brightest > 200


def test_file_is_named_after_the_class_that_it_shows(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Interpolate", "cvae-8")
    classes = page.get_by_role("group", name="Class given to the decoder")
    classes.get_by_role("button", name="3").click()
    expect_view(page, "Interpolate")
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    page.route("**/vx/gif?**", hold)
    with page.expect_download() as coming:
        page.get_by_role("button", name="GIF", exact=True).click()
        wait_until(page, lambda: len(asked) == 1, "no GIF is asked for")
        # While the server is at it, another class is chosen.
        classes.get_by_role("button", name="7").click()
        expect(classes.get_by_role("button", name="7")).to_have_attribute("aria-pressed", "true")
        asked[0].continue_()
    assert coming.value.suggested_filename == "cvae-8_linear-and-spherical_class-3.gif"


@pytest.mark.console_errors("Failed to load resource")
def test_gif_that_fails_is_said_in_a_sentence(page: Page, explorer: Server) -> None:
    open_view(page, explorer, "Interpolate")
    page.route("**/vx/gif?**", lambda route: route.continue_(url=route.request.url.replace("scale=5", "scale=50")))
    page.get_by_role("button", name="GIF", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("scale is 50; 1 to 8 expected")
    page.unroute("**/vx/gif?**")
    page.route("**/vx/gif?**", lambda route: route.abort("connectionreset"))
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_contain_text("the server does not answer")
    page.unroute("**/vx/gif?**")
    _, body = download(page, "Try again")
    assert body.startswith(b"GIF89a")
    expect(page.get_by_role("alert")).to_have_count(0)
