"""The encoded pictures of a model as a table to download: CSV for spreadsheets, NPZ for numpy."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vae_explorer.projections import registry
from vae_explorer.storage.model_folder import Array

# Rows formatted at a time: their texts take some times the memory of the table's.
CHUNK = 1000

# A spreadsheet runs a cell that begins so as a formula, the wide characters in a Chinese or Japanese one; an apostrophe
# before it makes it text. Numbers stay what they are.
FORMULA = re.compile(r"(?![+-]?[0-9.]+$)[=+\-@＝＋－＠]")


class Table:
    """One row per picture, in the order of the data set.

    Columns: `index` from 0, `label`, `class` its name, `mu1`… the code, `pca1`, `pca2`… for each projection that the
    model has, `reconstruction_nats`, and `kl_nats`, which a plain autoencoder does not have.

    Args:
        codes: `mu` `(N, D)`, `label` `(N,)`, projections `(N, 2 or 3)`, `reconstruction` and `kl` `(N,)` nats.
        classes: the names of the labels.
        deterministic: True for a plain autoencoder.
    """

    def __init__(self, codes: Mapping[str, Array], classes: Sequence[str], deterministic: bool) -> None:
        self._label = codes["label"]
        self._classes = classes
        self._numbers = {"mu": codes["mu"]}
        for projection in registry.present_in(codes):
            points = codes[projection.tensor]
            axes = min(codes["mu"].shape[1], points.shape[1]) if projection.kind == "linear" else points.shape[1]
            self._numbers[projection.name] = points[:, :axes]
        self._numbers["reconstruction_nats"] = codes["reconstruction"]
        if not deterministic:
            self._numbers["kl_nats"] = codes["kl"]

    def csv(self) -> bytes:
        """The table as text in UTF-8, the header line first; floats as short as float32 allows."""
        names = [name for key, array in self._numbers.items() for name in _columns(key, array)]
        text = io.StringIO()
        lines = csv.writer(text)
        lines.writerow(["index", "label", "class", *names])
        classes = [f"'{name}" if FORMULA.match(name) else name for name in self._classes]
        numbers = np.column_stack(list(self._numbers.values()))
        for start in range(0, len(numbers), CHUNK):
            rows = numbers[start : start + CHUNK].astype("U").tolist()
            labels = self._label[start : start + CHUNK].tolist()
            lines.writerows(
                [start + i, label, classes[label], *row]
                for i, (label, row) in enumerate(zip(labels, rows, strict=True))
            )
        return text.getvalue().encode()

    def npz(self) -> bytes:
        """The same arrays by name, `mu` and the others whole; `classes` holds the names of the labels."""
        buffer = io.BytesIO()
        arrays: dict[str, Any] = {"label": self._label, "classes": np.array(self._classes), **self._numbers}
        np.savez(buffer, **arrays)
        return buffer.getvalue()


def _columns(name: str, array: Array) -> list[str]:
    return [name] if array.ndim == 1 else [f"{name}{i + 1}" for i in range(array.shape[1])]
