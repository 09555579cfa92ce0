"""What the folders of a data set say: the class of each picture, and its split if there are folders for that.

A/1.png  B/2.png                            classes
name/A/1.png  name/B/2.png                  an archive unpacked into a folder of its own name
train/A/1.png  test/A/2.png                 a split with classes inside
A/train/1.png  A/test/2.png                 the same the other way round
1.png  2.png                                one class, called as the folder
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from vae_explorer.errors import DataError

# What folders of a split, and parts of the names of arrays, are called.
SPLIT_WORDS = {
    **dict.fromkeys(("train", "training", "trn", "tr"), "train"),
    **dict.fromkeys(("test", "testing", "tst", "te", "t10k"), "test"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "val"),
}
_WITH = re.compile(r"[ _-]*(set|data|dataset|images|imgs|pictures|split|folder)?[ _-]*\d*$")

Folders = tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Where a file belongs.

    Attributes:
        label: its class, empty if no folder says it.
        split: train, test, val or empty.
        inside: the folders inside that of its class.
    """

    label: str
    split: str
    inside: Folders = ()


def split_of(name: str) -> str:
    """Which split a folder of this name holds: train, test, val, or empty for none."""
    lower = name.lower()
    last = re.split(r"[ _-]", lower)[-1]  # asl_alphabet_train
    return (
        SPLIT_WORDS.get(lower) or SPLIT_WORDS.get(_WITH.sub("", lower)) or SPLIT_WORDS.get(last, "") * (len(last) > 2)
    )


def places(folders: Sequence[Folders], names: Sequence[str]) -> list[Place]:
    """For each file, by the folders that it lies in from the outermost on, where it belongs; `names` are for messages.

    Raises:
        DataError: pictures lie beside folders of classes, or classes beside folders of a split.
    """
    inside = _without_common(folders)
    at = next((level for level in (0, 1) if _is_split_level(inside, level)), None)
    if at is None:
        _require_no_stray(inside, names)
        return [Place(_first(parts), "", parts[1:]) for parts in inside]
    splits = [split_of(parts[at]) for parts in inside]
    rest = [parts[:at] + _without_repeat(parts[at:]) for parts in inside]
    for split in set(splits):
        places_of = [index for index, each in enumerate(splits) if each == split]
        for index, parts in zip(places_of, _without_common([rest[index] for index in places_of]), strict=True):
            rest[index] = parts
    for split in sorted(set(splits)):
        loose = [name for name, parts, each in zip(names, rest, splits, strict=True) if each == split and not parts]
        if any(rest) and loose:
            raise DataError(
                f"pictures for {split} lie in no folder of a class, others do: {loose[0]}. Move them into "
                "folders of their classes, or name the folder of training pictures alone"
            )
    return [Place(_first(parts), split, parts[1:]) for parts, split in zip(rest, splits, strict=True)]


def _without_repeat(parts: Folders) -> Folders:
    """What follows the first folder and others of the same name: an archive unpacked into a folder of its own name."""
    return tuple(itertools.dropwhile(lambda name: name == parts[0], parts))


def _without_common(folders: Sequence[Folders]) -> list[Folders]:
    """Without the outermost folders that hold everything, as long as there are folders in them."""
    inside = list(folders)
    while inside and all(len(parts) > 1 for parts in inside) and len({parts[0] for parts in inside}) == 1:
        inside = [parts[1:] for parts in inside]
    return inside


def _is_split_level(inside: Sequence[Folders], level: int) -> bool:
    return bool(inside) and all(len(parts) > level and split_of(parts[level]) for parts in inside)


def _require_no_stray(inside: Sequence[Folders], names: Sequence[str]) -> None:
    outermost = sorted({parts[0] for parts in inside if parts})
    loose = [name for name, parts in zip(names, inside, strict=True) if not parts]
    if outermost and loose:
        raise DataError(
            f"pictures lie beside sub-folders of pictures: {len(loose):,}, the first {loose[0]}. Move them into one, "
            "their class, or away"
        )
    splits = {split_of(name) for name in outermost} - {""}
    if "train" in splits and len(splits) > 1:
        other = next(name for name in outermost if not split_of(name))
        raise DataError(
            f"the folder {other!r} lies beside those of training and test pictures. Move it elsewhere, or name the "
            "folder of training pictures alone"
        )


def _first(parts: Folders) -> str:
    return parts[0] if parts else ""
