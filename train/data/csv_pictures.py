"""Pictures in a CSV: a row each, of as many numbers as pixels, with a label or without. Kaggle's `train.csv` is one."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from vae_explorer.errors import DataError
from vae_explorer.storage import regular_file

from .stand_in import require_itself

MOST_BYTES = 2 * 2**30
FEWEST_PIXELS = 16
MOST_CHARACTERS = 2_000_000  # of a row
MOST_PIXELS_TOGETHER = 10**9
ROWS = 500  # that are turned to numbers together

LABELS = {"label", "labels", "class", "classes", "target", "targets", "y", "digit", "character", "letter", "category"}
# So many rows that count from one to the next are no labels.
COUNTED_ROWS = 20
# Columns that count rows, as pandas writes them.
COUNTERS = {"", "unnamed: 0", "index", "id", "imageid"}

EXPECTED = "A row for each picture, of 784 numbers between commas, with or without a column `label`, expected"


@dataclass(frozen=True)
class CsvPictures:
    """`pixels`: `(N, k * k)` uint8 or float32; `labels`: `(N,)` whole numbers or names, or None.

    `note` says which columns were taken for what.
    """

    pixels: NDArray[Any]
    labels: NDArray[Any] | None
    note: str


@dataclass(frozen=True)
class _Columns:
    """Which columns of a row are what; `label` is None where none is."""

    separator: str
    has_header: bool
    label: int | None
    pixels: tuple[int, ...]
    count: int
    note: str


def read_csv(file: Path) -> CsvPictures:
    """Read it, row by row.

    Raises:
        DataError: it is no table of pictures, or too large.
        OSError: it cannot be read.
    """
    found = file.stat()
    regular_file.require_regular(file, found)
    require_itself(file)
    if found.st_size > MOST_BYTES:
        raise DataError(f"{file}: {found.st_size:,} bytes found, at most {MOST_BYTES:,} expected. Save it as .npz")
    with file.open(encoding="utf-8-sig", errors="replace", newline=None) as handle:
        rows = _rows(handle, file)
        start = list(itertools.islice(rows, 200))
        if start and _separator(start[-1][1]) == " ":  # columns in line, with as many spaces as that takes
            start, rows = list(map(_with_single_spaces, start)), map(_with_single_spaces, rows)
        columns = _columns([text for _, text in start], file)
        body = itertools.chain(start[columns.has_header :], rows)
        pixels: list[NDArray[Any]] = []
        labels: list[str] = []
        while batch := list(itertools.islice(body, ROWS)):
            numbers, names = _numbers(batch, columns, file)
            pixels.append(numbers)
            labels += names
            if len(pixels) * ROWS * len(columns.pixels) > MOST_PIXELS_TOGETHER:
                raise DataError(f"{file}: more than {MOST_PIXELS_TOGETHER:,} pixels found. Save it as bytes in a .npz")
    if not pixels:
        raise DataError(f"{file}: no row of numbers found. {EXPECTED}")
    return CsvPictures(np.concatenate(pixels), _labels(labels) if labels else None, columns.note)


def _rows(handle: TextIO, file: Path) -> Iterator[tuple[int, str]]:
    """The rows that hold something, each with the number of its line."""
    number = 0
    while text := handle.readline(MOST_CHARACTERS):
        number += 1
        if "\0" in text or len(text) == MOST_CHARACTERS:
            raise DataError(f"{file}: line {number:,} is no row of a CSV in UTF-8. {EXPECTED}")
        if text.strip():
            yield number, text.strip("\r\n")


def _separator(row: str) -> str:
    """Where semicolons separate, commas may be those of numbers."""
    return next((each for each in ";\t, " if row.strip().count(each) >= FEWEST_PIXELS - 1), ",")


def _with_single_spaces(row: tuple[int, str]) -> tuple[int, str]:
    return row[0], " ".join(row[1].split())


def _columns(start: list[str], file: Path) -> _Columns:
    if not start:
        raise DataError(f"{file}: empty. {EXPECTED}")
    separator = _separator(start[-1])
    first = _cells(start[0], separator)
    header = [name.lower() for name in first]
    is_header = (
        sum(_number(cell, separator) is None for cell in first) > 1
        or bool(LABELS & set(header))
        or (len(first) >= FEWEST_PIXELS and _are_counted_names(first))
    )
    body = [_cells(text, separator) for text in start[is_header:]]
    count = len(first)
    columns = list(range(count))
    if is_header and header[0] in COUNTERS and not _is_square(count) and header[0] not in LABELS:
        columns = columns[1:]
    label = next((index for index in columns if is_header and header[index] in LABELS), None)
    if label is None and not _is_square(len(columns)) and _counts_rows(body, columns[0]):
        columns = columns[1:]
    if label is None and not _is_square(len(columns)):
        label = columns[0] if not _is_constant(body, columns[0]) or _is_constant(body, columns[-1]) else columns[-1]
    pixels = tuple(index for index in columns if index != label)
    if not _is_square(len(pixels)):
        raise DataError(f"{file}: {count:,} columns found{_instead(body or [first], len(pixels))}. {EXPECTED}")
    where = f"label in column {label + 1}" if label is not None else "no label"
    note = f"{len(pixels)} pixels a row, {where}, {'with' if is_header else 'without'} a header"
    return _Columns(separator, is_header, label, pixels, count, note)


def _are_counted_names(cells: list[str]) -> bool:
    """Whether these are names that pandas gave: 0, 1, 2 …, or, where they were pixels, 0, 0.1, 0.2 … for all the zeros.

    The first and the last may be that of the label.
    """
    inner = cells[1:-1]
    if all(cell.isascii() and cell.isdecimal() for cell in inner):
        numbers = list(map(int, inner))
        return numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    again = [int(found[1]) for cell in cells if (found := re.fullmatch(r"0\.([1-9]\d{0,6})", cell))]
    return len(again) > len(cells) // 4 and again == list(range(1, len(again) + 1))


def _instead(body: list[list[str]], pixels: int) -> str:
    """What the table may be that is none of grey pictures, a row each."""
    if any(re.search(r"\.(png|jpe?g|gif|bmp|webp|tiff?)$", cell.lower()) for cell in body[0]):
        return ", and names of files in them. Name the folder that the pictures and this table lie in"
    if pixels % 3 == 0 and _is_square(pixels // 3):
        side = math.isqrt(pixels // 3)
        return f", perhaps pictures in colour. Save those as (N, {side}, {side}, 3) in a .npz"
    return ""


def _counts_rows(body: list[list[str]], column: int) -> bool:
    """Whether the column goes up by one from row to row."""
    cells = [cells[column] for cells in body]
    if len(cells) < COUNTED_ROWS or not all(cell.isascii() and cell.isdecimal() for cell in cells):
        return False
    return all(int(after) == int(before) + 1 for before, after in itertools.pairwise(cells))


def _numbers(batch: list[tuple[int, str]], columns: _Columns, file: Path) -> tuple[NDArray[Any], list[str]]:
    texts = [text.replace(",", ".") if columns.separator == ";" else text for _, text in batch]
    for (number, _), text in zip(batch, texts, strict=True):
        if text.count(columns.separator) + 1 != columns.count:
            found = text.count(columns.separator) + 1
            raise DataError(f"{file}: line {number:,} has {found:,} columns, the first one {columns.count:,}. Mend it")
    pixels = _pixels(texts, columns)
    if pixels is None:
        bad = next((at for at, text in enumerate(texts) if _pixels([text], columns) is None), 0)
        raise DataError(f"{file}: line {batch[bad][0]:,} has a pixel that is no number. {EXPECTED}")
    with np.errstate(invalid="ignore"):
        small = pixels.astype(np.uint8)
    labels = [] if columns.label is None else [_cells(text, columns.separator)[columns.label] for text in texts]
    return small if np.array_equal(small, pixels) else pixels, labels  # bytes take a quarter of the memory


def _pixels(texts: list[str], columns: _Columns) -> NDArray[np.float32] | None:
    """The pixels of some rows, or None if one is no number."""
    try:
        return np.loadtxt(
            texts,
            np.float32,
            comments=None,
            delimiter=columns.separator,
            usecols=columns.pixels,
            quotechar='"',
            ndmin=2,
        )
    except ValueError:
        return None


def _labels(texts: list[str]) -> NDArray[Any]:
    """Whole numbers if all of them are, else names."""
    numbers = [_number(text, ",") for text in texts]
    if all(number is not None and abs(number) < 2**53 and number == round(number) for number in numbers):
        return np.array(numbers).astype(np.int64)
    return np.array(texts)


def _cells(text: str, separator: str) -> list[str]:
    return [cell.strip().strip('"').strip() for cell in text.split(separator)]


def _number(cell: str, separator: str) -> float | None:
    try:
        return float(cell.replace(",", ".") if separator == ";" else cell)
    except ValueError:
        return None


def _is_constant(body: list[list[str]], column: int) -> bool:
    return len({cells[column] for cells in body if column < len(cells)}) <= 1


def _is_square(count: int) -> bool:
    return count >= FEWEST_PIXELS and math.isqrt(count) ** 2 == count
