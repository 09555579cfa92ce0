"""An animated GIF of frames that a page has drawn: grey, or with a palette."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vae_explorer.errors import ConfigError, DataError

# What the Train page needs: a map of 224 x 224 above three rows of pictures.
MAX_SIDE = 320  # pixels of a frame, before scaling
MAX_SCALE = 8
# What the Interpolate page needs: six stops there and back.
MAX_FRAMES = 300
MAX_PIXELS = 16_000_000  # of all frames together, after scaling: about a second of work
DELAYS_MS = (20, 1000)

MAX_COLOURS = 256

MAX_BODY_BYTES = 5_000_000


@dataclass(frozen=True)
class GifShape:
    """The layout of the frames: `width` x `height` pixels each, enlarged `scale` times.

    Attributes:
        delay: how long each frame is shown, in milliseconds; a GIF rounds it to hundredths of a second.
        colours: red, green and blue of each colour by turns, 0…255; a byte of a frame is the number of one of them.
            Without any, it is a grey value.

    Raises:
        ConfigError: a value is out of its range.
    """

    width: int
    height: int
    scale: int
    delay: int
    colours: bytes = b""

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
        if len(self.colours) % 3 or len(self.colours) > 3 * MAX_COLOURS:
            raise ConfigError(
                f"colours has {len(self.colours)} bytes; three for each of at most {MAX_COLOURS} colours expected. "
                "Reload the page and try again."
            )


def encode(shape: GifShape, body: bytes) -> bytes:
    """A GIF that loops for ever.

    Args:
        body: the frames one after another, each `height` rows of `width` bytes: grey values, 0 black and 255 white, or
            numbers of colours.

    Raises:
        DataError: the body is not a whole number of frames, has too many, or names a colour that there is not.
    """
    size = shape.width * shape.height
    count, rest = divmod(len(body), size)
    if rest or not count:
        raise DataError(
            f"{len(body):,} bytes were sent; whole frames of {size:,} bytes expected. Reload the page and try again."
        )
    most = min(MAX_FRAMES, MAX_PIXELS // (size * shape.scale**2))
    if count > most:
        raise DataError(f"{count} frames were sent; at most {most} of this size fit in a GIF. Send fewer frames.")
    frames = np.frombuffer(body, np.uint8).reshape(count, shape.height, shape.width)
    if shape.colours and frames.max() >= len(shape.colours) // 3:
        last = len(shape.colours) // 3 - 1
        raise DataError(f"colour {frames.max()} was sent; 0 to {last} expected. Reload the page and try again.")
    large = frames.repeat(shape.scale, axis=1).repeat(shape.scale, axis=2)
    first, *others = (_picture(frame, shape.colours) for frame in large)
    target = io.BytesIO()
    first.save(target, "GIF", save_all=True, append_images=others, duration=shape.delay, loop=0)
    return target.getvalue()


def _picture(frame: NDArray[np.uint8], colours: bytes) -> Image.Image:
    picture = Image.fromarray(frame)
    if colours:
        picture.putpalette(colours)
    return picture
