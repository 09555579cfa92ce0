"""The query of a link to a page: `?model=conv-20&z=0.5,-1.25&label=3&seed=7&projection=tsne`.

`frontend/link.js` writes these links; here they are read. Values are not yet checked against the model: the session
checks everything that a browser sends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LONGEST = 4_000  # characters of z: 256 dimensions take less than half of it


@dataclass(frozen=True)
class Link:
    """The values in a link; None where one is absent or not a number."""

    model: str | None = None
    z: list[float] | None = None
    label: float | None = None
    seed: float | None = None
    size: float | None = None
    temperature: float | None = None
    projection: str | None = None
    tsne: str | None = None  # "30,7": perplexity and seed of a custom t-SNE, written and read by the Map view
    way: str | None = None  # the settings of the Interpolate page, written and read by its view


def read(query: Mapping[str, str]) -> Link:
    """Parse a page's query."""
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
