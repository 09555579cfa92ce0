"""How the page brings a picture to 28x28, in a real browser, against numpy, Pillow and `python -m train`."""

from __future__ import annotations

import base64
import dataclasses
import itertools
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser import picture_files
from tests.browser.mnist_way import Grey, Steps, background_of, prepared
from tests.browser.visitor import MODULE, open_view
from tests.server import Server
from train.data.own_pictures import open_pictures, to_28x28
from vae_explorer import paths
from vae_explorer.storage import picture_atlas

WHOLE = Steps(invert=None, contrast=False, fit=False, centre=False)
MNIST = Steps(invert=None, contrast=True, fit=True, centre=True)
ALL_STEPS = [Steps(*each) for each in itertools.product((None, True, False), *[(False, True)] * 3)]

PREPARE = (
    f"async cases => {{ {MODULE}"
    + """
  const { prepare } = await module("picture/prepare.js");
  const bytesOf = text => Uint8Array.from(atob(text), character => character.charCodeAt(0));
  const result = cases.flatMap(([text, width, height, allSteps]) => {
    const pixels = Float32Array.from(bytesOf(text), byte => byte / 255);
    return allSteps.map(steps => prepare({ pixels, width, height }, steps));
  });
  return btoa(result.map(pixels => String.fromCharCode(...pixels.map(value => Math.round(value * 255)))).join(""));
}
"""
)

READ = (
    f"async ([texts, steps]) => {{ {MODULE}"
    + """
  const { readPicture } = await module("picture/file.js");
  const { prepare } = await module("picture/prepare.js");
  const result = [];
  for (const text of texts) {
    const grey = await readPicture(new Blob([Uint8Array.from(atob(text), character => character.charCodeAt(0))]));
    const pixels = prepare(grey, steps);
    result.push([grey.width, grey.height, btoa(String.fromCharCode(...pixels.map(value => Math.round(value * 255))))]);
  }
  return result;
}
"""
)


def text(body: bytes) -> str:
    return base64.b64encode(body).decode()


def in_the_page(page: Page, pictures: list[Grey], steps: list[Steps]) -> Grey:
    """`(pictures, steps, 28, 28)`"""
    asked = [dataclasses.asdict(each) for each in steps]
    cases = [[text(each.tobytes()), each.shape[1], each.shape[0], asked] for each in pictures]
    return np.frombuffer(base64.b64decode(page.evaluate(PREPARE, cases)), np.uint8).reshape(-1, len(steps), 28, 28)


def digits(count: int) -> Grey:
    return picture_atlas.read_atlas(paths.assets() / "mnist" / "digits.png", count)


def enlarged() -> list[Grey]:
    """Real digits on grounds of other sizes, every other dark on light, every third as photographed."""
    random = np.random.default_rng(0)
    found = []
    for number, digit in enumerate(digits(60)):
        height, width = random.integers(220, 330, 2)
        scale = int(random.integers(3, 8))
        big = np.kron(digit, np.ones((scale, scale), np.uint8))
        ground = np.zeros((height, width), np.uint8)
        top, left = random.integers(0, height - len(big)), random.integers(0, width - len(big))
        ground[top : top + len(big), left : left + len(big)] = big
        if number % 3 == 0:
            light = 60 + ground * 0.5 + np.linspace(0, 40, width) + random.normal(0, 4, ground.shape)
            ground = np.clip(light, 0, 255).astype(np.uint8)
        found.append(255 - ground if number % 2 else ground)
    return found


def noise() -> list[Grey]:
    random = np.random.default_rng(1)
    return [random.integers(0, 256, random.integers(1, 90, 2), np.uint8) for _ in range(60)]


@pytest.mark.parametrize("kind", ["digits", "noise"])
def test_every_pixel_is_as_in_pillow(page: Page, explorer: Server, kind: str) -> None:
    pictures = enlarged() if kind == "digits" else noise()
    open_view(page, explorer, "Encode")  # whose modules are used
    found = in_the_page(page, pictures, ALL_STEPS)
    for picture, shown in zip(pictures, found, strict=True):
        for steps, one in zip(ALL_STEPS, shown, strict=True):
            assert np.array_equal(one, prepared(picture, steps)), (picture.shape, steps)


