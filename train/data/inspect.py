"""The command `inspect`: how the user's own pictures are converted to 28x28, as a sheet of pairs."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from vae_explorer.errors import DataError, OutputError
from vae_explorer.storage import atomic

from . import found
from .load import own_path
from .named_sets import NAMED_SETS
from .own_pictures import OwnPictures, open_pictures, require_whole
from .reading import AS_FOUND, Reading
from .split import divide
from .to_28x28 import to_28x28

COLUMNS, ROWS = 4, 6
SIDE = 112  # of a picture on the sheet, in pixels: four times 28
GAP = 12
MIDDLE_GREY = 128  # neither black nor white, so that the edge of every background shows


def write_sheet(name: str, output: Path, reading: Reading = AS_FOUND) -> int:
    """Print what was found, and write a PNG of pairs, each picture as it is beside what the model sees.

    Returns how many pairs.

    Raises:
        DataError: `name` is a data set whose pictures are 28x28 already, or nothing that can be read.
        OutputError: `output` cannot be written.
    """
    if name in NAMED_SETS:
        raise DataError(f"{name} is 28x28 already; inspect shows your own pictures: name their folder or file")
    path = own_path(name)
    pictures = open_pictures(path, reading)
    found.print_rows(found.rows_of_pictures(pictures, path))
    if not reading.skip_unreadable:
        require_whole(pictures, path)
    try:
        found.print_rows(found.rows_of_division(divide(pictures.to_28x28(), pictures.splits), pictures))
    except DataError as error:  # too few to train on are enough to look at
        found.print_rows([("split", f"none: {error}")])
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
        after = Image.fromarray(to_28x28(before, pictures.ink)).resize((SIDE, SIDE), Image.Resampling.NEAREST)
        result.paste(after, (left + SIDE + GAP, top))
    return result
