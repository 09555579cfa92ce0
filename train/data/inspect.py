"""The command `inspect`: how the user's own pictures are converted to 28x28, as a sheet of pairs."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from vae_explorer.errors import DataError, OutputError
from vae_explorer.storage import atomic

from .load import own_path
from .named_sets import NAMED_SETS
from .own_pictures import OwnPictures, open_pictures, to_28x28

COLUMNS, ROWS = 4, 6
SIDE = 112  # of a picture on the sheet, in pixels: four times 28
GAP = 12
MIDDLE_GREY = 128  # neither black nor white, so that the edge of every background shows


def write_sheet(name: str, output: Path) -> int:
    """Write a PNG of pairs, each picture as it is beside what the model sees; returns how many.

    Raises:
        DataError: `name` is a data set whose pictures are 28x28 already, or nothing that can be read.
        OutputError: `output` cannot be written.
    """
    if name in NAMED_SETS:
        raise DataError(f"{name} is 28x28 already; inspect shows your own pictures: name their folder or .npz")
    pictures = open_pictures(own_path(name))
    indices = np.linspace(0, len(pictures.labels) - 1, min(COLUMNS * ROWS, len(pictures.labels))).round().astype(int)
    png = io.BytesIO()
    sheet(pictures, indices.tolist()).save(png, format="PNG")
    try:
        atomic.write_file(output, png.getvalue())
    except OSError as error:
        raise OutputError(f"{output} cannot be written ({error.strerror}). Name another file: --output") from error
    return len(indices)


def sheet(pictures: OwnPictures, indices: list[int]) -> Image.Image:
    """The pictures at `indices`, four pairs per row: left as it is, right as 28x28, enlarged without smoothing."""
    pair = 2 * SIDE + GAP
    rows = -(-len(indices) // COLUMNS)
    size = (COLUMNS * (pair + 2 * GAP), rows * (SIDE + 2 * GAP))
    result = Image.new("RGB", size, (MIDDLE_GREY,) * 3)
    for place, index in enumerate(indices):
        before = pictures.picture(index)
        left = place % COLUMNS * (pair + 2 * GAP) + GAP
        top = place // COLUMNS * (SIDE + 2 * GAP) + GAP
        small = ImageOps.contain(before.convert("RGBA"), (SIDE, SIDE))
        result.paste(small, (left + (SIDE - small.width) // 2, top + (SIDE - small.height) // 2), small)
        after = Image.fromarray(to_28x28(before)).resize((SIDE, SIDE), Image.Resampling.NEAREST)
        result.paste(after, (left + SIDE + GAP, top))
    return result
