"""Settings that are texts with a grammar of their own, which the views write and read: what each accepts.

Only their form is checked here, and what follows from the manifest; "" is the initial value, and always accepted. What
only the page can know, as that a class has no pictures, the page says itself.
"""

from __future__ import annotations

import math
import re
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from vae_explorer.settings import LONGEST_TEXT, Choice, Manifest, Setting, Value

# Python's own reading of numbers takes more than a browser's: other digits, underscores, "nan".
NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,17})?(e[+-]?[0-9]{1,2})?")
LARGEST_COORDINATE = 1e9

MOST_CORNERS = 200
# frontend/views/map/groups.js makes none that are longer.
LONGEST_GROUP = 500

# Of an id, as encodeURIComponent leaves it; a folder's name has at most 255 bytes.
ESCAPED_ID = re.compile(r"[A-Za-z0-9%/_.!~*'()-]{1,800}")

RUN_PART = re.compile(r"[a-z]{1,10}([0-9]{1,10}(\.[0-9]{1,10})?(e-[0-9])?)?")
LONGEST_RUN = 200

STOPS = range(2, 7)
TERMS = 3
LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True)
class Text(Setting):
    """A text, "" at first."""

    # Long ones are in the links of their own page alone.
    in_every_link: ClassVar[bool] = False

    def first(self, manifest: Manifest) -> str:
        return ""

    def accepted(self, sent: object, manifest: Manifest) -> str | None:
        if not isinstance(sent, str) or len(sent) > LONGEST_TEXT:
            return None
        return sent if not sent or self.has_form(sent, manifest) else None

    @abstractmethod
    def has_form(self, text: str, manifest: Manifest) -> bool:
        """Whether a text that is not empty says something about this model."""


@dataclass(frozen=True)
class Numbers(Text):
    """Different whole numbers, from `start` on and as many as there are of what is numbered: `1,3`."""

    count: Callable[[Manifest], int]
    start: int = 0
    in_every_link: ClassVar[bool] = True

    def has_form(self, text: str, manifest: Manifest) -> bool:
        return _are_numbered(text, self.start, self.count(manifest))


@dataclass(frozen=True)
class OneNumber(Text):
    """One whole number from 0 on, of as many as there are of what is numbered."""

    count: Callable[[Manifest], int]
    in_every_link: ClassVar[bool] = True

    def has_form(self, text: str, manifest: Manifest) -> bool:
        return _is_numbered(text, self.count(manifest))


@dataclass(frozen=True)
class InsetKind(Text):
    """What the inset of Morph shows, as in frontend/views/inset/kinds.js; "" follows the map's projection."""

    in_every_link: ClassVar[bool] = True

    def has_form(self, text: str, manifest: Manifest) -> bool:
        planes = {1: ["manifold"], 2: ["manifold", "codes"]}
        maps = [entry["name"] for entry in manifest["projections"] if len(entry["axes"]) < 3]
        return text in planes.get(manifest["latent_dim"], maps)


@dataclass(frozen=True)
class Colouring(Choice):
    """What colours the dots of the map: not every model has every quantity."""

    def accepted(self, sent: object, manifest: Manifest) -> Value | None:
        lacks_kl = sent == "kl" and manifest["deterministic"]
        lacks_classifier = sent in ("confidence", "prediction") and "classifier" not in manifest["files"]
        return None if lacks_kl or lacks_classifier else super().accepted(sent, manifest)


@dataclass(frozen=True)
class OwnTsne(Text):
    """Perplexity and seed of a t-SNE with the visitor's settings: `30,7`."""

    def has_form(self, text: str, manifest: Manifest) -> bool:
        found = re.fullmatch(r"([0-9]{1,9}),([0-9]{1,10})", text)
        if found is None:
            return False
        perplexity, seed = (int(part) for part in found.groups())
        limits = manifest["tsne"]
        return bool(limits["least_perplexity"] <= perplexity <= limits["largest_perplexity"]) and seed <= LARGEST_SEED


@dataclass(frozen=True)
class Extent(Text):
    """The part of a map in two dimensions that is in view: `left,right,bottom,top`."""

    def has_form(self, text: str, manifest: Manifest) -> bool:
        found = _coordinates(text)
        return found is not None and len(found) == 4 and found[0] < found[1] and found[2] < found[3]


@dataclass(frozen=True)
class Camera(Text):
    """Where a map in three dimensions is seen from: Plotly's eye, centre and upward direction, three numbers each."""

    def has_form(self, text: str, manifest: Manifest) -> bool:
        found = _coordinates(text)
        if found is None or len(found) != 9 or not any(len(entry["axes"]) == 3 for entry in manifest["projections"]):
            return False
        eye, centre, up = found[:3], found[3:6], found[6:]
        return eye != centre and any(up)