def test_the_whole_picture_is_as_train_sees_it(page: Page, explorer: Server) -> None:
    pictures = enlarged() + noise()
    open_view(page, explorer, "Encode")  # whose modules are used
    for picture, shown in zip(pictures, in_the_page(page, pictures, [WHOLE]), strict=True):
        wanted = to_28x28(Image.fromarray(picture))
        assert np.abs(shown[0].astype(int) - wanted).max() <= 1, picture.shape


def test_a_digit_of_mnist_comes_back_to_its_place(page: Page, explorer: Server) -> None:
    """It was made in the same way: enlarged and moved, then prepared, it lies where it was, but for a blur."""
    pictures = []
    for digit in digits(200):
        ground = np.zeros((300, 280), np.uint8)
        ground[30:254, 10:234] = np.kron(digit, np.ones((8, 8), np.uint8))
        pictures.append(ground)
    open_view(page, explorer, "Encode")  # whose modules are used
    found = in_the_page(page, pictures, [MNIST])[:, 0].astype(float)
    apart = np.abs(found - digits(200)).sum((1, 2)) / digits(200).sum((1, 2))
    assert np.median(apart) < 0.2
    moved = np.abs(np.roll(found, 1, 2) - digits(200)).sum((1, 2)) / digits(200).sum((1, 2))
    assert (apart < moved).mean() > 0.97


def test_files_are_read_as_train_reads_them(page: Page, explorer: Server, tmp_path: Path) -> None:
    files = picture_files.pictures()
    open_view(page, explorer, "Encode")  # whose modules are used
    found = page.evaluate(READ, [[text(body) for body in files.values()], dataclasses.asdict(WHOLE)])
    for number, ((name, body), (width, height, pixels)) in enumerate(zip(files.items(), found, strict=True)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / name).write_bytes(body)
        image = open_pictures(folder).picture(0)
        assert (width, height) == image.size, name
        shown = np.frombuffer(base64.b64decode(pixels), np.uint8).reshape(28, 28).astype(int)
        # Two decoders of JPEG, and two ways from print colours to those of a screen.
        most = 12 if name.startswith("print") else 3 if name.endswith("jpg") else 1
        assert np.abs(shown - to_28x28(image)).max() <= most, name


def test_a_photograph_of_any_size_becomes_clean_ink(page: Page, explorer: Server) -> None:
    clean = prepared(np.asarray(picture_files.figure((800, 600))), MNIST)
    open_view(page, explorer, "Encode")  # whose modules are used
    for size in ((800, 600), (4_000, 3_000)):
        body = picture_files.saved(picture_files.photograph(size), "JPEG", quality=85)
        [[width, height, pixels]] = page.evaluate(READ, [[text(body)], dataclasses.asdict(MNIST)])
        assert max(width, height) <= 1024
        assert width / height == pytest.approx(4 / 3, abs=0.01)
        shown = np.frombuffer(base64.b64decode(pixels), np.uint8).reshape(28, 28)
        assert background_of(shown) == 0
        assert np.abs(shown.astype(float) - clean).mean() < 6, size


def test_a_large_picture_that_lies_on_its_side_is_turned(page: Page, explorer: Server) -> None:
    body = picture_files.rotated_by_exif(picture_files.figure((2_400, 1_800)), 6)
    open_view(page, explorer, "Encode")  # whose modules are used
    [[width, height, pixels]] = page.evaluate(READ, [[text(body)], dataclasses.asdict(WHOLE)])
    assert (width, height) == (768, 1024)
    upright = picture_files.figure((2_400, 1_800)).transpose(Image.Transpose.ROTATE_270)
    shown = np.frombuffer(base64.b64decode(pixels), np.uint8).reshape(28, 28).astype(int)
    assert np.abs(shown - to_28x28(upright)).max() <= 12
