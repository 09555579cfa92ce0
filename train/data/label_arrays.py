"""Labels as people save them: whole numbers, names, whole floats, a column, or one-hot."""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vae_explorer.errors import DataError


def plain_labels(labels: NDArray[Any], count: int) -> tuple[NDArray[Any], str]:
    """`(count,)` whole numbers or names, and how they were stored, where that is worth a word.

    Raises:
        DataError: they are something else, or not as many.
    """
    found = f"{labels.dtype} {labels.shape}"
    note = ""
    if labels.size == count and labels.ndim > 1:
        labels, note = labels.reshape(-1), f"a column {labels.shape}"
    elif labels.ndim == 2 and labels.shape[0] == count and labels.dtype.kind in "biuf":
        if not (np.isin(labels, (0, 1)).all() and (labels.sum(axis=1, dtype=np.int64) == 1).all()):
            raise DataError(
                f"labels are {found}, and not one-hot: exactly one 1 in each row expected. Save one whole number each"
            )
        labels, note = labels.argmax(axis=1), f"one-hot {labels.shape}"
    if labels.shape != (count,) or labels.dtype.kind not in "biufSU":
        raise DataError(f"labels are {found}, {count} whole numbers or names expected. Save one for each picture")
    if labels.dtype.kind == "f":
        if not (np.isfinite(labels).all() and (labels == np.rint(labels)).all() and np.abs(labels).max() < 2**53):
            nan = int(np.isnan(labels).sum())
            which = f" ({nan:,} of them are NaN)" if nan else ""
            raise DataError(f"labels are {found} and no whole numbers{which}. Save one whole number or name each")
        labels, note = labels.astype(np.int64), note or f"whole numbers as {labels.dtype}"
    if labels.dtype.kind == "S":
        labels = np.char.decode(labels, "utf-8", "replace")
    if labels.dtype.kind == "U":
        labels = _alike(labels)
    return labels, note


def plain_name(name: str) -> str:
    """Names that look alike are one: composed, without spaces around them."""
    return unicodedata.normalize("NFC", name).strip()


def _alike(names: NDArray[np.str_]) -> NDArray[np.str_]:
    different, places = np.unique(names, return_inverse=True)
    plain = np.array([plain_name(str(name)) for name in different])
    labels: NDArray[np.str_] = plain[places.reshape(-1)]
    empty = int((labels == "").sum())
    if empty:
        raise DataError(
            f"{empty:,} of {len(labels):,} labels are empty; a name each expected. Name them or leave them out"
        )
    return labels
