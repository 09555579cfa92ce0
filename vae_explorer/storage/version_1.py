"""Model folders of format version 1: what had another name then. They are read, never written.

The names decide, not the version: if a program was killed between the two files of `model_folder.update`, new arrays
stand beside an old model.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

Array = TypeVar("Array")

ARRAYS = {
    "pca": "projection/pca",
    "pca_mean": "projection/pca/mean",
    "pca_components": "projection/pca/components",
    "tsne": "projection/tsne",
    "judge_class": "prediction",
    "judge_confidence": "prediction_confidence",
}


def renamed_arrays(codes: Mapping[str, Array]) -> dict[str, Array]:
    """The arrays of `codes.safetensors` under the names of version 2."""
    return {ARRAYS.get(name, name): array for name, array in codes.items()}


def renamed_made_by(made_by: Mapping[str, Any]) -> dict[str, Any]:
    """The object `made_by` of `model.json` as version 2 has it."""
    found = dict(made_by)
    if "tsne_landmarks" in found:
        found["landmarks"] = {"tsne": found.pop("tsne_landmarks")}
    return found
