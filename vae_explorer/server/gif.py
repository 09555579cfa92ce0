"""Grey frames, as a page has decoded them, into an animated GIF."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from vae_explorer.errors import ConfigError, DataError

# Two pictures of 28x28 side by side, six stops there and back, need half of each of these.
LARGEST_SIDE = 128  # pixels of a frame, before it is enlarged
LARGEST_SCALE = 8
MOST_FRAMES = 300
MOST_PIXELS = 16_000_000  # of all frames together, enlarged: about a second of work
DELAYS_MS = (20, 1000)

LARGEST_BODY = MOST_FRAMES * LARGEST_SIDE**2  # bytes


@dataclass(frozen=True)
class GifShape:
    """What the bytes of the frames mean: `width` x `height` pixels each, made `scale` times as large.

    Attributes:
        delay: how long each frame is shown, in milliseconds; a GIF counts in hundredths of a second.

    Raises:
        ConfigError: a value is out of its range.
    """

    width: int
    height: int
    scale: int
    delay: int

    def __post_init__(self) -> None:
        ranges = {
            "width": (1, LARGEST_SIDE),
            "height": (1, LARGEST_SIDE),
            "scale": (1, LARGEST_SCALE),
            "delay": DELAYS_MS,
        }
        for name, (low, high) in ranges.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ConfigError(f"{name} is {value}; {low} to {high} was expected. Reload the page and try again.")


def encode(shape: GifShape, body: bytes) -> bytes:
    """A GIF that repeats for ever.

    Args:
        body: the frames one after the other, each `height` rows of `width` bytes, 0 black and 255 white.

    Raises:
        DataError: the bytes are no whole number of frames, or there are too many.
    """
    size = shape.width * shape.height
    count, rest = divmod(len(body), size)
    if rest or not count:
        raise DataError(
            f"{len(body):,} bytes came; whole frames of {size:,} bytes were expected. Reload the page and try again."
        )
    most = min(MOST_FRAMES, MOST_PIXELS // (size * shape.scale**2))
    if count > most:
        raise DataError(f"{count} frames came; at most {most} of this size can be made into a GIF. Take fewer stops.")
    frames = np.frombuffer(body, np.uint8).reshape(count, shape.height, shape.width)
    large = frames.repeat(shape.scale, axis=1).repeat(shape.scale, axis=2)
    first, *others = (Image.fromarray(frame) for frame in large)
    target = io.BytesIO()
    first.save(target, "GIF", save_all=True, append_images=others, duration=shape.delay, loop=0)
    return target.getvalue()
