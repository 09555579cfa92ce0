"""GIFs: frames in order, enlarged, looping for ever; and what is refused."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageSequence

from vae_explorer.errors import ConfigError, DataError
from vae_explorer.server import gif
from vae_explorer.server.gif import GifShape


def frames_of(made: bytes) -> tuple[list[np.ndarray], list[int]]:
    """The frames as grey values, and how long each is shown."""
    with Image.open(io.BytesIO(made)) as opened:
        assert opened.info["loop"] == 0
        frames = [(np.asarray(frame.convert("L")), frame.info["duration"]) for frame in ImageSequence.Iterator(opened)]
    return [frame for frame, _ in frames], [duration for _, duration in frames]


def test_frames_come_back_enlarged() -> None:
    frames = np.random.default_rng(0).integers(0, 256, (6, 28, 58), np.uint8)
    found, durations = frames_of(gif.encode(GifShape(58, 28, 3, 80), frames.tobytes()))
    assert durations == [80] * 6
    for frame, back in zip(frames, found, strict=True):
        wanted = np.kron(frame, np.ones((3, 3), np.uint8))
        # A GIF has 256 colours; where all are grey values, one of them has to make room for "as it was before".
        assert np.abs(back.astype(int) - wanted).max() <= 1


def test_equal_frames_are_shown_as_long_as_they_lasted() -> None:
    frames = np.zeros((4, 28, 28), np.uint8)
    frames[3] = 255
    _, durations = frames_of(gif.encode(GifShape(28, 28, 1, 100), frames.tobytes()))
    assert sum(durations) == 400


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"width": 0}, "width is 0"),
        ({"height": 321}, "height is 321"),
        ({"scale": 9}, "scale"),
        ({"delay": 1}, "delay"),
        ({"colours": bytes(4)}, "colours has 4 bytes"),
        ({"colours": bytes(3 * 257)}, "at most 256 colours"),
    ],
)
def test_shape_out_of_range(change: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        GifShape(**{"width": 28, "height": 28, "scale": 4, "delay": 80, **change})


def test_colours() -> None:
    colours = np.array([[255, 255, 255], [225, 90, 0], [0, 150, 255]], np.uint8)
    frames = np.random.default_rng(0).integers(0, 3, (4, 20, 30), np.uint8)
    made = gif.encode(GifShape(30, 20, 2, 100, colours.tobytes()), frames.tobytes())
    with Image.open(io.BytesIO(made)) as opened:
        found = [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(opened)]
    assert len(found) == 4
    for frame, back in zip(frames, found, strict=True):
        assert np.array_equal(back, colours[frame].repeat(2, axis=0).repeat(2, axis=1))


def test_colour_that_there_is_not() -> None:
    with pytest.raises(DataError, match="colour 2 was sent; 0 to 1 expected"):
        gif.encode(GifShape(1, 3, 1, 80, bytes(6)), bytes([0, 1, 2]))


@pytest.mark.parametrize("body", [b"", b"\0" * 783, b"\0" * 785])
def test_no_whole_frames(body: bytes) -> None:
    with pytest.raises(DataError, match="whole frames of 784 bytes"):
        gif.encode(GifShape(28, 28, 4, 80), body)


def test_too_many_frames() -> None:
    with pytest.raises(DataError, match="301 frames were sent; at most 300"):
        gif.encode(GifShape(2, 2, 1, 80), bytes(4 * 301))
    # The pixels of the GIF are counted, not those that were sent.
    with pytest.raises(DataError, match="at most 15 of this size"):
        gif.encode(GifShape(128, 128, 8, 80), bytes(128 * 128 * 16))
