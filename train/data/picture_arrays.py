"""Arrays of pictures as a `Source`, from a `.npz`, `.npy` or CSV."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vae_explorer.errors import DataError

from .array_files import SAVE, with_arrays
from .array_names import meaning, pairs
from .csv_pictures import read_csv
from .label_arrays import plain_labels
from .source import Picture, Source, class_name, numbers_first
from .value_range import ValueRange, find_range

# Pixels that are looked at together, so that copies stay small.
CHUNK = 2**24

# A split that reaches so many times less than another was divided by 255, and the other was not.
OTHER_SCALE = 100


@dataclass(frozen=True)
class Part:
    """Pictures of one split, or of a data set without: `images` `(N, H, W)` or `(N, H, W, 3 or 4)`, any numbers."""

    images: NDArray[Any]
    labels: NDArray[Any] | None
    split: str
    notes: tuple[tuple[str, str], ...] = ()


def open_arrays(file: Path) -> Source:
    """The pictures of a `.npz` or `.npy`.

    Raises:
        DataError: it is damaged or foreign, or holds no pictures.
        OSError: it cannot be read.
    """
    parts = with_arrays(file, lambda shapes, read: parts_of(shapes, read, file))
    if len(parts) == 1 and parts[0].labels is None:
        parts = [replace(parts[0], notes=(*parts[0].notes, *_labels_beside(file)))]
    return source_of(parts, file)


def _labels_beside(file: Path) -> tuple[tuple[str, str], ...]:
    """A row for the table where another file seems to hold the labels."""
    split, _, _ = meaning(file.stem)
    others = [other for kind in ("*.npy", "*.npz") for other in sorted(file.parent.glob(kind)) if other != file]
    beside = next((other.name for other in others if meaning(other.stem)[:2] == (split, "labels")), None)
    return (("labels", f"none in this file. If {beside} has them, name the folder of both"),) if beside else ()


def open_csv(file: Path) -> Source:
    """The pictures of a CSV: one a row, with or without a label.

    Raises:
        DataError: it is no such table.
        OSError: it cannot be read.
    """
    table = read_csv(file)
    images = shaped(table.pixels, file)
    try:
        labels = None if table.labels is None else plain_labels(table.labels, len(images))[0]
    except DataError as error:
        raise DataError(f"{file}: {error}") from error
    return source_of([Part(images, labels, "", (("columns", table.note),))], file)


def parts_of(shapes: Mapping[str, tuple[int, ...]], read: Callable[[str], NDArray[Any]], file: Path) -> list[Part]:
    """The parts that arrays of these `shapes` are, which `read` reads by name.

    Raises:
        DataError: they are no pictures, or do not belong together.
        OSError: one cannot be read.
    """
    try:
        asked = pairs(shapes)
        parts = []
        for pair in asked:
            images, given = read(pair.pictures), read(pair.labels) if pair.labels else None
            first = images if given is None else _first_by_count(images, len(given) if given.ndim else 0)
            pixels = shaped(first, file)
            labels, note = (None, "") if given is None else plain_labels(given, len(pixels))
            changed = images.ndim == 2 or first is not images
            notes = (("shape", f"{pair.pictures} {images.shape} taken as {pixels.shape}"),) * changed
            parts.append(Part(pixels, labels, pair.split, notes + (("labels", note),) * bool(note)))
    except DataError as error:
        raise error if str(error).startswith(str(file)) else DataError(f"{file}: {error}") from error
    if len({part.labels is None for part in parts}) > 1:
        without = next(pair.pictures for pair, part in zip(asked, parts, strict=True) if part.labels is None)
        raise DataError(f"{file}: {without} has no labels, and the others have. {SAVE}")
    left_out = sorted(set(shapes) - {name for pair in asked for name in (pair.pictures, pair.labels)})
    if left_out:
        more = f" and {len(left_out) - 3} more" * (len(left_out) > 3)
        row = (
            "left out",
            f"{', '.join(name[:40] for name in left_out[:3])}{more}: not taken for pictures or their labels",
        )
        parts[0] = replace(parts[0], notes=(*parts[0].notes, row))
    if len({part.labels.dtype.kind in "US" for part in parts if part.labels is not None}) > 1:
        raise DataError(f"{file}: labels of one split are names, of another numbers; the same expected. {SAVE}")
    return parts


def _first_by_count(images: NDArray[Any], count: int) -> NDArray[Any]:
    """`images` with the axis first that has as many places as there are labels: MATLAB has it last."""
    if images.ndim > 1 and len(images) != count and images.shape[-1] == count:
        return np.moveaxis(images, -1, 0)
    return images


def shaped(images: NDArray[Any], file: Path) -> NDArray[Any]:
    """`images` as `(N, H, W)` or `(N, H, W, 3 or 4)`, of the numbers that they hold; rows of k x k become squares."""
    found = images.shape
    if images.dtype.names:
        fields = ", ".join(images.dtype.names)
        raise DataError(f"{file}: images are records ({fields[:80]}). {SAVE}, each an array of its own")
    if images.ndim == 4 and found[3] not in (1, 3, 4) and found[1] in (1, 3, 4):
        images = np.moveaxis(images, 1, 3)  # torch's order, channels first
    if images.ndim == 4 and images.shape[3] == 1:
        images = images[..., 0]
    if images.ndim == 3 and 1 in images.shape[1:] and math.isqrt(images[0].size if len(images) else 0) > 1:
        images = images.reshape(len(images), -1)  # (N, 784, 1), (N, 1, 784)
    if images.ndim == 2 and images.shape[1] >= 4 and math.isqrt(images.shape[1]) ** 2 == images.shape[1]:
        side = math.isqrt(images.shape[1])
        images = images.reshape(-1, side, side)
    if images.ndim == 2 and images.shape[1] % 3 == 0 and math.isqrt(images.shape[1] // 3) ** 2 == images.shape[1] // 3:
        side = math.isqrt(images.shape[1] // 3)
        raise DataError(
            f"{file}: images are {found}, perhaps rows in colour. Save them as (N, {side}, {side}, 3): "
            f"images.reshape(-1, {side}, {side}, 3), or, where all of the red comes first, as CIFAR has it, "
            f"images.reshape(-1, 3, {side}, {side})"
        )
    if images.ndim not in (3, 4) or images.size == 0 or (images.ndim == 4 and images.shape[3] not in (3, 4)):
        raise DataError(
            f"{file}: images are {found}; (N, height, width), (N, height, width, 3) or rows of a square number of "
            f"pixels, such as (N, 784), expected. {SAVE}"
        )
    if images.dtype.kind not in "biuf":
        raise DataError(f"{file}: images are {images.dtype}; bytes 0…255 or floats 0…1 expected. {SAVE}")
    return images


def source_of(parts: Sequence[Part], file: Path) -> Source:
    """All parts as one; without labels their class is called as `file`.

    Raises:
        DataError: their values are not finite, or of different scales.
    """
    known = _range(parts, file)
    starts = np.cumsum([0] + [len(part.images) for part in parts])

    def picture(index: int) -> Picture:
        part = int(np.searchsorted(starts, index, side="right")) - 1
        values = np.ascontiguousarray(parts[part].images[index - starts[part]])
        image = Image.fromarray(known.to_bytes(values))
        return Picture(image, f"number {index + 1:,}", image.size)

    count = int(starts[-1])
    given = [part.labels for part in parts if part.labels is not None]
    names, places = np.unique(np.concatenate(given), return_inverse=True) if given else ([file.stem], np.zeros(count))
    order = sorted(range(len(names)), key=lambda index: numbers_first(str(names[index])))
    rank = np.empty(len(names), np.intp)
    rank[order] = np.arange(len(names))
    notes = dict.fromkeys(note for part in parts for note in part.notes)
    return Source(
        labels=rank[np.asarray(places, np.intp).reshape(-1)],
        classes=tuple(class_name(str(names[index])) for index in order),
        splits=np.repeat([part.split for part in parts], [len(part.images) for part in parts])
        if all(part.split for part in parts)
        else None,
        picture=picture,
        range=f"{known.words()} ({parts[0].images.dtype})",
        notes=tuple(notes),
    )


def _range(parts: Sequence[Part], file: Path) -> ValueRange:
    """The range of all arrays together."""
    found = [_extremes(part.images) for part in parts]
    lows, highs = zip(*found, strict=True)
    low, high = float(np.min(lows)), float(np.max(highs))  # NaN if any is
    known = find_range(low, high)
    if known is None:
        raise DataError(
            f"{file}: images hold a value that is not finite (NaN or infinity). {SAVE}, without such values"
        )
    if low < 0 and any(part.images.dtype.kind == "i" for part in parts):
        raise DataError(f"{file}: images go from {low:g} to {high:g}; bytes 0…255 or floats 0…1 expected. {SAVE}")
    for part, (_, highest) in zip(parts, found, strict=True):
        if 0 < highest < high / OTHER_SCALE:
            raise DataError(
                f"{file}: images for {part.split or 'a class'} reach {highest:g}, others {high:g}; one scale for all "
                f"expected. {SAVE}"
            )
    return known


def _extremes(images: NDArray[Any]) -> tuple[float, float]:
    """Lowest and highest value, NaN if any is."""
    rows = max(1, CHUNK // max(1, images[0].size))
    chunks = [images[start : start + rows] for start in range(0, len(images), rows)]
    return float(np.min([chunk.min() for chunk in chunks])), float(np.max([chunk.max() for chunk in chunks]))
