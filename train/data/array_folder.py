"""A folder of arrays as a `Source`: `x_train.npy` beside `y_train.npy`, or a file of pictures for each class."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vae_explorer.errors import DataError

from .array_files import MOST_BYTES_OF_ARRAYS, with_arrays
from .array_names import Shape, pairs
from .picture_arrays import Part, open_arrays, parts_of, shaped, source_of
from .source import Source

MOST_FILES = 256


def open_array_folder(folder: Path, files: Sequence[Path]) -> Source:
    """The pictures of `files`, `.npy` and `.npz`, under `folder`.

    Raises:
        DataError: their names do not say what they are, or one of them is damaged or holds no pictures.
        OSError: one cannot be read.
    """
    if len(files) == 1:
        return open_arrays(files[0])
    if len(files) > MOST_FILES or len({file.stem for file in files}) < len(files):
        raise DataError(
            f"{folder}: {len(files):,} files of arrays found, at most {MOST_FILES} of different names expected, one "
            "for each class. Join them with numpy.concatenate, or save each picture as PNG"
        )
    held = {name: place for file in files for name, place in _arrays(file).items()}
    if sum(math.prod(shape) for _, _, shape in held.values()) > MOST_BYTES_OF_ARRAYS:
        raise DataError(f"{folder}: more than {MOST_BYTES_OF_ARRAYS:,} pixels found. Leave some out")
    start = _common_start(list(held))
    shapes = {name.removeprefix(start): shape for name, (_, _, shape) in held.items()}

    def read(name: str) -> NDArray[Any]:
        file, inside, _ = held[start + name]
        return with_arrays(file, lambda _, read_one: read_one(inside))

    try:
        pairs(shapes)
    except DataError as error:
        if len(shapes) != len(files) or not _are_alike(list(shapes.values())):
            raise DataError(f"{folder}: {error}") from error
        return source_of([_class(name, shaped(read(name), folder)) for name in shapes], folder)
    return source_of(parts_of(shapes, read, folder), folder)


def _arrays(file: Path) -> dict[str, tuple[Path, str, Shape]]:
    """Its arrays by a name that says their file: that itself, where there is one."""
    found = with_arrays(file, lambda shapes, _: dict(shapes))
    one = len(found) == 1
    return {file.stem if one else f"{file.stem}_{name}": (file, name, shape) for name, shape in found.items()}


def _common_start(names: Sequence[str]) -> str:
    """What all names begin with, in whole words: `kmnist-` of `kmnist-train-imgs` and `kmnist-train-labels`."""
    same = itertools.takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    return re.sub(r"[^ _.-]*$", "", names[0][: len(list(same))])


def _are_alike(shapes: Sequence[Shape]) -> bool:
    return len({shape[1:] for shape in shapes}) == 1 and len(shapes[0]) > 1


def _class(name: str, images: NDArray[Any]) -> Part:
    return Part(images, np.full(len(images), name), "", (("labels", "by the names of the files"),))
