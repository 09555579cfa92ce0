"""The user's own pictures: a folder of image files, a `.npz`, `.npy` or CSV, of any size, depth and polarity. No torch.

They are looked at twice, so that only one is in memory at a time. The first look finds what holds for the whole data
set: which files cannot be read, which values are black and white, whether the ink is dark. The second converts.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vae_explorer.errors import DataError
from vae_explorer.storage.clean_text import printable

from .eight_bits import Extremes, eight_bits, extremes, ranges_of
from .other_formats import how_to_bring
from .picture_arrays import open_arrays, open_csv
from .picture_folder import open_folder
from .reading import AS_FOUND, Reading
from .source import Source
from .to_28x28 import Edge, Ink, decide_ink, edge_of, to_28x28
from .value_range import ValueRange

MOST_CLASSES = 256
MOST_PICTURES = 1_000_000

# Of so many pictures a line says that they are looked at: it takes some seconds.
MANY = 5_000

# What a picture shows that is no brighter than this anywhere, of 255, nobody sees.
FAINT = 5

# Pictures that a thread is given at a time.
TOGETHER = 64

OPENERS: dict[str, Callable[[Path], Source]] = {
    ".npz": open_arrays,
    ".npy": open_arrays,
    ".csv": open_csv,
    ".tsv": open_csv,
    ".txt": open_csv,
    ".data": open_csv,
}
EXPECTED = "a folder of pictures, an .npz, .npy or .csv was expected"

T = TypeVar("T")


@dataclass(frozen=True)
class OwnPictures:
    """Pictures that can be read, and what was found about all of them.

    Attributes:
        source: where they come from.
        kept: `(N,)`, the indices in `source` of those that can be read.
        labels: `(N,)` uint8, indices into `classes`.
        classes: the names of the classes that have pictures, at most 256.
        lost: classes that have none, each with what there is instead.
        unreadable: the names of the others of `source`, each with the reason.
        ranges: by kind of pixels.
        ink: how they become bright ink on a dark background.
        sizes: width and height of the smallest and of the largest, in pixels.
        paged: the names of those whose files hold more pages or frames than the one that is read.
        blank: the names of those that show next to nothing.
    """

    source: Source
    kept: NDArray[np.intp]
    labels: NDArray[np.uint8]
    classes: tuple[str, ...]
    lost: tuple[str, ...]
    unreadable: tuple[str, ...]
    ranges: dict[str, ValueRange]
    ink: Ink
    sizes: tuple[tuple[int, int], tuple[int, int]]
    paged: tuple[str, ...]
    blank: tuple[str, ...]

    def picture(self, index: int) -> Image.Image:
        """One of them, with 8 bits a pixel, in its own size and colours."""
        return eight_bits(self.source.picture(int(self.kept[index])).image, self.ranges)

    def to_28x28(self) -> NDArray[np.uint8]:
        """All of them, `(N, 28, 28)` uint8.

        Raises:
            DataError: one of them cannot be read any more.
        """
        return np.stack(_each(lambda index: to_28x28(self.picture(index), self.ink), len(self.labels)))

    @property
    def splits(self) -> NDArray[np.str_] | None:
        """`(N,)` of train, test and val, or None where the data have no split of their own."""
        return None if self.source.splits is None else self.source.splits[self.kept]


def open_pictures(path: Path, reading: Reading = AS_FOUND) -> OwnPictures:
    """The pictures at `path`, after the first look.

    What cannot be read is listed in the result; `require_whole` refuses it.

    Raises:
        DataError: there are no pictures, none that can be read, too many pictures or classes, or it is something else.
    """
    source = _open(path)
    count = len(source.labels)
    if count > MOST_PICTURES:
        raise DataError(f"{path}: {count:,} pictures found, at most {MOST_PICTURES:,} expected. Leave some out")
    if len(source.classes) > MOST_CLASSES:
        raise DataError(f"{path}: {len(source.classes):,} classes found, at most {MOST_CLASSES} expected. Join some")
    if count >= MANY:
        print(f"Looking at {count:,} pictures …", flush=True)
    glances = _each(lambda index: _glance(source, index), count)
    kept = np.array([index for index, glance in enumerate(glances) if isinstance(glance, _Glance)], np.intp)
    read = [glance for glance in glances if isinstance(glance, _Glance)]
    unreadable = tuple(glance for glance in glances if isinstance(glance, str))
    if not read:
        raise DataError(f"{path}: {_listed(unreadable, count)}")
    try:
        ranges = ranges_of(glance.extremes for glance in read)
    except DataError as error:
        raise DataError(f"{path}: {error}") from error
    edges = [glance.edge.in_bytes(ranges[glance.extremes.kind]) for glance in read]
    present, labels = np.unique(source.labels[kept], return_inverse=True)
    missing = sorted(set(range(len(source.classes))) - set(present.tolist()))
    return OwnPictures(
        source=source,
        kept=kept,
        labels=labels.astype(np.uint8),
        classes=tuple(source.classes[place] for place in present),
        lost=(*(_lost(source, place) for place in missing), *source.lost),
        unreadable=unreadable,
        ranges=ranges,
        ink=decide_ink(edges, reading.invert),
        sizes=(min(read, key=_area).size, max(read, key=_area).size),
        paged=tuple(glance.name for glance in read if glance.has_pages),
        blank=tuple(glance.name for glance in read if _is_blank(glance, ranges)),
    )


def require_whole(pictures: OwnPictures, path: Path) -> None:
    """Raise DataError if a picture cannot be read, or a class has none that can: all of them in one line."""
    problems = []
    if pictures.unreadable:
        problems.append(_listed(pictures.unreadable, len(pictures.source.labels)))
    if pictures.lost:
        names = ", ".join(pictures.lost[:10]) + f" and {len(pictures.lost) - 10} more" * (len(pictures.lost) > 10)
        problems.append(f"no picture that can be read in class{'es' * (len(pictures.lost) > 1)} {names}")
    if problems:
        raise DataError(
            f"{path}: {'; '.join(problems)}. Save them again as PNG, remove them, or leave them out: --skip-unreadable"
        )


@dataclass(frozen=True)
class _Glance:
    """What the first look keeps of a picture."""

    extremes: Extremes
    edge: Edge
    name: str
    size: tuple[int, int]
    has_pages: bool


def _area(glance: _Glance) -> int:
    return glance.size[0] * glance.size[1]


def _is_blank(glance: _Glance, ranges: dict[str, ValueRange]) -> bool:
    """Whether it is of one colour, or nearly so, in the range of all; ink on nothing may be of one colour."""
    known = ranges[glance.extremes.kind]
    return glance.edge.ink is None and known.to_byte(glance.extremes.high) - known.to_byte(glance.extremes.low) < FAINT


def _open(path: Path) -> Source:
    opener = open_folder if path.is_dir() else OPENERS.get(path.suffix.lower())
    if opener is None:
        raise DataError(f"{path}: {EXPECTED}. {how_to_bring(path.name)}")
    try:
        return opener(path)
    except OSError as error:
        where = printable(str(error.filename or path))  # a folder in it, perhaps
        raise DataError(f"{where}: cannot be read ({error.strerror or error}). Allow it to be read") from error


def _glance(source: Source, index: int) -> _Glance | str:
    try:
        found = source.picture(index)
        return _Glance(extremes(found.image), edge_of(found.image), found.name, found.size, found.has_pages)
    except DataError as error:
        return str(error)


def _lost(source: Source, place: int) -> str:
    return f"{source.classes[place]} ({np.count_nonzero(source.labels == place):,} unreadable)"


def _listed(unreadable: tuple[str, ...], count: int) -> str:
    """The first ten of them, with reasons, such as `2 of 100 pictures cannot be read: 1.png: cut short; 7.png: …`."""
    first = "; ".join(unreadable[:10])
    more = f"; and {len(unreadable) - 10} more" if len(unreadable) > 10 else ""
    return f"{len(unreadable):,} of {count:,} pictures cannot be read: {first}{more}"


def _each(work: Callable[[int], T], count: int) -> list[T]:
    """`work` of 0…count - 1, in order, in as many threads as there are processors."""

    def together(start: int) -> list[T]:
        return [work(index) for index in range(start, min(start + TOGETHER, count))]

    with ThreadPoolExecutor() as pool:
        return list(itertools.chain.from_iterable(pool.map(together, range(0, count, TOGETHER))))
