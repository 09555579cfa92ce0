"""A folder of arrays as a `Source`: `x_train.npy` beside `y_train.npy`, IDX files, or a file for each class."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vae_explorer.errors import DataError
from vae_explorer.storage.picture_atlas import read_idx

from .array_files import MOST_BYTES_OF_ARRAYS, with_arrays
from .array_names import Shape, pairs
from .csv_pictures import FEWEST_PIXELS
from .other_formats import is_idx
from .picture_arrays import Part, open_arrays, parts_of, shaped, source_of
from .source import Source

MOST_FILES = 256

JOIN = (
    "Expected are names such as x_train, y_train, or an array for each class. Join others with numpy.concatenate, and "
    "save single pictures as PNG"
)


def open_array_folder(folder: Path, files: Sequence[Path]) -> Source:
    """The pictures of `files`, `.npy`, `.npz` and IDX, under `folder`.

    Raises:
        DataError: their names do not say what they are, or one of them is damaged or holds no pictures.
        OSError: one cannot be read.
    """
    if len(files) == 1 and not is_idx(files[0].name):
        return open_arrays(files[0])
    if len(files) > MOST_FILES:
        raise DataError(f"{folder}: {len(files):,} files of arrays found, at most {MOST_FILES} expected. {JOIN}")
    held = {name: place for file in files for name, place in _arrays(file, folder).items()}
    if sum(math.prod(shape) for _, _, shape in held.values()) > MOST_BYTES_OF_ARRAYS:
        raise DataError(f"{folder}: more than {MOST_BYTES_OF_ARRAYS:,} pixels found. Leave some out")
    start = _common_start(list(held))
    shapes = {name.removeprefix(start): shape for name, (_, _, shape) in held.items()}

    def read(name: str) -> NDArray[Any]:
        file, inside, _ = held[start + name]
        return _upright(file) if is_idx(file.name) else with_arrays(file, lambda _, read_one: read_one(inside))

    try:
        asked = pairs(shapes)
    except DataError as error:
        if len(shapes) != len(files) or not _are_alike(list(shapes.values())):
            raise DataError(f"{folder}: {error}. {JOIN}") from error
        return source_of([_class(name, shaped(read(name), folder)) for name in shapes], folder)
    used = {name for pair in asked for name in (pair.pictures, pair.labels)}
    like = {shapes[pair.pictures][1:] for pair in asked}
    for name, shape in shapes.items():
        if name not in used and shape[1:] in like:
            raise DataError(f"{folder}: {asked[0].pictures} found, and {name}, which may be pictures as well. {JOIN}")
    parts = parts_of(shapes, read, folder)
    if any(map(_is_on_its_side, files)):
        note = ("shape", "rows and columns exchanged, as EMNIST's files have them")
        parts[0] = replace(parts[0], notes=(*parts[0].notes, note))
    return source_of(parts, folder)


def _arrays(file: Path, folder: Path) -> dict[str, tuple[Path, str, Shape]]:
    """Its arrays by a name that says their file, as `train_x` of `train/x.npy`, and their own if there are several."""
    if is_idx(file.name):
        return {re.sub(r"[.-](idx|ubyte).*", "", file.name, flags=re.IGNORECASE): (file, "", _upright(file).shape)}
    start = "_".join(file.relative_to(folder).with_suffix("").parts)
    found = with_arrays(file, lambda shapes, _: dict(shapes))
    one = len(found) == 1
    return {start if one else f"{start}_{name}": (file, name, shape) for name, shape in found.items()}


def _upright(file: Path) -> NDArray[np.uint8]:
    """An IDX file, whose pictures are exchanged in EMNIST's."""
    values = read_idx(file, "Download it again")
    return values.swapaxes(1, 2) if values.ndim == 3 and _is_on_its_side(file) else values


def _is_on_its_side(file: Path) -> bool:
    return is_idx(file.name) and file.name.lower().startswith("emnist")


def _common_start(names: Sequence[str]) -> str:
    """What all names begin with, in whole words: `kmnist-` of `kmnist-train-imgs` and `kmnist-train-labels`."""
    same = itertools.takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    return re.sub(r"[^ _.-]*$", "", names[0][: len(list(same))])


def _are_alike(shapes: Sequence[Shape]) -> bool:
    """Whether each may be several pictures, all of one size."""
    first = shapes[0]
    is_rows = len(first) == 2 and first[0] != first[1] and math.isqrt(first[1]) ** 2 == first[1] >= FEWEST_PIXELS
    is_pictures = len(first) == 4 or (len(first) == 3 and first[2] not in (3, 4))
    return len({shape[1:] for shape in shapes}) == 1 and (is_rows or is_pictures)


def _class(name: str, images: NDArray[Any]) -> Part:
    return Part(images, np.full(len(images), name), "", (("labels", "by the names of the files"),))
