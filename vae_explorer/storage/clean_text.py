"""Texts that come from a folder, made fit to be sent, shown and printed, whatever is in them.

Half of a surrogate pair, which JSON and the names of files may hold, cannot be encoded: one of them fails a whole page.
"""

from __future__ import annotations

import unicodedata
from typing import Any


def printable(text: str) -> str:
    """`text` on one line: what cannot be printed becomes a replacement character, any space a plain one."""
    return text if text.isprintable() else "".join(map(_printable, text))


def without_surrogates(value: Any) -> Any:
    """What `json.loads` has returned; a lone surrogate in any of its texts becomes a replacement character."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [without_surrogates(each) for each in value]
    if isinstance(value, dict):
        return {without_surrogates(name): without_surrogates(each) for name, each in value.items()}
    return value


def _printable(character: str) -> str:
    if character.isprintable():
        return character
    return " " if unicodedata.category(character) == "Zs" else "\N{REPLACEMENT CHARACTER}"
