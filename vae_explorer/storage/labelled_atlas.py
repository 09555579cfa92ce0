"""An atlas with its labels in it: below the pictures a pixel for each label, `LABEL_STEP` times as bright as the class.

So a page that reads the pixels has the labels too, even where a browser alters what a page reads by a grey or two. What
knows nothing of labels reads such an atlas as any other: its pictures are where they always are.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vae_explorer.model.config import IMAGE_SIZE
from vae_explorer.storage.picture_atlas import ATLAS_COLUMNS, atlas_sheet, read_sheet

WIDTH = ATLAS_COLUMNS * IMAGE_SIZE
LABEL_STEP = 25  # for ten classes


def labelled_atlas_bytes(images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> bytes:
    """`(N, 28, 28)` and `(N,)` uint8 as one grey PNG; the labels, of at most ten classes, take whole rows."""
    rows = np.zeros(-(-len(labels) // WIDTH) * WIDTH, np.uint8)
    rows[: len(labels)] = LABEL_STEP * labels
    sheet = np.concatenate([atlas_sheet(images), rows.reshape(-1, WIDTH)])
    buffer = io.BytesIO()
    Image.fromarray(sheet).save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def read_labels(path: Path, count: int) -> NDArray[np.uint8]:
    """The labels of such an atlas of `count` pictures, `(count,)` uint8; raises as `picture_atlas.read_atlas`."""
    sheet = read_sheet(path, count)
    below = sheet[-(-count // ATLAS_COLUMNS) * IMAGE_SIZE :]
    return np.asarray(below.reshape(-1)[:count] // LABEL_STEP)
