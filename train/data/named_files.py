"""The named data sets on disk: downloaded by torchvision if they are absent, and read without it.

Torchvision takes seconds to import, and answers a damaged file with a bare assertion.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from vae_explorer.errors import DataError, MissingExtraError
from vae_explorer.model.config import IMAGE_SIZE
from vae_explorer.storage.picture_atlas import SHIPPED_SHA256, pictures_sha256, read_idx

from .data_set import DataSet, Split
from .named_sets import NamedSet


def load_named(row: NamedSet, folder: Path) -> DataSet:
    """Read it from torchvision's layout under `folder`, where it is downloaded to if it is absent.

    Raises:
        DataError: it cannot be read, written or downloaded, or is damaged.
        MissingExtraError: it has to be downloaded and torchvision is not installed.
    """
    raw, files = _files(row, folder)
    try:
        missing = [file for pair in files.values() for file in pair if not file.is_file()]
        if missing:
            _download(row, folder)
    except PermissionError as error:
        raise DataError(f"{raw}: cannot be read ({error.strerror}). Name a folder of yours: --data-dir") from error
    train, test = (_read_split(row, raw / split, *files[split]) for split in (row.train, row.test))
    _compare(row.spec.name, test, raw)
    return DataSet(row.spec, train, test)


def is_present(row: NamedSet, folder: Path) -> bool:
    """Whether `load_named` would find it there, without a download."""
    try:
        return all(file.is_file() for pair in _files(row, folder)[1].values() for file in pair)
    except OSError:  # no permission
        return False


def _files(row: NamedSet, folder: Path) -> tuple[Path, dict[str, tuple[Path, Path]]]:
    """Where its files lie, and those of images and labels by the prefix of their split."""
    raw = folder / row.torchvision_class / "raw"
    return raw, {
        split: (raw / f"{split}-images-idx3-ubyte", raw / f"{split}-labels-idx1-ubyte")
        for split in (row.train, row.test)
    }


def _compare(name: str, test: Split, where: Path) -> None:
    """Say so if these are other pictures than those that are published under this name."""
    published = SHIPPED_SHA256.get(name)
    if published is not None and pictures_sha256(test.images) != published:
        print(
            f"{where}: its {len(test.labels):,} test pictures are not those of {name} as published. "
            "Figures of this model cannot be compared with others'",
            flush=True,
        )


def _read_split(row: NamedSet, where: Path, images_file: Path, labels_file: Path) -> Split:
    images, labels = read_idx(images_file), read_idx(labels_file)
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


def _download(row: NamedSet, folder: Path) -> None:
    try:
        from torchvision import datasets
    except ImportError as error:
        raise MissingExtraError("torchvision", "train") from error
    name = row.spec.name
    if folder.exists() and not folder.is_dir():
        raise DataError(f"{folder}: a file, where a folder for the data sets was expected. Name another: --data-dir")
    existing = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        raise DataError(f"{folder}: cannot be written, and has no {name}. Name a folder of yours: --data-dir")
    print(f"Downloading {name} to {folder} …", flush=True)
    try:
        getattr(datasets, row.torchvision_class)(str(folder), download=True, **row.options)
    except (OSError, RuntimeError) as error:
        raise DataError(
            f"{name} is not in {folder}, and its download failed ({error}). "
            "Connect to the internet once, or name a folder that has it: --data-dir"
        ) from error
