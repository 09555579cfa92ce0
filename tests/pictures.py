"""Makes the pictures of README from the real app: `python -m tests.pictures`. Writes to assets/readme."""

from __future__ import annotations

import io
import math
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.browser_path import launch
from tests.server import ROOT, serve

FOLDER = ROOT / "assets" / "readme"
LAPTOP = {"width": 1366, "height": 768}
FRAMES = 28
FRAME_MS = 70
FORMING_MS = 250  # between two pictures of a run
COLOURS = 96


def main() -> None:
    """Start the app, take the pictures, stop it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder)) as server, sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport=LAPTOP, color_scheme="dark")
        page.goto(f"{server.url}/?model=conv-20")
        wait_for_picture(page)
        page.get_by_role("button", name="Test digit of class 3").click()
        page.get_by_role("img", name="Original of test digit").wait_for()
        page.wait_for_timeout(300)
        _save(page.screenshot(), FOLDER / "morph-dark.png")
        page = browser.new_page(viewport=LAPTOP, color_scheme="light")
        page.goto(server.url)
        wait_for_picture(page)
        _save_film(_dragged(page), FOLDER / "morph.gif")
        page.goto(f"{server.url}/train")
        _save_film(_trained(page), FOLDER / "train.gif", FORMING_MS)
        browser.close()


def wait_for_picture(page: Page) -> None:
    """Wait until the first picture has been decoded and painted."""
    picture = page.get_by_role("img", name="Decoded picture")
    picture.wait_for()
    page.wait_for_function("element => Number(element.dataset.frames) > 0", arg=picture.element_handle())


def _dragged(page: Page) -> list[Image.Image]:
    """Drag once around the decoded plane, a picture a step."""
    plane = page.get_by_role("application", name="Where the code lies: Decoded plane")
    page.wait_for_function("plane => plane.ariaBusy === 'false'", arg=plane.element_handle())
    box = plane.bounding_box()
    assert box is not None
    x, y, radius = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 0.17 * box["width"]
    frames = []
    for step in range(FRAMES):
        angle = 2 * math.pi * step / FRAMES
        page.mouse.move(x + radius * math.sin(angle), y - radius * math.cos(angle))
        if step == 0:
            page.mouse.down()
        page.wait_for_timeout(60)
        frames.append(_shot(page))
    page.mouse.up()
    return frames


def _trained(page: Page) -> list[Image.Image]:
    """Press Start, and look on."""
    start = page.get_by_role("button", name="Start", exact=True)
    page.wait_for_function("start => !start.disabled", arg=start.element_handle())
    frames = [_shot(page)]
    start.click()
    for _ in range(FRAMES):
        page.wait_for_timeout(FORMING_MS)
        frames.append(_shot(page))
    return frames


def _shot(page: Page) -> Image.Image:
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return shot.resize((911, 512), Image.Resampling.LANCZOS)


def _save_film(frames: list[Image.Image], file: Path, frame_ms: int = FRAME_MS) -> None:
    """Write an endless GIF; the colours are those of its last picture."""
    palette = frames[-1].quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE)  # the accent is in few pixels
    pictures = [frame.quantize(COLOURS, palette=palette, dither=Image.Dither.NONE) for frame in frames]
    pictures[0].save(file, save_all=True, append_images=pictures[1:], duration=frame_ms, loop=0, optimize=True)


def _save(png: bytes, file: Path) -> None:
    """Write a screenshot as a small PNG."""
    Image.open(io.BytesIO(png)).convert("RGB").quantize(256).save(file, optimize=True)


if __name__ == "__main__":
    main()
