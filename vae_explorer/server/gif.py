"""An animated GIF of grey frames that a page has decoded."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from vae_explorer.errors import ConfigError, DataError

# Twice what the Interpolate page needs: two pictures of 28x28 side by side, six stops there and back.
MAX_SIDE = 128  # pixels of a frame, before scaling
MAX_SCALE = 8
MAX_FRAMES = 300
MAX_PIXELS = 16_000_000  # of all frames together, after scaling: about a second of work
DELAYS_MS = (20, 1000)

MAX_BODY_BYTES = MAX_FRAMES * MAX_SIDE**2


@dataclass(frozen=True)
class GifShape:
    """The layout of the frames: `width` x `height` pixels each, enlarged `scale` times.

    Attributes:
        delay: how long each frame is shown, in milliseconds; a GIF rounds it to hundredths of a second.

    Raises:
        ConfigError: a value is out of its range.
    """

    width: int
    height: int
    scale: int
    delay: int

    def __post_init__(self) -> None:
        ranges = {
            "width": (1, MAX_SIDE),
            "height": (1, MAX_SIDE),
            "scale": (1, MAX_SCALE),
            "delay": DELAYS_MS,
        }
        for name, (low, high) in ranges.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ConfigError(f"{name} is {value}; {low} to {high} expected. Reload the page and try again.")


def encode(shape: GifShape, body: bytes) -> bytes:
    """A GIF that loops for ever.

    Args:
        body: the frames one after another, each `height` rows of `width` bytes, 0 black and 255 white.

    Raises:
        DataError: the body is not a whole number of frames, or has too many.
    """
    size = shape.width * shape.height
    count, rest = divmod(len(body), size)
    if rest or not count:
        raise DataError(
            f"{len(body):,} bytes were sent; whole frames of {size:,} bytes expected. Reload the page and try again."
        )
    most = min(MAX_FRAMES, MAX_PIXELS // (size * shape.scale**2))
    if count > most:
        raise DataError(f"{count} frames were sent; at most {most} of this size fit in a GIF. Use fewer stops.")
    frames = np.frombuffer(body, np.uint8).reshape(count, shape.height, shape.width)
    large = frames.repeat(shape.scale, axis=1).repeat(shape.scale, axis=2)
    first, *others = (Image.fromarray(frame) for frame in large)
    target = io.BytesIO()
    first.save(target, "GIF", save_all=True, append_images=others, duration=shape.delay, loop=0)
    return target.getvalue()
