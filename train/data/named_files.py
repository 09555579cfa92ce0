"""The files of the named data sets: found wherever people keep them, downloaded if they are nowhere, and read.

Read without torchvision, which takes seconds to import and answers a damaged file with a bare assertion.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vae_explorer.errors import DataError
from vae_explorer.model.config import IMAGE_SIZE
from vae_explorer.storage.clean_text import printable
from vae_explorer.storage.picture_atlas import SHIPPED_SHA256, pictures_sha256, read_idx

from .data_set import DataSet, Split
from .download import download
from .named_sets import NAMED_SETS, NamedSet


@dataclass(frozen=True)
class NamedFiles:
    """The four files of a named data set, each plain or gzipped."""

    train_images: Path
    train_labels: Path
    test_images: Path
    test_labels: Path

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self.test_images.parent


def load_named(row: NamedSet, folder: Path) -> DataSet:
    """Read it from `folder`, where it is downloaded to if it is absent.

    Raises:
        DataError: it cannot be read, written or downloaded, or is damaged.
        MissingExtraError: it has to be downloaded and torchvision is not installed.
    """
    return read_named(row, files_of(row, folder))


def files_of(row: NamedSet, folder: Path) -> NamedFiles:
    """Its files under `folder`, downloaded if they are absent; raises as `load_named`."""
    try:
        found = _find(row, folder)
        if found is None:
            download(row, folder, _needed(row, folder))
            found = _find(row, folder)
    except PermissionError as error:
        raise DataError(
            f"{error.filename}: cannot be read ({error.strerror}). Name a folder of yours: --data-dir"
        ) from error
    if found is None:
        raise DataError(f"{folder}: no {row.spec.name} there after its download. {_needed(row, folder)}")
    return found


def is_present(row: NamedSet, folder: Path) -> bool:
    """Whether `load_named` would find it there, without a download."""
    try:
        return _find(row, folder) is not None
    except (OSError, DataError):  # no permission, or damaged
        return False


def read_named(row: NamedSet, files: NamedFiles) -> DataSet:
    """Read its files.

    Raises:
        DataError: one of them cannot be read, or they do not belong together.
    """
    train = _read_split(row, files.train_images, files.train_labels)
    test = _read_split(row, files.test_images, files.test_labels)
    _compare(row.spec.name, test, files.folder)
    return DataSet(row.spec, train, test)


def _places(row: NamedSet, folder: Path) -> list[Path]:
    """The folders where its files are looked for: torchvision's own first, then those that hold one set alone."""
    own = next((folder / name for name in (row.torchvision_class, row.spec.name) if (folder / name).is_dir()), None)
    own = own or folder / row.torchvision_class
    shared = [] if folder.resolve().name in _other_classes(row) else [folder / "raw", folder]
    return [own / "raw", own, *shared]


def _other_classes(row: NamedSet) -> set[str]:
    return {other.torchvision_class for other in NAMED_SETS.values()} - {row.torchvision_class}


def _stems(row: NamedSet) -> list[str]:
    return [f"{split}-{kind}-ubyte" for split in (row.train, row.test) for kind in ("images-idx3", "labels-idx1")]


def _find(row: NamedSet, folder: Path) -> NamedFiles | None:
    for place in _places(row, folder):
        found = [_find_file(place, stem) for stem in _stems(row)]
        if all(found):
            files = NamedFiles(*(file for file in found if file is not None))
            if place in (folder, folder / "raw") and _is_another(row, files):
                continue
            return files
    return None


def _find_file(place: Path, stem: str) -> Path | None:
    """`stem` in `place`: as torchvision calls it or with Kaggle's dot, gzipped or not, or in a folder of its name."""
    names = [name + suffix for suffix in ("", ".gz") for name in (stem, stem.replace("-idx", ".idx"))]
    for name in names:
        if (place / name).is_file():
            return place / name
    inner = (place / outer / name for outer in names if (place / outer).is_dir() for name in names)
    return next((file for file in inner if file.is_file()), None)


def _is_another(row: NamedSet, files: NamedFiles) -> bool:
    """Whether these are the pictures of another named set, whose files have the same names."""
    others = {sha256 for name, sha256 in SHIPPED_SHA256.items() if name != row.spec.name}
    return pictures_sha256(read_idx(files.test_images)) in others


def _needed(row: NamedSet, folder: Path) -> str:
    """What is looked for where, and how to get it, for a message."""
    *first, last = (str(place) for place in _places(row, folder))
    options = "".join(f", {name}={value!r}" for name, value in row.options.items())
    return (
        f"{_there(row, folder)}Needed are {', '.join(_stems(row))}, gzipped or not, in {', '.join(first)} or "
        f'{last}. Where there is internet, this fetches them: python -c "from torchvision import datasets; '
        f'datasets.{row.torchvision_class}({str(folder)!r}, download=True{options})"'
    )


def _there(row: NamedSet, folder: Path) -> str:
    """What lies where its files are looked for, so that a person sees which one is missing or called otherwise."""
    for place in _places(row, folder):
        names = sorted(entry.name for entry in place.iterdir() if not entry.is_dir()) if place.is_dir() else []
        files = [name for name in names if not name.startswith(".")]
        if files:
            first = printable(", ".join(files[:4])) + f" and {len(files) - 4:,} more" * (len(files) > 4)
            own = next((name for name in files if Path(name).suffix.lower() in (".npz", ".npy", ".csv")), None)
            hint = f", which --data {place / own} reads" if own else ""
            return f"Found in {place}: {first}{hint}. "
    return ""


def _compare(name: str, test: Split, where: Path) -> None:
    """Say so if these are other pictures than those that are published under this name."""
    published = SHIPPED_SHA256.get(name)
    if published is not None and pictures_sha256(test.images) != published:
        print(
            f"{where}: its {len(test.labels):,} test pictures are not those of {name} as published. "
            "Figures of this model cannot be compared with others'",
            flush=True,
        )


def _read_split(row: NamedSet, images_file: Path, labels_file: Path) -> Split:
    images, labels = read_idx(images_file), read_idx(labels_file)
    where = images_file.parent
    if images.ndim != 3 or images.shape[1:] != (IMAGE_SIZE, IMAGE_SIZE) or labels.shape != images.shape[:1]:
        raise DataError(
            f"{where}: images {images.shape} with labels {labels.shape} found, (N, 28, 28) with (N,) expected. "
            "Delete the files to have them downloaded again"
        )
    first, last = row.first_label, row.first_label + len(row.spec.classes) - 1
    if len(labels) == 0 or int(labels.min()) < first or int(labels.max()) > last:
        raise DataError(f"{where}: labels from {first} to {last} expected. Delete the files, then try again")
    if row.transposed:
        images = np.ascontiguousarray(images.swapaxes(1, 2))
    return Split(images, labels - np.uint8(first))
