"""Fields of a JSON object that somebody else has written: each is checked, and what is wrong is said in a sentence.

`where` is the place of the object in the file, for that sentence. All raise ConfigError.
"""

from __future__ import annotations

import math
import re
from typing import Any

from vae_explorer.errors import ConfigError
from vae_explorer.storage.clean_text import printable

LONGEST_TEXT = 500
LONGEST_NAME = 40


def is_one_line(value: object) -> bool:
    """Whether it is a text that can be shown: one line of 1 to `LONGEST_TEXT` characters."""
    return isinstance(value, str) and 1 <= len(value) <= LONGEST_TEXT and value.isprintable()


def is_number(value: object) -> bool:
    """Whether it is a finite number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number of hundreds of digits
        return False


def one_line(of: dict[str, Any], name: str, where: str) -> str:
    """A text of one line."""
    value = of.get(name)
    if not isinstance(value, str) or not is_one_line(value):
        raise ConfigError(f"{where}.{name}: one line of 1 to {LONGEST_TEXT} characters expected")
    return value


def named(of: dict[str, Any], name: str, where: str) -> str:
    """A name: a-z, 0-9 and hyphens."""
    value = of.get(name)
    if not isinstance(value, str) or not re.fullmatch(rf"[a-z0-9-]{{1,{LONGEST_NAME}}}", value):
        raise ConfigError(f"{where}.{name}: {_shown(value)} is not a name of a-z, 0-9 and -")
    return value


def choice(of: dict[str, Any], name: str, where: str, choices: tuple[str, ...]) -> str:
    """One of a few words."""
    value = of.get(name)
    if not isinstance(value, str) or value not in choices:
        raise ConfigError(f"{where}.{name}: {_shown(value)} found, one of these expected: {', '.join(choices)}")
    return value


def number(of: dict[str, Any], name: str, where: str, low: float, high: float) -> float:
    """A number in low…high."""
    return _in_range(of.get(name), f"{where}.{name}", low, high)


def whole(of: dict[str, Any], name: str, where: str, low: int, high: int) -> int:
    """A whole number in low…high."""
    value = of.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ConfigError(f"{where}.{name}: {_shown(value)} found, a whole number from {low} to {high:,} expected")
    return value


def numbers(of: dict[str, Any], name: str, where: str, most: int, low: float, high: float) -> list[float]:
    """A list of 1 to `most` numbers in low…high."""
    value = of.get(name)
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise ConfigError(f"{where}.{name}: a list of 1 to {most:,} numbers expected")
    return [_in_range(each, f"{where}.{name}[{index}]", low, high) for index, each in enumerate(value)]


def rows_of(of: dict[str, Any], name: str, where: str, most: int) -> list[tuple[dict[str, Any], str]]:
    """The objects in a list of 1 to `most`, each with its place."""
    value = of.get(name)
    if not isinstance(value, list) or not 1 <= len(value) <= most or not all(isinstance(row, dict) for row in value):
        raise ConfigError(f"{where}.{name}: a list of 1 to {most} objects expected")
    return [(row, f"{where}.{name}[{index}]") for index, row in enumerate(value)]


def _in_range(value: object, at: str, low: float, high: float) -> float:
    if not isinstance(value, int | float) or not is_number(value) or not low <= value <= high:
        raise ConfigError(f"{at}: {_shown(value)} found, a number from {low:g} to {high:g} expected")
    return value


def _shown(value: object) -> str:
    """What was found, short and on one line, whatever it is."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        value = value[:40]  # it may have millions
    if isinstance(value, int | float | str):
        try:
            return printable(repr(value)[:40])
        except ValueError:  # a whole number of thousands of digits
            return "a very large number"
    return type(value).__name__
