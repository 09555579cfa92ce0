"""What was found, as a short table: the first thing that a run on somebody's pictures prints."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vae_explorer.storage.clean_text import printable

from .data_set import DataSet
from .own_pictures import OwnPictures
from .split import Division

FEW_CLASSES = 12
FEW_KINDS = 6
FEW_NAMES = 3
WIDTH = 11  # of the headings, in characters

Row = tuple[str, str]


def print_rows(rows: Sequence[Row]) -> None:
    """Print headings and texts in two columns; of the processes that `torchrun` starts, the first one does."""
    if os.environ.get("RANK", "0") != "0":
        return
    for heading, text in rows:
        print(f"  {heading:<{WIDTH}}{text}", flush=True)


def rows_of_pictures(pictures: OwnPictures, path: Path) -> list[Row]:
    """What the first look found."""
    smallest, largest = (f"{width:,}x{height:,}" for width, height in pictures.sizes)
    size = smallest if smallest == largest else f"from {smallest} to {largest}"
    return [
        ("pictures", f"{len(pictures.labels):,} in {printable(str(path))}, {size}, made 28x28"),
        ("classes", _classes(pictures.classes, pictures.labels)),
        *(("lost", f"class {name} has no picture that can be read") for name in pictures.lost[:FEW_CLASSES]),
        *pictures.source.notes,
        *_ranges(pictures),
        (
            "ink",
            f"{pictures.ink.bright:.0%} have a bright background; "
            + ("all are inverted" if pictures.ink.inverted else "none is inverted")
            + "; some are dark on light and some light on dark, make them alike" * (0.1 < pictures.ink.bright < 0.9),
        ),
        *_named("pages", pictures.paged, "have more than one, of which the first is read"),
        *_named("blank", pictures.blank, "of one colour in this range, or nearly"),
        *(
            ("skipped", f"{each.count:,} of kind {each.kind}: {_first(each.names, each.count)}")
            for each in pictures.source.skipped[:FEW_KINDS]
        ),
        *_named("unreadable", pictures.unreadable),
    ]


def rows_of_division(division: Division, pictures: OwnPictures) -> list[Row]:
    """How the pictures were divided."""
    trained = set(pictures.labels[division.train].tolist())
    untrained = [name for index, name in enumerate(pictures.classes) if index not in trained]
    return [
        ("split", f"{len(division.train):,} for training, {len(division.test):,} for testing: {division.words}"),
        *_named("untrained", untrained, "of the classes are for testing alone"),
    ]


def rows_of_named(data: DataSet, folder: Path) -> list[Row]:
    """The same for a named data set, whose files hold what is known."""
    labels = np.concatenate([data.train.labels, data.test.labels])
    train, test = len(data.train.labels), len(data.test.labels)
    return [
        (
            data.spec.nouns,
            f"{train:,} for training, {test:,} for testing: {data.spec.name} in {printable(str(folder))}",
        ),
        ("classes", _classes(data.spec.classes, labels)),
    ]


def _classes(names: Sequence[str], labels: NDArray[np.uint8]) -> str:
    counts = np.bincount(labels, minlength=len(names))
    shown = [f"{name} {count:,}" for name, count in zip(names, counts.tolist(), strict=True)]
    return f"{len(names)}: {_first(shown, len(shown), FEW_CLASSES)}"


def _first(names: Sequence[str], count: int, few: int = FEW_NAMES) -> str:
    left = count - min(few, len(names))
    return ", ".join(names[:few]) + f" and {left:,} more" * (left > 0)


def _ranges(pictures: OwnPictures) -> list[Row]:
    seen = [f"{known.words()} ({kind})" for kind, known in pictures.ranges.items()]
    return [("range", text) for text in ([pictures.source.range] if pictures.source.range else seen)]


def _named(heading: str, names: Sequence[str], what: str = "") -> list[Row]:
    text = f"{len(names):,}{' ' * bool(what)}{what}: {_first(names, len(names))}"
    return [(heading, text)] if names else []
