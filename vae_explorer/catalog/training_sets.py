"""The shipped pictures that a page trains on, and those it tests with: labelled atlases in assets/NAME."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TypedDict

from vae_explorer import paths
from vae_explorer.catalog.page_files import FILES_URL, FileRef, digest_of, reference
from vae_explorer.catalog.zoo import PageFile
from vae_explorer.storage.content_digest import content_digest

# How many pictures each atlas has; `python -m tests.atlases` makes them.
COUNTS = {
    "mnist": {"training": 12_000, "digits": 10_000},
    "fashion-mnist": {"training": 6_000, "digits": 10_000},
}


class DigitsFile(TypedDict):
    """An atlas, and how many pictures are in it."""

    count: int
    file: FileRef


class TrainingSet(TypedDict):
    """What a page trains on, and what it never does."""

    train: DigitsFile
    test: DigitsFile


def training_sets() -> dict[str, TrainingSet]:
    """By the name of the data set. Pages of a model with the same test pictures have the same address for them."""
    return {name: {"train": _digits(name, "training"), "test": _digits(name, "digits")} for name in COUNTS}


def file(digest: str) -> PageFile | None:
    """The atlas that is served under this digest."""
    for name, atlases in COUNTS.items():
        for atlas in atlases:
            if digest_of(_digits(name, atlas)["file"]) == digest:
                return PageFile(_path(name, atlas).read_bytes(), "image/png")
    return None


def _path(name: str, atlas: str) -> Path:
    return paths.assets() / name / f"{atlas}.png"


@functools.cache
def _digits(name: str, atlas: str) -> DigitsFile:
    path = _path(name, atlas)
    body = path.read_bytes()
    return {"count": COUNTS[name][atlas], "file": reference(f"{FILES_URL}/{content_digest(body)}/{path.name}", body)}
