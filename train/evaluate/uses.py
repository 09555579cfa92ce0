"""The tables of what a model is good for besides drawing, by the name of their field in `model.json`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from vae_explorer.storage.model_folder import ModelFolder

from .anomaly import anomaly
from .augmentation import augmentation
from .imputation import imputation
from .subject import Subject

# Each computes and prints a table, a field of `vae_explorer.storage.uses.Uses`, or says in a line why there is none.
TABLES: dict[str, Callable[[Subject], Any]] = {
    "imputation": imputation,
    "anomaly": anomaly,
    "augmentation": augmentation,
}


def with_tables(subject: Subject, names: Iterable[str]) -> ModelFolder:
    """The folder with these tables computed anew; others stay as they are."""
    print(subject.folder.name)
    return replace(subject.folder, uses=replace(subject.folder.uses, **{name: TABLES[name](subject) for name in names}))
