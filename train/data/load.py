"""A data set by its name or path: one of `NAMED_SETS`, or the user's own images, split into training and test here."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from vae_explorer import paths
from vae_explorer.errors import DataError

from .data_set import DataSet, Split
from .named_files import load_named
from .named_sets import NAMED_SETS, DataSpec
from .own_pictures import open_pictures

# Of the user's own images the same share is held out for testing as of MNIST: 10,000 of 70,000.
FEWEST_IMAGES = 100
ONE_TEST_IMAGE_IN = 7


def load_data(name: str, folder: Path) -> DataSet:
    """Read a data set: one of `NAMED_SETS`, or the images at the path `name`.

    A named one is read from torchvision's layout under `folder`, where it is downloaded to if it is absent.

    Raises:
        DataError: neither a name nor a path; it cannot be read or written; it is damaged or too small.
        MissingExtraError: it has to be downloaded and torchvision is not installed.
    """
    if name in NAMED_SETS:
        return load_named(NAMED_SETS[name], folder)
    return _load_own(own_path(name))


def own_path(name: str) -> Path:
    """The path of the user's own images.

    Raises:
        DataError: nothing is there.
    """
    path = Path(name)
    try:
        path = path.expanduser()
        there = bool(name) and path.exists()
    except (OSError, RuntimeError):  # no permission, a name too long, an unknown user's home
        there = False
    if not there:
        raise DataError(
            f"unknown data set {name[:200]!r}: no folder or .npz is there, and the known names are: "
            f"{', '.join(NAMED_SETS)}"
        )
    return path


def _load_own(path: Path) -> DataSet:
    pictures = open_pictures(path)
    count = len(pictures.labels)
    print(f"Turning {count:,} pictures to 28x28. See how: {paths.train_command()} inspect {path}", flush=True)
    images, labels = pictures.to_28x28(), pictures.labels
    # An image's split follows from its own pixels: it is the same on every machine, whatever the files are called, and
    # copies of an image are never in both. The order is as good as a random one.
    digests = [hashlib.sha256(image.tobytes()).digest() for image in images]
    different = sorted(set(digests))
    if len(different) < FEWEST_IMAGES:
        raise DataError(
            f"{path}: {len(different)} different pictures found, at least {FEWEST_IMAGES} expected. Add some"
        )
    order = sorted(range(len(digests)), key=digests.__getitem__)
    first_of_train = different[len(different) // ONE_TEST_IMAGE_IN]
    test = [index for index in order if digests[index] < first_of_train]
    train = order[len(test) :]
    spec = DataSpec(_plain_name(path), "picture", "pictures", pictures.classes)
    return DataSet(spec, Split(images[train], labels[train]), Split(images[test], labels[test]))


def _plain_name(path: Path) -> str:
    """The name of the user's own data set: lower-case letters, digits and hyphens, and none of the known names."""
    name = re.sub(r"[^a-z0-9]+", "-", path.resolve().stem.lower()).strip("-")[:60] or "pictures"
    return f"own-{name}" if name in NAMED_SETS else name