@dataclass(frozen=True)
class Group(Text):
    """Dots of the map that were selected, in one of three forms, see frontend/views/map/groups.js.

    `pca!0,3!m!-1.5,2~0.5,2~0.5,4`: those inside a line on a projection, not of classes 0 and 3; with `m` only those
    that the classifier reads as another class. `all!0,3!m`: the same without a line. `list!5.a.1`: by their numbers,
    each as the distance from the one before in base 36.
    """

    def has_form(self, text: str, manifest: Manifest) -> bool:
        if len(text) > LONGEST_GROUP:
            return False
        kind, *rest = text.split("!")
        if kind == "list":
            return len(rest) == 1 and _are_distances(rest[0], manifest["data"]["count"])
        off, only, *line = [*rest, "", ""][: max(2, len(rest))]
        if (off and not _are_numbered(off, 0, len(manifest["data"]["classes"]))) or only not in ("", "m"):
            return False
        if kind == "all":
            return not line
        is_plane = any(entry["name"] == kind and len(entry["axes"]) < 3 for entry in manifest["projections"])
        return is_plane and len(line) == 1 and _is_line(line[0])


@dataclass(frozen=True)
class EncodedPicture(Text):
    """The picture on Encode or Uses, see frontend/views/shared/picture/state.js: `t17`, a test picture; `t17/3`, given
    class 3; `d/3`, the class given to another picture.

    What a visitor has drawn or brought is never in it: that stays in the page.
    """

    def has_form(self, text: str, manifest: Manifest) -> bool:
        picture, slash, label = text.partition("/")
        is_class = manifest["classes"] > 0 and _is_numbered(label, manifest["classes"])
        if picture == "d":
            return is_class
        return text.startswith("t") and _is_numbered(picture[1:], manifest["data"]["count"]) and (is_class or not slash)


@dataclass(frozen=True)
class ComparedModels(Text):
    """The models beside the one in view, see frontend/views/encode/compare_panel.js: ids such as
    `shipped/conv-2,own/mine%20too`, or `-` if there are none. "": nothing is compared.

    The page leaves out a model that this server does not have.
    """

    most: int

    def has_form(self, text: str, manifest: Manifest) -> bool:
        ids = text.split(",")
        return len(set(ids)) == len(ids) <= self.most and all(ESCAPED_ID.fullmatch(each) for each in ids)


@dataclass(frozen=True)
class PathText(Text):
    """What is set on the Interpolate page, see frontend/views/interpolate/state.js: `paths!t0~m3!closed!!1.25`.

    Codes are checked where they are looked up, in frontend/code_sources.js: the page names the one that it lacks.
    """

    def has_form(self, text: str, manifest: Manifest) -> bool:
        fields = text.split("!")
        if len(fields) > 9:
            return False
        tab, stops, closed, label, position, terms, sum_label, stop, term = fields + [""] * (9 - len(fields))
        chosen_stops, classes = stops.split("~"), manifest["classes"]
        return (
            tab in ("", "paths", "sum", "traversals")
            and (not stops or (len(chosen_stops) in STOPS and all(chosen_stops)))
            and closed in ("", "closed")
            and (not position or _is_number(position))
            and (not terms or (len(terms.split("~")) == TERMS and all(terms.split("~"))))
            and all(not each or _is_numbered(each, classes) for each in (label, sum_label))
            and (not stop or _is_numbered(stop, max(min(STOPS), len(chosen_stops))))
            and (not term or _is_numbered(term, TERMS))
        )


@dataclass(frozen=True)
class RunText(Text):
    """What a run on the Train page is set to, see frontend/training/settings.js: `z10,b10,c17,mse`.

    It is of no model; the page takes the usual value for what is out of range.
    """

    def has_form(self, text: str, manifest: Manifest) -> bool:
        return len(text) <= LONGEST_RUN and all(RUN_PART.fullmatch(part) for part in text.split(","))


def _is_number(text: str) -> bool:
    return NUMBER.fullmatch(text) is not None and abs(float(text)) <= LARGEST_COORDINATE


def _coordinates(text: str) -> list[float] | None:
    parts = text.split(",")
    return [float(part) for part in parts] if all(_is_number(part) for part in parts) else None


def _is_numbered(text: str, count: int) -> bool:
    return "," not in text and _are_numbered(text, 0, count)


def _are_numbered(text: str, start: int, count: int) -> bool:
    parts = text.split(",")
    if not all(re.fullmatch(r"[0-9]{1,6}", part) for part in parts):
        return False
    found = [int(part) for part in parts]
    return len(set(found)) == len(found) and all(start <= each < start + count for each in found)


def _are_distances(text: str, count: int) -> bool:
    parts = text.split(".")
    if not all(re.fullmatch(r"[0-9a-z]{1,6}", part) for part in parts):
        return False
    first, *steps = (int(part, 36) for part in parts)
    return all(steps) and first + math.fsum(steps) < count


def _is_line(text: str) -> bool:
    corners = [_coordinates(corner) for corner in text.split("~")]
    return 3 <= len(corners) <= MOST_CORNERS and all(corner is not None and len(corner) == 2 for corner in corners)
