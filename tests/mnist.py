"""Real MNIST in torchvision's layout, for tests that train: cut from the test digits that the project ships."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from vae_explorer import paths
from vae_explorer.storage import model_folder, picture_atlas

TRAIN, TEST = 2_000, 500


def write_data_dir(folder: Path, train: int = TRAIN, test: int = TEST) -> Path:
    """Write an MNIST of so many training and test digits under `folder`; return `folder`."""
    pictures = picture_atlas.read_atlas(paths.assets() / "mnist" / "digits.png", train + test)
    labels = model_folder.read(paths.shipped_models() / "mlp-20").codes["label"]
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for stem, part in (("train", slice(0, train)), ("t10k", slice(train, train + test))):
        (raw / f"{stem}-images-idx3-ubyte").write_bytes(idx_bytes(pictures[part]))
        (raw / f"{stem}-labels-idx1-ubyte").write_bytes(idx_bytes(labels[part]))
    return folder


def idx_bytes(array: np.ndarray) -> bytes:
    """`array`, uint8, as the bytes of an IDX file."""
    return struct.pack(f">HBB{array.ndim}i", 0, 8, array.ndim, *array.shape) + array.tobytes()
