"""Pictures of any depth as pictures of 8 bits: each kind of pixel by its own range in the whole data set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from PIL import Image

from vae_explorer.errors import DataError

from .value_range import BYTE, ValueRange, find_range

# Kinds of pixels, by Pillow's mode. Those of 32 bits in a file are 16 bits of a PGM, or a scanner's of any range.
KINDS = {"I": "16 bits or more", "F": "floats"}
EIGHT = "8 bits"


@dataclass(frozen=True)
class Extremes:
    """The kind of pixels of a picture, and its lowest and highest value; opacity does not count."""

    kind: str
    low: float
    high: float


def plain(image: Image.Image) -> Image.Image:
    """The same picture in one of the modes L, LA, RGB, RGBA, I and F, with the values that it has."""
    if image.mode.startswith("I;16"):
        return image.convert("I")
    if image.mode in ("L", "LA", "RGB", "RGBA", "I", "F"):
        return image.convert("RGBA") if image.has_transparency_data and image.mode in ("L", "RGB") else image
    return image.convert("RGBA" if image.has_transparency_data else "L" if image.mode == "1" else "RGB")


def extremes(image: Image.Image) -> Extremes:
    """Of a `plain` picture."""
    found = image.getextrema()
    bands = [found] if isinstance(found[0], int | float) else list(found)
    if image.mode in ("LA", "RGBA"):
        bands = bands[:-1]
    low, high = min(band[0] for band in bands), max(band[1] for band in bands)
    if image.mode == "F" and not np.isfinite(np.asarray(image)).all():
        low = high = float("nan")
    return Extremes(KINDS.get(image.mode, EIGHT), float(low), float(high))


def ranges_of(found: Iterable[Extremes]) -> dict[str, ValueRange]:
    """The range of each kind of pixels in a data set.

    Raises:
        DataError: some value is not finite.
    """
    lows: dict[str, float] = {}
    highs: dict[str, float] = {}
    for each in found:
        lows[each.kind] = min(each.low, lows.get(each.kind, each.low))
        highs[each.kind] = max(each.high, highs.get(each.kind, each.high))
    ranges = {kind: find_range(low, highs[kind]) for kind, low in sorted(lows.items())}
    for kind, known in ranges.items():
        if known is None:
            raise DataError(f"pixels ({kind}) hold a value that is not finite. Save them as bytes 0…255")
    return {kind: known for kind, known in ranges.items() if known is not None}


def eight_bits(image: Image.Image, ranges: Mapping[str, ValueRange]) -> Image.Image:
    """A `plain` picture with 8 bits a pixel, in L, LA, RGB or RGBA."""
    known = ranges[KINDS.get(image.mode, EIGHT)]
    if image.mode in KINDS:
        return Image.fromarray(known.to_bytes(np.asarray(image)))
    if (known.black, known.white) == (0, BYTE):
        return image
    table = known.to_bytes(np.arange(256)).tolist()
    bands = image.split()
    has_opacity = image.mode in ("LA", "RGBA")
    colours = bands[:-1] if has_opacity else bands
    return Image.merge(image.mode, [*map(partial(_looked_up, table), colours), *bands[len(colours) :]])


def _looked_up(table: list[int], band: Image.Image) -> Image.Image:
    return band.point(table)
