"""One picture of any size and mode as 28x28: bright ink on a dark background, as far as one can know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vae_explorer.model.config import IMAGE_SIZE

from .value_range import ValueRange

BRIGHT = 128


@dataclass(frozen=True)
class Edge:
    """What one picture says about the ink of its data set, in the values that it has.

    Attributes:
        background: the median of its outermost pixels, None where they are transparent.
        ink: the mean of what is not transparent, None where nothing is transparent or everything.
    """

    background: float | None
    ink: float | None

    def in_bytes(self, known: ValueRange) -> Edge:
        """The same in 0…255."""
        return Edge(*(None if value is None else known.to_byte(value) for value in (self.background, self.ink)))


@dataclass(frozen=True)
class Ink:
    """How all pictures of a data set are turned to bright ink on a dark background.

    Attributes:
        backdrop: 0 or 255, what is laid behind transparent pixels.
        inverted: whether dark and light change places.
        bright: the share of pictures whose background is bright, 0…1.
    """

    backdrop: int
    inverted: bool
    bright: float


def edge_of(image: Image.Image) -> Edge:
    """Look at a picture in one of the modes L, LA, RGB, RGBA, I and F, or at any other of 8 bits."""
    luma, opacity = _luma(image)
    if opacity is None:
        return Edge(_median_of_edge(luma), None)
    transparent = _median_of_edge(opacity) < BRIGHT
    ink = float(np.average(luma, weights=opacity)) if opacity.any() and opacity.min() < 255 else None
    return Edge(None if transparent else _median_of_edge(luma), ink)


def decide_ink(edges: Sequence[Edge], invert: bool | None = None) -> Ink:
    """One decision for all pictures: they are inverted if most backgrounds are bright, or as `invert` says."""
    inks = [edge.ink for edge in edges if edge.ink is not None]
    backdrop = 255 if inks and np.median(inks) < BRIGHT else 0
    backgrounds = [backdrop if edge.background is None else edge.background for edge in edges]
    bright = float(np.mean(np.array(backgrounds) >= BRIGHT))
    return Ink(backdrop, bright >= 0.5 if invert is None else invert, bright)


def to_28x28(image: Image.Image, ink: Ink | None = None) -> NDArray[np.uint8]:
    """One picture of 8 bits as `(28, 28)` uint8.

    Converted to grey by luma (ITU-R 601); inverted as `ink` says, or by its own background; shrunk with antialiasing or
    enlarged to fit, keeping its proportions; padded with its background, the median of its outermost pixels.
    """
    if ink is None:
        ink = decide_ink([edge_of(image)])
    luma, opacity = _luma(image)
    grey = luma if opacity is None else _flat(luma, opacity, ink.backdrop)
    if ink.inverted:
        grey = 255 - grey
    height, width = grey.shape
    if (height, width) == (IMAGE_SIZE, IMAGE_SIZE):
        return grey
    scale = IMAGE_SIZE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BILINEAR))
    left, top = (IMAGE_SIZE - size[0]) // 2, (IMAGE_SIZE - size[1]) // 2
    result = np.full((IMAGE_SIZE, IMAGE_SIZE), int(_median_of_edge(grey)), np.uint8)
    result[top : top + size[1], left : left + size[0]] = small
    return result


def _luma(image: Image.Image) -> tuple[NDArray[Any], NDArray[np.uint8] | None]:
    """Luma and, where there is any transparency, opacity, both `(H, W)` uint8; luma of I and F is what they hold."""
    if image.mode in ("I", "F"):
        return np.asarray(image), None
    if not image.has_transparency_data:
        return np.asarray(image.convert("L")), None
    luma, opacity = image.convert("RGBA").convert("LA").split()
    return np.asarray(luma), np.asarray(opacity)


def _flat(luma: NDArray[Any], opacity: NDArray[np.uint8], backdrop: int) -> NDArray[np.uint8]:
    share = opacity / 255
    return np.rint(luma * share + backdrop * (1 - share)).astype(np.uint8)


def _median_of_edge(grey: NDArray[Any]) -> float:
    """The median of the outermost pixels, those in corners twice."""
    edge = np.sort(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]))
    middle = len(edge) // 2  # an even number of them; np.median takes ten times as long for so few
    return (float(edge[middle - 1]) + float(edge[middle])) / 2
