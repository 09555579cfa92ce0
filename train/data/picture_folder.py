"""A folder of image files as a `Source`: which files are pictures, and opening one of any size in bounded memory.

Not torchvision's ImageFolder: it knows no pictures without classes, and lets Pillow open any format.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import ImageOps

from vae_explorer.errors import DataError, FileError
from vae_explorer.model.config import IMAGE_SIZE
from vae_explorer.storage import picture_file, regular_file
from vae_explorer.storage.clean_text import printable

from .array_folder import open_array_folder
from .eight_bits import plain
from .file_labels import labels_of
from .folder_layout import Place, places
from .folder_walk import files_under
from .label_arrays import plain_name
from .named_sets import NAMED_SETS
from .other_formats import ARRAYS, PICTURES, how_to_bring, is_idx
from .other_picture import other_picture
from .source import Picture, Skipped, Source, class_name, numbers_first
from .stand_in import HEAD, stand_in

# Files that lie beside pictures and are none, so that a folder of them is no class. All other kinds may be pictures.
DOCUMENTS = {
    ".txt", ".md", ".rst", ".csv", ".tsv", ".json", ".xml", ".yaml", ".yml", ".html", ".htm", ".pdf", ".log", ".ini",
    ".py", ".ipynb", ".sh", ".mat", ".npy", ".npz", ".pkl", ".pt", ".pth", ".h5", ".db", ".zip", ".gz", ".tar", ".7z",
    ".doc", ".docx", ".xls", ".xlsx", ".url", ".lnk", ".sha256", ".md5",
}  # fmt: skip

# In these nobody expects pictures.
TEXTS = {".txt", ".md", ".rst", ".json", ".xml", ".yaml", ".yml", ".html", ".htm", ".log", ".py", ".ipynb"}

# Formats of several pages, or frames. A JPEG may hold others beside the picture: a preview, or how far things are.
PAGED = ("TIFF", "GIF", "WEBP", "PNG")

ORIENTATION, QUARTER_TURNS = 0x0112, (5, 6, 7, 8)  # of EXIF

# How the IDX files of named sets begin: those are read by their names, `--data mnist`, with what is known of them.
NAMED = tuple(f"{split}-" for row in NAMED_SETS.values() for split in (row.train, row.test))

# A photograph is read at a fraction of its size, if its format allows that, but its sides are never below this.
ENOUGH_PIXELS = 8 * IMAGE_SIZE

# The largest picture: what a telephone takes. One takes up to a gigabyte while it is read (of 63 million pixels: 0.1 GB
# as a grey PNG, 0.6 as a progressive JPEG, 0.8 as a PNG with opacity, 1.0 as WebP), so that those above `LARGE_PIXELS`
# are read one at a time, and shrunk at once. Six of them, in as many threads, still take up to 2 GB: the C library
# keeps some of what each thread has freed.
MOST_PIXELS = 64_000_000
LARGE_PIXELS = 4_000_000
MOST_BYTES = 256 * 2**20
_one_large = threading.Lock()


def open_folder(folder: Path) -> Source:
    """The pictures under `folder`.

    Raises:
        DataError: there are none, or its folders say nothing that can be understood.
        OSError: a folder cannot be read.
    """
    found = files_under(folder)
    files = [file for file in found if file.suffix.lower() in PICTURES]
    others = [file for file in found if file.suffix.lower() not in PICTURES]
    skipped = _skipped(others, folder)
    arrays = [file for file in others if file.suffix.lower() in ARRAYS or _is_idx_of_no_named_set(file.name)]
    if not files and arrays:
        rest = sorted(set(others) - set(arrays))
        return replace(open_array_folder(folder, arrays), skipped=_skipped(rest, folder))
    if not files:
        raise DataError(f"{folder}: no pictures found{_instead(skipped)}. Expected: {', '.join(PICTURES)}")
    # Files of a kind that cannot be read say as much of the classes as the others.
    strange = [file for file in others if file.suffix.lower() not in DOCUMENTS and file.parent != folder]
    both = files + strange
    shown = [_shown(file, folder) for file in both]
    try:
        placed = places([file.relative_to(folder).parts[:-1] for file in both], shown)
        label, *more = {place.label for place in placed}
        read = None if more else labels_of(files, shown[: len(files)], others, label)
    except DataError as error:
        raise DataError(f"{folder}: {error}") from error
    own = folder.resolve().name
    by_file = read.labels if read else None
    notes = (("labels", read.note),) if read else ()
    names = by_file or [plain_name(place.label) or own for place in placed]
    of_pictures = names[: len(files)]
    kept = sorted(set(of_pictures), key=numbers_first)
    index = {name: number for number, name in enumerate(kept)}
    splits = [place.split for place in placed]
    of_files = splits[: len(files)]
    return Source(
        labels=np.array([index[name] for name in of_pictures], np.intp),
        classes=tuple(map(class_name, kept)),
        splits=np.array(of_files) if all(of_files) else None,
        picture=lambda number: open_image(files[number], shown[number]),
        notes=notes if by_file else notes + _deeper(placed[: len(files)]),
        skipped=skipped,
        lost=() if by_file else _lost(list(zip(names, splits, strict=True)), files, strange),
    )


def open_image(file: Path, name: str) -> Picture:
    """One picture, the first where there are several.

    Raises:
        DataError: it cannot be read, or is too large: `name` and the reason.
    """
    try:
        body = regular_file.read(file, MOST_BYTES, "")
        head = body[:HEAD]
        foreign = other_picture(head) or (stand_in(head) or [""])[0]
        if foreign:
            raise DataError(foreign)
        enough = (ENOUGH_PIXELS, ENOUGH_PIXELS)
        with picture_file.opened(body, file, "", most_pixels=MOST_PIXELS, enough=enough) as image:
            width, height = image.info[picture_file.WHOLE_SIZE]
            size = (height, width) if image.getexif().get(ORIENTATION, 1) in QUARTER_TURNS else (width, height)
            has_pages = image.format in PAGED and getattr(image, "is_animated", False)
            if image.width * image.height <= LARGE_PIXELS:
                return Picture(plain(ImageOps.exif_transpose(image)), name, size, has_pages)
            with _one_large:
                ImageOps.exif_transpose(image, in_place=True)
                # A longer side of no less than `ENOUGH_PIXELS`, and less than twice that.
                small = plain(image).reduce(max(image.size) // ENOUGH_PIXELS)
            return Picture(small, name, size, has_pages)
    except FileError as error:
        raise DataError(f"{name}: {error.problem}") from error
    except DataError as error:
        raise DataError(f"{name}: {str(error).removeprefix(f'{file}: ').rstrip('. ')}") from error


def _is_idx_of_no_named_set(name: str) -> bool:
    return is_idx(name) and not name.startswith(NAMED)


def _deeper(placed: Sequence[Place]) -> tuple[tuple[str, str], ...]:
    """A row for the table where folders of classes have others inside, whose names are not used."""
    inside = sorted({"/".join((place.label, *place.inside)) for place in placed if place.inside})
    shown = ", ".join(printable(name)[:60] for name in inside[:3]) + f" and {len(inside) - 3:,} more" * (
        len(inside) > 3
    )
    return (("folders", f"{len(inside):,} inside those of classes count as these: {shown}"),) * bool(inside)


def _skipped(files: Sequence[Path], folder: Path) -> tuple[Skipped, ...]:
    """Most frequent kinds first."""
    kinds: dict[str, list[Path]] = {}
    for file in files:
        kinds.setdefault(file.suffix.lower(), []).append(file)
    return tuple(
        Skipped(_kind(kind), len(of_kind), tuple(_shown(file, folder) for file in of_kind[:3]))
        for kind, of_kind in sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0]))
    )


def _lost(belongs: Sequence[tuple[str, str]], files: Sequence[Path], strange: Sequence[Path]) -> tuple[str, ...]:
    """Classes with nothing but `strange` files, in one of the splits, such as `C (70 of kind .heic)`.

    `belongs` has the class and the split, or empty, of each of `files`, then of each of `strange`.
    """
    kept = set(belongs[: len(files)])
    kinds: dict[tuple[str, str], Counter[str]] = {}
    for place, file in zip(belongs[len(files) :], strange, strict=True):
        if place not in kept:
            kinds.setdefault(place, Counter())[file.suffix.lower()] += 1
    return tuple(
        f"{class_name(name)}{f' in {split}' * bool(split)} "
        f"({', '.join(f'{count:,} of kind {_kind(kind)}' for kind, count in found.most_common(3))})"
        for (name, split), found in sorted(kinds.items(), key=lambda item: (numbers_first(item[0][0]), item[0][1]))
    )


def _kind(suffix: str) -> str:
    return printable(suffix)[:20] or "(no suffix)"


def _instead(skipped: Sequence[Skipped]) -> str:
    """What is there where pictures were expected, such as `, but 70 files of kind .heic`."""
    if not skipped:
        return ""
    words = ", ".join(f"{each.count:,} of kind {each.kind} ({each.names[0]})" for each in skipped[:3])
    # Those of MNIST's kind say most, then whatever else is no text.
    told = [each for each in skipped if any(map(is_idx, each.names))] or [
        each for each in skipped if each.kind not in TEXTS
    ]
    mend = f". {how_to_bring(told[0].names[0])}" if told else ""
    return f", but files: {words}{mend}"


def _shown(file: Path, folder: Path) -> str:
    return printable(str(file.relative_to(folder)))[:200]
