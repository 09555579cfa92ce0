"""The kinds of settings that a session remembers for a page, each with its range and its initial value.

A browser or a link may send anything; a setting says what is accepted. What is allowed can depend on the model, hence
the parameter `manifest`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

Manifest = Mapping[str, Any]
Value = str | int | float

LONGEST_TEXT = 4_000  # characters


@dataclass(frozen=True)
class Setting(ABC):
    """One value of a page, called `name` in the view's props, in what the view commits, and in links."""

    name: str

    # Whether links made on other pages contain it, too.
    in_every_link: ClassVar[bool] = True

    @abstractmethod
    def first(self, manifest: Manifest) -> Value | None:
        """The initial value."""

    @abstractmethod
    def accepted(self, sent: object, manifest: Manifest) -> Value | None:
        """The value that `sent` stands for, or None if it is not a value of this setting."""

    def from_text(self, text: str) -> object:
        """The value in a link, as a view would have sent it."""
        return text


@dataclass(frozen=True)
class Number(Setting):
    """A number in low…high."""

    low: float
    high: float
    usual: float

    def first(self, manifest: Manifest) -> float:
        return self.usual

    def accepted(self, sent: object, manifest: Manifest) -> float | None:
        value = number(sent)
        return value if value is not None and self.low <= value <= self.high else None

    def from_text(self, text: str) -> float | None:
        return number_in(text)


@dataclass(frozen=True)
class WholeNumber(Setting):
    """A whole number in low…high."""

    low: int
    high: int
    usual: int

    def first(self, manifest: Manifest) -> int:
        return self.usual

    def accepted(self, sent: object, manifest: Manifest) -> int | None:
        return whole_number(sent, self.low, self.high)

    def from_text(self, text: str) -> float | None:
        return number_in(text)


@dataclass(frozen=True)
class Choice(Setting):
    """One of several values, the same for every model."""

    options: Sequence[Value]
    usual: Value

    def first(self, manifest: Manifest) -> Value:
        return self.usual

    def accepted(self, sent: object, manifest: Manifest) -> Value | None:
        return next((option for option in self.options if option == sent), None)

    def from_text(self, text: str) -> Value | None:
        return next((option for option in self.options if str(option) == text), None)


@dataclass(frozen=True)
class ModelsNumber(Number):
    """A number in low…high, initially what the manifest has under `key`, where that is in range."""

    key: str = ""

    def first(self, manifest: Manifest) -> float:
        return max(self.low, min(self.high, float(manifest[self.key])))


@dataclass(frozen=True)
class ModelsChoice(Choice):
    """One of several values, initially what the manifest has under `key`."""

    key: str = ""

    def first(self, manifest: Manifest) -> Value:
        value: Value = manifest[self.key]
        return value


@dataclass(frozen=True)
class ListedChoice(Setting):
    """The `name` of an entry in a list of the manifest, initially the first.

    `former` pairs a name that links may have with the one that has taken its place, where the model has that instead.
    """

    key: str
    former: tuple[tuple[str, str], ...] = ()

    def first(self, manifest: Manifest) -> str:
        return str(manifest[self.key][0]["name"])

    def accepted(self, sent: object, manifest: Manifest) -> str | None:
        listed = [entry["name"] for entry in manifest[self.key]]
        if sent in listed or not isinstance(sent, str):
            return next((name for name in listed if name == sent), None)
        return next((name for name in listed if (sent, name) in self.former), None)


@dataclass(frozen=True)
class ClassLabel(Setting):
    """The class that the decoder is conditioned on; None for a model that is not.

    It belongs to a code, so a link has one for both the code and the page.
    """

    name: str = "label"
    in_every_link: ClassVar[bool] = False

    def first(self, manifest: Manifest) -> int | None:
        return 0 if manifest["classes"] else None

    def accepted(self, sent: object, manifest: Manifest) -> int | None:
        return whole_number(sent, 0, manifest["classes"] - 1)

    def from_text(self, text: str) -> float | None:
        return number_in(text)


def number(sent: object) -> float | None:
    """`sent` if it is a finite number."""
    if not isinstance(sent, int | float) or isinstance(sent, bool):
        return None
    try:
        value = float(sent)
    except OverflowError:  # a whole number of hundreds of digits
        return None
    return value if math.isfinite(value) else None


def whole_number(sent: object, low: int, high: int) -> int | None:
    """`sent` if it is a whole number in low…high; a browser may send 3 as 3.0."""
    value = number(sent)
    return int(value) if value is not None and value.is_integer() and low <= value <= high else None


def number_in(text: str) -> float | None:
    """`text` as a number, finite or not; None if it is none."""
    try:
        return float(text)
    except ValueError:
        return None
