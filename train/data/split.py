"""The split into training and test pictures: the data set's own, or one that follows from the pictures themselves."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vae_explorer.errors import DataError

# Of pictures without a split the same share is held out for testing as of MNIST: 10,000 of 70,000.
FEWEST_IMAGES = 100
ONE_TEST_IMAGE_IN = 7

# A model folder holds the codes of no fewer.
FEWEST_TEST_IMAGES = 10


@dataclass(frozen=True)
class Division:
    """`train`, `test`: indices of pictures, in the order of their digests; `words`: how they were divided."""

    train: NDArray[np.intp]
    test: NDArray[np.intp]
    words: str


def divide(images: NDArray[np.uint8], splits: NDArray[np.str_] | None) -> Division:
    """Divide pictures `(N, 28, 28)` by `splits`, train, test or val each, or by their own pixels.

    Raises:
        DataError: they are too few.
    """
    # The order follows from the pixels, and is as good as a random one.
    digests = np.array([hashlib.sha256(image.tobytes()).digest() for image in images], dtype="S32")
    order = np.argsort(digests, kind="stable")
    different = np.unique(digests)
    if len(different) < FEWEST_IMAGES:
        raise DataError(f"{len(different)} different pictures found, at least {FEWEST_IMAGES} expected. Add some")
    roles = set() if splits is None else set(splits.tolist())
    if splits is None or len(roles) == 1:
        # An image's split is the same on every machine, whatever the files are called, and copies are never in both.
        is_test = digests < different[len(different) // ONE_TEST_IMAGE_IN]
        words = "every picture by its pixels, one in seven for testing"
    elif "test" in roles:
        is_test = splits == "test"
        words = "the data's own" + "; val is trained on" * ("val" in roles)
    else:
        is_test = splits == "val"
        words = "the data's own, val for testing"
    train, test = order[~is_test[order]], order[is_test[order]]
    copies = int(np.isin(digests[test], digests[train]).sum())
    if copies:
        words += f"; {copies:,} test pictures are copies of training pictures"
    if len(test) < FEWEST_TEST_IMAGES:
        raise DataError(
            f"{len(test)} test pictures found, at least {FEWEST_TEST_IMAGES} expected. Add some, or name the training "
            "pictures alone"
        )
    return Division(train, test, words)
