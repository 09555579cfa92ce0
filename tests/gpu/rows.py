"""A line of the table, and what all parts of it are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from train.data.data_set import DataSet
from train.data.named_files import load_named
from train.data.named_sets import NAMED_SETS


@dataclass(frozen=True)
class Row:
    """What was measured, the goal, and the figure; `ok` is None where there is no goal, or nothing was measured."""

    what: str
    goal: str
    figure: str
    ok: bool | None

    def __str__(self) -> str:
        verdict = {True: "ok", False: "NOT OK", None: "-"}[self.ok]
        return f"{self.what:<68} {self.goal:<26} {self.figure:<32} {verdict}"


@dataclass(frozen=True)
class Setting:
    """What to measure with.

    `data_dir`: MNIST as torchvision keeps it; `work`: a folder for models; `small`: few pictures and epochs, to see
    whether everything runs: figures are then compared with no goal.
    """

    data_dir: Path
    work: Path
    device: str
    small: bool

    def data(self) -> DataSet:
        """MNIST; nothing is printed of it."""
        return load_named(NAMED_SETS["mnist"], self.data_dir)

    @property
    def cuda(self) -> bool:
        return self.device.startswith("cuda")


def left_out(what: str, why: str) -> Row:
    """A line for what cannot be measured here."""
    return Row(what, "", f"left out: {why}", None)


def failed(what: str, goal: str, error: Exception) -> Row:
    """A line for what could not be measured although it should be."""
    return Row(what, goal, " ".join(f"{type(error).__name__}: {error}".split())[:300], False)


def measured(what: str, goal: str, figure: Callable[[], tuple[str, bool | None]]) -> Row:
    """The line of a figure; one that fails says why, and the next one is measured all the same."""
    try:
        text, ok = figure()
    except Exception as error:  # whatever it is, it belongs into the table
        return failed(what, goal, error)
    return Row(what, goal, text, ok)
