"""The query of a link to a page: `?model=conv-20&z=0.5,-1.25&label=3&seed=7&projection=tsne`.

`frontend/link.js` writes these links; here they are read. Values are not yet checked against the model: the session
checks everything that a browser sends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vae_explorer.settings import LONGEST_TEXT, number_in

# Names that links once had, for those that are kept in notes and worksheets.
FORMER_NAMES = {"way": "path"}


@dataclass(frozen=True)
class Link:
    """The values in a link; None where it does not name one.

    `z` is also None if it is not a list of numbers. `texts` has everything by name, including the settings of pages.
    """

    model: str | None = None
    z: list[float] | None = None
    texts: Mapping[str, str] = field(default_factory=dict)


def read(query: Mapping[str, str]) -> Link:
    """Parse a page's query."""
    texts = {FORMER_NAMES.get(name, name): text[:LONGEST_TEXT] for name, text in query.items()}
    return Link(texts.get("model"), _numbers(texts.get("z", "")), texts)


def _numbers(text: str) -> list[float] | None:
    values = [number_in(part) for part in text.split(",")]
    known = [value for value in values if value is not None]
    return known if len(known) == len(values) else None
