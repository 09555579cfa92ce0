"""Downloads a named data set with torchvision, from one mirror after the other, and leaves nothing half-done behind."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any
from zipfile import BadZipFile
from zlib import error as ZlibError  # noqa: N812

from vae_explorer.errors import DataError, MissingExtraError

from .named_sets import NamedSet

# Seconds that a mirror may be silent; torchvision itself would wait for ever.
SILENCE_S = 30.0

# What a mirror that is down, wrong or half-way makes torchvision raise.
FAILURES = (OSError, RuntimeError, ValueError, EOFError, HTTPException, BadZipFile, ZlibError)


def download(row: NamedSet, folder: Path, needed: str) -> None:
    """Download it to `folder`, in torchvision's layout. What an earlier mirror or run has brought whole is kept.

    `needed` says what to do instead, for the message.

    Raises:
        DataError: no mirror has it whole, or it cannot be written; no folder is left that was not there.
        MissingExtraError: torchvision is not installed.
    """
    try:
        from torchvision import datasets
    except ImportError as error:
        raise MissingExtraError("torchvision", "train") from error
    name = row.spec.name
    if folder.exists() and not folder.is_dir():
        raise DataError(f"{folder}: a file, where a folder for the data sets was expected. Name another: --data-dir")
    existing = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        raise DataError(f"{folder}: cannot be written, and has no {name}. Name a folder of yours: --data-dir")
    print(f"Downloading {name} to {folder} …", flush=True)
    known = getattr(datasets, row.torchvision_class)
    raw = folder / row.torchvision_class / "raw"
    reasons = []
    with _only_so_silent(), _nothing_left(raw, existing, known):
        for mirror in known.mirrors:
            # The class's name is that of its folder. What old versions left in `processed`, a pickle, is not touched.
            only = {"mirrors": [mirror], "_check_legacy_exist": lambda self: False}
            try:
                type(known.__name__, (known,), only)(str(folder), download=True, **row.options)
                return
            except FAILURES as error:
                reasons.append(_gist(error))
        raise DataError(
            f"{name} is not in {folder}, and its download failed ({'; '.join(dict.fromkeys(reasons))}). {needed}"
        )


def _gist(error: BaseException) -> str:
    """The last line of a message: torchvision's own begins with what it tried."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[-1].strip()[:120]


@contextmanager
def _only_so_silent() -> Iterator[None]:
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(SILENCE_S)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


@contextmanager
def _nothing_left(raw: Path, existing: Path, known: Any) -> Iterator[None]:
    """If the block fails, remove files that it began and did not finish, and folders that it made and left empty."""
    try:
        yield
    except BaseException:
        whole = dict(getattr(known, "resources", ()))
        with suppress(OSError):
            for file in raw.iterdir():
                if file.suffix in (".gz", ".zip") and not _has_md5(file, whole.get(file.name)):
                    file.unlink()
        place = raw
        with suppress(OSError):
            while place.absolute() != existing.absolute():
                if place.exists():
                    place.rmdir()  # only if it is empty
                place = place.parent
        raise


def _has_md5(file: Path, md5: str | None) -> bool:
    from torchvision.datasets.utils import check_integrity

    return md5 is not None and bool(check_integrity(str(file), md5))
