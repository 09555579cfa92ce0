"""Classes of pictures that lie in no folders of classes: by a table beside them, or by how their names begin."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vae_explorer.errors import DataError
from vae_explorer.storage.clean_text import printable

from .csv_pictures import LABELS
from .folder_layout import split_of
from .label_arrays import plain_name

TABLES = (".csv", ".tsv", ".txt")
MOST_BYTES = 64 * 2**20
MOST_COLUMNS = 300
MOST_TABLES = 20  # more are notes on single pictures

# 3_0012.png, digit_3_0012.png, cat.12.jpg, cat12.png, cat (12).png
_BEGINNING = re.compile(r"(?i:(?:class|digit|label|number)[ _-]?)?(\d{1,2})[ _.-]|([^\W\d_]+)[ _.(-]*\d")
# Names of folders that say no class.
NO_CLASS = {"", "images", "image", "imgs", "img", "data", "dataset", "pictures", "photos", "png", "jpg", "all"}
FEWEST_A_CLASS = 2
MOST_CLASSES = 100

# A column of more different words, which is not called `label`, is a text about each picture.
MOST_WORDS = 256


@dataclass(frozen=True)
class FileLabels:
    """`labels`: the class of each picture, or None where nothing says it; `note`: where they are from, or why not."""

    labels: list[str] | None
    note: str


def labels_of(files: Sequence[Path], names: Sequence[str], others: Sequence[Path], folder: str) -> FileLabels | None:
    """The classes of `files`, called `names`, by a table among `others` or by their own names; None where neither says.

    `folder` is the one that all lie in, or empty; where it may be their class, their own names do not count.

    Raises:
        DataError: a table leaves some out, or two say different things.
    """
    found = _by_tables(files, names, others)
    return _by_names(files) if found is None and folder.lower() in NO_CLASS else found


def _by_names(files: Sequence[Path]) -> FileLabels | None:
    found = [_BEGINNING.match(file.stem) for file in files]
    labels = [plain_name(each[1] or each[2]) for each in found if each is not None]
    counts = Counter(labels)
    if len(labels) < len(files) or not 2 <= len(counts) <= MOST_CLASSES or min(counts.values()) < FEWEST_A_CLASS:
        return None
    if all(split_of(name) for name in counts):
        return None
    return FileLabels(labels, f"by how names begin, such as {labels[0]} of {printable(files[0].name)[:60]}")


def _by_tables(files: Sequence[Path], names: Sequence[str], others: Sequence[Path]) -> FileLabels | None:
    found: dict[Path, tuple[str, Path]] = {}
    columns: dict[str, None] = {}
    unclear = ""
    tables = [file for file in others if file.suffix.lower() in TABLES]
    for table in tables if len(tables) <= MOST_TABLES else []:
        column, labels = _of_table(table, files)
        for file, label in labels.items():
            before = found.setdefault(file, (label, table))
            if before[0] != label:
                raise DataError(
                    f"{before[1].name} has {file.name} in class {before[0]!r}, {table.name} in {label!r}. Move one away"
                )
        if labels:
            columns[f"{printable(table.name)[:60]}, {column}"] = None
        elif column:
            unclear = f"{printable(table.name)[:60]} {column}"
    if len(found) < len(files) / 2:  # those found are about something else
        return FileLabels(None, unclear) if unclear else None
    missing = [name for file, name in zip(files, names, strict=True) if file not in found]
    if missing:
        raise DataError(
            f"{len(missing):,} of {len(files):,} pictures are not in the table {next(iter(columns))}, the first "
            f"{missing[0]}. Add them to it, or move them away"
        )
    return FileLabels([found[file][0] for file in files], f"of {'; '.join(itertools.islice(columns, 3))}")


def _of_table(table: Path, files: Sequence[Path]) -> tuple[str, dict[Path, str]]:
    """Where its classes stand, in words, and the classes of those files under its folder that it names.

    If it names files without a column that can be that of classes, the words say so, and there are none.
    """
    reader = _rows(table)
    known = _known(table.parent, files)
    start = list(itertools.islice(reader, 50))
    by_hits = Counter(at for row in start for at, cell in enumerate(row) if _named(cell, known))
    at = by_hits.most_common(1)[0][0] if by_hits else -1
    if not 0 <= at < len(start[0] if start else ()):
        return "", {}
    rows = [*start, *reader]
    header = [cell.lower() for cell in rows[0]] if not _named(rows[0][at], known) else []
    body = [row for row in rows[bool(header) :] if len(row) == len(rows[0]) and _named(row[at], known)]
    rest = [column for column in range(len(rows[0])) if column != at]
    label = next((column for column in rest if header and header[column] in LABELS), rest[0] if len(rest) == 1 else -1)
    has_name = label >= 0 and bool(header) and header[label] in LABELS
    if label >= 0 and (has_name or len({row[label] for row in body}) <= MOST_WORDS):
        labels = [plain_name(row[label]) for row in body]
        column = f"column {printable(rows[0][label] if header else str(label + 1))[:40]}"
    elif header and rest and all(sorted(row[each] for each in rest) == ["0"] * (len(rest) - 1) + ["1"] for row in body):
        labels = [plain_name(rows[0][next(each for each in rest if row[each] == "1")]) for row in body]
        column = "a column for each class"
    elif len(body) < len(rows) / 2:
        return "", {}  # prose, or a table of something else
    else:
        return "names these pictures, but no column of it is called `label`", {}
    if "" in labels:
        raise DataError(f"{table.name}: {body[labels.index('')][at]} has no label. Name its class, or remove the row")
    named = [known[_named(row[at], known)] for row in body]
    return column, {file: text for file, text in zip(named, labels, strict=True) if file is not None}


def _rows(table: Path) -> Iterator[list[str]]:
    """The cells of a table, without spaces around them; none where it is no table of names."""
    try:
        if not table.is_file() or table.stat().st_size > MOST_BYTES:
            return
        text = table.read_text("utf-8-sig", errors="replace")
    except OSError:
        return
    first = text.partition("\n")[0]
    separator = max(",;\t ", key=first.count) if "," not in first else ","
    if first.count(separator) > MOST_COLUMNS or "\0" in first:
        return
    with suppress(csv.Error):
        for row in csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=True):
            if any(row):
                yield [cell.strip() for cell in row]


def _known(folder: Path, files: Sequence[Path]) -> dict[str, Path | None]:
    """Files under `folder` by their paths in it, and by their names with and without suffix; None where two have it."""
    known: dict[str, Path | None] = {}
    paths: dict[str, Path | None] = {}
    for file in files:
        if file.is_relative_to(folder):
            paths[_key(file.relative_to(folder).as_posix())] = file
            for name in {_key(file.name), _key(file.stem)}:
                known[name] = None if name in known else file
    return known | paths


def _key(cell: str) -> str:
    return plain_name(cell).replace("\\", "/").removeprefix("./").casefold()


def _named(cell: str, known: Mapping[str, Path | None]) -> str:
    """The key of the file that a cell names, if by its path on another machine; empty where it names none."""
    key = _key(cell)
    return next((each for each in (key, key.rpartition("/")[2]) if each and each in known), "")
