"""Data set -> tensors on the device. No worker processes: the whole set is one tensor, shuffled by `randperm`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vae_explorer.config import IMAGE_SIZE
from vae_explorer.digits import read_idx
from vae_explorer.errors import DataError, MissingExtraError


@dataclass(frozen=True)
class DataSpec:
    """One data set by name: its class in `torchvision.datasets`, and the words that captions use."""

    name: str
    torchvision_class: str
    noun: str
    nouns: str
    classes: tuple[str, ...]


_DIGITS = tuple("0123456789")
_CLOTHES = (
    "T-shirt", "Trousers", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip

DATA_SETS = {
    spec.name: spec
    for spec in (
        DataSpec("mnist", "MNIST", "digit", "digits", _DIGITS),
        DataSpec("fashion-mnist", "FashionMNIST", "picture", "pictures", _CLOTHES),
    )
}


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
    """Read a data set from torchvision's layout under `folder`, downloading what is absent.

    Raises:
        DataError: unknown name; the folder cannot be read or written; a file is damaged or of a wrong size.
        MissingExtraError: a download is needed and torchvision is not installed.
    """
    spec = DATA_SETS.get(name)
    if spec is None:
        raise DataError(f"unknown data set {name!r}; known are: {', '.join(DATA_SETS)}")
    raw = folder / spec.torchvision_class / "raw"
    stems = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
    try:
        missing = [stem for stem in stems if not (raw / f"{stem}-ubyte").is_file()]
        if missing:
            _download(spec, folder)
    except PermissionError as error:
        raise DataError(f"{raw}: cannot be read ({error.strerror}). Name a folder of yours: --data-dir") from error
    images, labels, test_images, test_labels = (read_idx(raw / f"{stem}-ubyte") for stem in stems)
    train = _split(images, labels, raw / "train", spec)
    return DataSet(spec, train, _split(test_images, test_labels, raw / "t10k", spec))


def to_device(images: NDArray[np.uint8], device: torch.device) -> Tensor:
    """`(N, 28, 28)` uint8 as `(N, 1, 28, 28)` float32 in 0…1 on `device`."""
    return torch.from_numpy(np.array(images)).to(device).unsqueeze(1).float().div_(255)


def _split(images: NDArray[np.uint8], labels: NDArray[np.uint8], where: Path, spec: DataSpec) -> Split:
    if images.ndim != 3 or images.shape[1:] != (IMAGE_SIZE, IMAGE_SIZE) or labels.shape != images.shape[:1]:
        raise DataError(
            f"{where}: images {images.shape} with labels {labels.shape} found, (N, 28, 28) with (N,) expected. "
            "Delete the files to have them downloaded again"
        )
    if len(labels) == 0 or int(labels.max()) >= len(spec.classes):
        raise DataError(f"{where}: labels from 0 to {len(spec.classes) - 1} expected. Delete the files, then try again")
    return Split(images, labels)


def _download(spec: DataSpec, folder: Path) -> None:
    try:
        from torchvision import datasets
    except ImportError as error:
        raise MissingExtraError("torchvision", "train") from error
    if folder.exists() and not folder.is_dir():
        raise DataError(f"{folder}: a file, where a folder for the data sets was expected. Name another: --data-dir")
    existing = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        raise DataError(f"{folder}: cannot be written, and has no {spec.name}. Name a folder of yours: --data-dir")
    print(f"Downloading {spec.name} to {folder} …", flush=True)
    try:
        getattr(datasets, spec.torchvision_class)(str(folder), download=True)
    except (OSError, RuntimeError) as error:
        raise DataError(
            f"{spec.name} is not in {folder}, and its download failed ({error}). "
            "Connect to the internet once, or name a folder that has it: --data-dir"
        ) from error
