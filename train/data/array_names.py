"""Which of several named arrays are pictures, which are their labels, and of which split.

People save `images` and `labels`, Keras's `x_train`, `y_train`, `x_test`, `y_test`, MedMNIST's `train_images`,
`val_labels`, scikit-learn's `data` and `target`, numpy's own `arr_0` and `arr_1`, or pictures alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from vae_explorer.errors import DataError

from .array_files import SAVE
from .folder_layout import SPLIT_WORDS

PICTURES = ("images", "image", "imgs", "img", "x", "data", "pictures", "pixels", "features", "inputs", "samples")
LABELS = ("labels", "label", "lbls", "y", "targets", "target", "classes", "class", "lab", "t")

# What scipy.sparse.save_npz writes.
SPARSE = {"data", "indices", "indptr", "shape", "format"}

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Pair:
    """The name of an array of pictures, that of its labels, or empty, and train, test, val or empty."""

    pictures: str
    labels: str
    split: str


def pairs(shapes: Mapping[str, Shape]) -> list[Pair]:
    """The arrays to read, by what they are called, or by their shapes where the names say nothing.

    Raises:
        DataError: nothing fits; the message lists what there is.
    """
    if set(shapes) >= SPARSE:
        raise DataError(f"it holds a sparse matrix of scipy. {SAVE.replace('=images', '=matrix.toarray()')}")
    found: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for name in shapes:
        split, role, rank = meaning(name)
        if role:
            found.setdefault((split, role), []).append((rank, name))
    pictures = {split: min(names)[1] for (split, role), names in found.items() if role == "pictures"}
    labels = {split: min(names)[1] for (split, role), names in found.items() if role == "labels"}
    named = {split: name for split, name in pictures.items() if split}
    if "train" in named or ("" not in pictures and named):
        return [Pair(name, labels.get(split, ""), split) for split, name in named.items()]
    if "" in pictures:
        return [Pair(pictures[""], labels.get("", ""), "")]
    return [_by_shape(shapes)]


def meaning(name: str) -> tuple[str, str, int]:
    """Split and role of an array of this name, and how good a name of that role it is; a role may be empty.

    Words come apart at underscores and the like, and where a capital follows a small letter.
    """
    words = re.split(r"[^a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())
    words = [part for word in words for part in _apart(word)]
    split = next((SPLIT_WORDS[word] for word in words if word in SPLIT_WORDS), "")
    for role, known in (("labels", LABELS), ("pictures", PICTURES)):
        ranks = [known.index(word) for word in words if word in known]
        if ranks and all(word in known or word in SPLIT_WORDS or word.isdigit() for word in words):
            return split, role, min(ranks)
    if split and len(words) == 1:
        return split, "pictures", len(PICTURES)  # an array called `train`
    return split, "", 0


def _apart(word: str) -> list[str]:
    """`xtrain` and `trainx` are two words."""
    for split in SPLIT_WORDS:
        if len(split) > 2:
            for role in (*PICTURES, *LABELS):
                if word in (role + split, split + role):
                    return [role, split]
    return [word]


def _by_shape(shapes: Mapping[str, Shape]) -> Pair:
    """One lone array of pictures, or one beside one of as many labels."""
    of_pictures = [name for name, shape in shapes.items() if len(shape) >= 3 or (len(shape) == 2 and shape[1] >= 64)]
    if len(of_pictures) == 1:
        (name,) = of_pictures
        count = shapes[name][0]
        of_labels = [
            other
            for other, shape in shapes.items()
            if other != name and len(shape) in (1, 2) and shape[0] == count and len(shapes) == 2
        ]
        if of_labels or len(shapes) == 1:
            return Pair(name, of_labels[0] if of_labels else "", "")
    held = [f"{name[:40]} {shape}" for name, shape in sorted(shapes.items())]
    more = f" and {len(held) - 5} more" if len(held) > 5 else ""
    raise DataError(f"it holds {', '.join(held[:5]) or 'nothing'}{more}, no images. {SAVE}")
