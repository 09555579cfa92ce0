"""Data set -> arrays -> tensors on the device. No worker processes: the whole set is one tensor.

A data set is one of `NAMED_SETS` or a person's own pictures (`train.data.own_pictures`). Torch is imported by
`to_device` alone, so that a wrong path is answered at once.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vae_explorer import paths
from vae_explorer.errors import DataError, MissingExtraError
from vae_explorer.model.config import IMAGE_SIZE
from vae_explorer.storage.picture_atlas import read_idx

from .named_sets import NAMED_SETS, DataSpec, NamedSet
from .own_pictures import open_pictures

if TYPE_CHECKING:
    import torch
    from torch import Tensor


# Of a person's own pictures as many are kept for the test as MNIST has: 10,000 of 70,000.
FEWEST_PICTURES = 100
TEST_SHARE = 7


@dataclass(frozen=True)
class Split:
    """`images`: `(N, 28, 28)` uint8; `labels`: `(N,)` uint8."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]


@dataclass(frozen=True)
class DataSet:
    """One data set, both splits."""

    spec: DataSpec
    train: Split
    test: Split


def load_data(name: str, folder: Path) -> DataSet:
    """Read a data set: one of `NAMED_SETS`, or the pictures at the path `name`.

    A named one is read from torchvision's layout under `folder`, and downloaded to it where it is absent.

    Raises:
        DataError: neither a name nor a path; it cannot be read or written; it is damaged or too small.
        MissingExtraError: a download is needed and torchvision is not installed.
    """
    if name in NAMED_SETS:
        return _load_named(NAMED_SETS[name], folder)
    return _load_own(own_path(name))


def own_path(name: str) -> Path:
    """The path of a person's own pictures.

    Raises:
        DataError: nothing is there.
    """
    path = Path(name)
    try:
        path = path.expanduser()
        there = bool(name) and path.exists()
    except (OSError, RuntimeError):  # not allowed to look, a name too long, a home that nobody has
        there = False
    if not there:
        raise DataError(
            f"unknown data set {name[:200]!r}: no folder or .npz is there, and the known names are: "
            f"{', '.join(NAMED_SETS)}"
        )
    return path


def to_device(images: NDArray[np.uint8], device: torch.device) -> Tensor:
    """`(N, 28, 28)` uint8 as `(N, 1, 28, 28)` float32 in 0…1 on `device`."""
    import torch

    return torch.from_numpy(np.array(images)).to(device).unsqueeze(1).float().div_(255)


def split_to_device(split: Split, device: torch.device) -> tuple[Tensor, Tensor]:
    """The images of a split as `to_device` gives them, and its labels `(N,)` int64, on `device`."""
    import torch

    return to_device(split.images, device), torch.from_numpy(split.labels.astype("int64")).to(device)


def _load_named(row: NamedSet, folder: Path) -> DataSet:
    raw = folder / row.torchvision_class / "raw"
    files = {
        split: (raw / f"{split}-images-idx3-ubyte", raw / f"{split}-labels-idx1-ubyte")
        for split in (row.train, row.test)
    }
    try:
        missing = [file for pair in files.values() for file in pair if not file.is_file()]
        if missing:
            _download(row, folder)
    except PermissionError as error:
        raise DataError(f"{raw}: cannot be read ({error.strerror}). Name a folder of yours: --data-dir") from error
    train, test = (_read_split(row, raw / split, *files[split]) for split in (row.train, row.test))
    return DataSet(row.spec, train, test)


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


def _load_own(path: Path) -> DataSet:
    pictures = open_pictures(path)
    count = len(pictures.labels)
    print(f"Turning {count:,} pictures to 28x28. See how: {paths.train_command()} look {path}", flush=True)
    images, labels = pictures.to_28x28(), pictures.labels
    # A picture's place in the split follows from its own pixels: the same on every machine, whatever the files are
    # called, and the same picture twice is never on both sides. The order is as good as a random one besides.
    digests = [hashlib.sha256(image.tobytes()).digest() for image in images]
    different = sorted(set(digests))
    if len(different) < FEWEST_PICTURES:
        raise DataError(
            f"{path}: {len(different)} different pictures found, at least {FEWEST_PICTURES} expected. Add some"
        )
    order = sorted(range(len(digests)), key=digests.__getitem__)
    first_of_train = different[len(different) // TEST_SHARE]
    test = [index for index in order if digests[index] < first_of_train]
    train = order[len(test) :]
    spec = DataSpec(_plain_name(path), "picture", "pictures", pictures.classes)
    return DataSet(spec, Split(images[train], labels[train]), Split(images[test], labels[test]))


def _plain_name(path: Path) -> str:
    """The name of a person's own data set: small letters, figures and hyphens, and none of the known names."""
    name = re.sub(r"[^a-z0-9]+", "-", path.resolve().stem.lower()).strip("-")[:60] or "pictures"
    return f"own-{name}" if name in NAMED_SETS else name


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
