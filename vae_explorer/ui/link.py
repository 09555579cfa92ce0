"""What a link to a page holds beside the page: `?model=conv-20&z=0.5,-1.25&label=3&seed=7&projection=tsne`.

`frontend/link.js` writes these links; here they are read. Nothing is checked against the model yet: the session does
that with whatever a browser sends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LONGEST = 4_000  # characters of z: 256 dimensions take less than half of it


@dataclass(frozen=True)
class Link:
    """The values of a link; None where it does not name one, or names what is no number."""

    model: str | None = None
    z: list[float] | None = None
    label: float | None = None
    seed: float | None = None
    size: float | None = None
    temperature: float | None = None
    projection: str | None = None
    tsne: str | None = None  # "30,7": perplexity and seed of a t-SNE of one's own, as the Map view writes and reads it
    way: str | None = None  # what is set on the Interpolate page, as its view writes and reads it


def read(query: Mapping[str, str]) -> Link:
    """The link in a page's query."""
    numbers = {name: _number(query.get(name, "")) for name in ("label", "seed", "size", "temperature")}
    return Link(
        model=query.get("model"),
        z=_numbers(query.get("z", "")),
        projection=query.get("projection"),
        tsne=query.get("tsne", "")[:LONGEST],
        way=query.get("way", "")[:LONGEST],
        **numbers,
    )


def _numbers(text: str) -> list[float] | None:
    values = [_number(part) for part in text[:LONGEST].split(",")]
    known = [value for value in values if value is not None]
    return known if len(known) == len(values) else None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
