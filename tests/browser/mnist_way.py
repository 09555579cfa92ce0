"""How MNIST was made of scanned digits, in numpy and Pillow: what the page has to agree with, by its definition."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.uint8]  # (height, width)

SIDE = 28
BOX = 20


@dataclass(frozen=True)
class Steps:
    """As in `frontend/picture/prepare.js`."""

    invert: bool | None
    contrast: bool
    fit: bool
    centre: bool


def prepared(grey: Grey, steps: Steps) -> Grey:
    """`(28, 28)`: a picture of any size in the way that its steps say."""
    background = background_of(grey)
    if background >= 128 if steps.invert is None else steps.invert:
        grey, background = 255 - grey, 255 - background
    if steps.contrast:
        table = stretching(grey)
        grey, background = table[grey], int(table[background])
    if steps.fit:
        rows, columns = ink_box(grey, background)
        grey = grey[rows, columns]
    height, width = grey.shape
    scale = (BOX if steps.fit else SIDE) / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    # Across first: of tall pictures, some versions of Pillow resize the height first, which rounds otherwise.
    narrow = Image.fromarray(grey).resize((size[0], height), Image.Resampling.BILINEAR)
    small = np.asarray(narrow.resize(size, Image.Resampling.BILINEAR))
    left, top = (SIDE - size[0]) // 2, (SIDE - size[1]) // 2
    mass = np.maximum(small.astype(float) - background, 0)
    if steps.centre and mass.any():
        rows, columns = ink_box(small, background)
        left = place(mass.sum(0), columns)
        top = place(mass.sum(1), rows)
    # On a ground with room on all sides, of which the middle is kept: ink may be moved out where nothing is centred.
    ground = np.full((3 * SIDE, 3 * SIDE), background, np.uint8)
    ground[SIDE + top : SIDE + top + size[1], SIDE + left : SIDE + left + size[0]] = small
    return ground[SIDE : 2 * SIDE, SIDE : 2 * SIDE]


def background_of(grey: Grey) -> int:
    return int(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))


def ink_box(grey: Grey, background: int) -> tuple[slice, slice]:
    """Rows and columns with ink: what is a fifth of the way from the background to the brightest, or more."""
    ink = grey > background + 0.2 * (int(grey.max()) - background)
    if not ink.any():
        return slice(0, grey.shape[0]), slice(0, grey.shape[1])
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def place(mass: NDArray[np.float64], ink: slice) -> int:
    """Where pixels begin whose centre of mass comes to pixel 14, unless that cuts off ink."""
    middle = (mass * np.arange(len(mass))).sum() / mass.sum()
    return int(np.clip(np.floor(SIDE / 2 - middle + 0.5), -ink.start, SIDE - ink.stop))


def stretching(grey: Grey) -> Grey:
    """`(256,)`: what each grey becomes. Background black, ink white: they are told apart by Otsu's threshold."""
    values = np.sort(grey, axis=None).astype(float)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    best, threshold = 0.0, 1
    for byte in range(1, 256):
        below = int(np.searchsorted(values, byte))
        above = len(values) - below
        if below and above:
            between = below * above * (sums[below] / below - (sums[-1] - sums[below]) / above) ** 2
            if between > best:
                best, threshold = between, byte
    split = int(np.searchsorted(values, threshold))
    dark, bright = values[:split], values[split:]
    low = 0.0
    if len(dark) and dark[len(dark) // 2] >= 8:
        low = dark[int(len(dark) * 0.95)]
    high = bright[int(len(bright) * 0.75)] if len(bright) else 255.0
    return np.floor(255 * np.clip((np.arange(256) - low) / max(1.0, high - low), 0, 1) + 0.5).astype(np.uint8)
