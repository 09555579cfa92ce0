"""Pictures as they were found in a folder or a file, before anybody has looked at one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vae_explorer.storage.clean_text import printable


@dataclass(frozen=True)
class Skipped:
    """Files of one kind that were not read: how many, and the first three names."""

    kind: str
    count: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """One picture as it was read.

    Attributes:
        image: upright, in one of the modes L, LA, RGB, RGBA, I and F; a large one is shrunk.
        name: what a person may call it.
        size: its own width and height, upright, in pixels.
        has_pages: whether its file holds more than this, which is the first: pages, or frames of a film.
    """

    image: Image.Image
    name: str
    size: tuple[int, int]
    has_pages: bool = False


@dataclass(frozen=True)
class Source:
    """Pictures, their classes and where they come from.

    Attributes:
        labels: `(N,)`, indices into `classes`.
        classes: the names of the classes, in order.
        splits: `(N,)` of train, test and val, or None where the data have no split of their own.
        picture: opens one; a DataError if it cannot be read.
        range: the range of values in words, where they were brought to 8 bits here; else it is found by looking.
        notes: rows for the table of what was found, each a heading and a text.
        skipped: files of other kinds.
        lost: classes that have files, but none that is read, each with what there is instead.
    """

    labels: NDArray[np.intp]
    classes: tuple[str, ...]
    splits: NDArray[np.str_] | None
    picture: Callable[[int], Picture]
    range: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    skipped: tuple[Skipped, ...] = ()
    lost: tuple[str, ...] = ()


def numbers_first(name: str) -> tuple[bool, int, str]:
    """A sort key for the names of classes: 2 before 10, and both before words."""
    number = name.removeprefix("-")
    return (False, int(name), name) if number.isascii() and number.isdecimal() else (True, 0, name)


def class_name(name: str) -> str:
    """A name as it can be shown and stored."""
    return printable(name[:100]) or "?"
