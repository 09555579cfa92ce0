"""A data set by its name or path: one of `NAMED_SETS`, or the user's own images, split into training and test here."""

from __future__ import annotations

import re
from pathlib import Path

from vae_explorer.errors import DataError

from . import found
from .data_set import DataSet, Split
from .named_files import files_of, read_named
from .named_sets import NAMED_SETS, DataSpec
from .own_pictures import EXPECTED, open_pictures, require_whole
from .reading import AS_FOUND, Reading
from .split import divide


def load_data(name: str, folder: Path, reading: Reading = AS_FOUND) -> DataSet:
    """Read a data set: one of `NAMED_SETS`, or the images at the path `name`; print a table of what was found.

    A named one is read from torchvision's layout under `folder`, where it is downloaded to if it is absent.

    Raises:
        DataError: neither a name nor a path; it cannot be read or written; it is damaged or too small.
        MissingExtraError: it has to be downloaded and torchvision is not installed.
    """
    if name in NAMED_SETS:
        row = NAMED_SETS[name]
        files = files_of(row, folder)
        data = read_named(row, files)
        found.print_rows(found.rows_of_named(data, files.folder))
        return data
    return _load_own(own_path(name), reading)


def own_path(name: str) -> Path:
    """The path of the user's own images.

    Raises:
        DataError: nothing is there.
    """
    path = Path(name)
    try:
        path = path.expanduser()
        there = bool(name) and path.exists()
    except PermissionError as error:
        raise DataError(f"{name}: cannot be read ({error.strerror}). Allow it to be read") from error
    except (OSError, RuntimeError, ValueError):  # a name too long, an unknown user's home, a NUL
        there = False
    if not there:
        known = {
            _letters(word): row.spec.name
            for row in NAMED_SETS.values()
            for word in (row.spec.name, row.torchvision_class)
        }
        meant = known.get(_letters(name))
        if meant:
            raise DataError(f"unknown data set {name!r}. Did you mean {meant}?")
        if re.match(r"https?://", name):
            raise DataError(f"{name[:200]} is an address. Download what it leads to, and name that file or folder")
        raise DataError(
            f"unknown data set {name[:200]!r}: nothing is there, where {EXPECTED}; the known names are: "
            f"{', '.join(NAMED_SETS)}"
        )
    return path


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def name_for(model: Path, its_data: str, given: str | None) -> str:
    """What `load_data` should read for a model folder: what was `given`, else the data set that the model names.

    Raises:
        DataError: it was made with somebody's own pictures, and they were not named.
    """
    if given is None and its_data not in NAMED_SETS and not Path(its_data).exists():
        raise DataError(
            f"{model} was made with pictures called {its_data}, which is no known data set. Name them: --data"
        )
    return given or its_data


def _load_own(path: Path, reading: Reading) -> DataSet:
    pictures = open_pictures(path, reading)
    found.print_rows(found.rows_of_pictures(pictures, path))
    if not reading.skip_unreadable:
        require_whole(pictures, path)
    images, labels = pictures.to_28x28(), pictures.labels
    try:
        division = divide(images, pictures.splits)
    except DataError as error:
        raise DataError(f"{path}: {error}") from error
    found.print_rows(found.rows_of_division(division, pictures))
    spec = DataSpec(_plain_name(path), "picture", "pictures", pictures.classes)
    train, test = (Split(images[part], labels[part]) for part in (division.train, division.test))
    return DataSet(spec, train, test)


def _plain_name(path: Path) -> str:
    """The name of the user's own data set: lower-case letters, digits and hyphens, and none of the known names."""
    name = re.sub(r"[^a-z0-9]+", "-", path.resolve().stem.lower()).strip("-")[:60] or "pictures"
    return f"own-{name}" if name in NAMED_SETS else name
