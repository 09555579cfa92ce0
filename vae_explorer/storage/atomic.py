"""Files and folders that are written whole or not at all: whatever stops the program, the old or the new is there.

What is written goes into a new file beside the old one, is flushed to the disk, and then takes the old one's place in
one step. On Windows that step needs that nobody has the old file open or mapped, and only a file that is open for
writing can be flushed to the disk.
"""

from __future__ import annotations

import glob
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

REST_OF_FILE = f".*.{'[0-9a-f]' * 8}.new"
REST_OF_FOLDER = f".{{name}}-{'[0-9a-z_]' * 8}"

# Seconds after which a file that is still not in its place will never be.
OLD_S = 3600


def write_file(path: Path, body: bytes) -> None:
    """Put `body` at `path`.

    Raises:
        OSError: it cannot be written; what was at `path` is there still.
    """
    write_files(path.parent, {path.name: body})


def write_files(folder: Path, bodies: Mapping[str, bytes]) -> None:
    """Put files into `folder`, by name. None is replaced before all are written.

    Raises:
        OSError: one cannot be written; what was there under these names is there still.
    """
    _remove_rests(folder)
    # Random names, because several servers may write the same file.
    fresh = {name: folder / f".{name}.{secrets.token_hex(4)}.new" for name in bodies}
    try:
        for name, body in bodies.items():
            _write_to_disk(fresh[name], body)
        for name, file in fresh.items():
            file.replace(folder / name)
    finally:
        for file in fresh.values():
            with suppress(OSError):
                file.unlink(missing_ok=True)


def write_folder(path: Path, bodies: Mapping[str, bytes]) -> None:
    """Make `path` a folder of these files, by name, in place of what is there.

    A folder cannot be replaced in one step: a program that is killed in between leaves both beside `path`.

    Raises:
        OSError: it cannot be written; what was at `path` is there still.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    fresh, old = aside / "new", aside / "old"
    try:
        fresh.mkdir()
        for name, body in bodies.items():
            _write_to_disk(fresh / name, body)
        if path.exists():
            path.rename(old)
        try:
            fresh.rename(path)
        except OSError:
            if old.exists():
                old.rename(path)
            raise
    finally:
        if path.exists() or not old.exists():  # else the only copy is in there
            shutil.rmtree(aside, ignore_errors=True)
            _remove_rests(path.parent, of=path.name)


def remove_file(path: Path) -> None:
    """Remove a file, and what a program that was killed while it wrote the file has left beside it."""
    for file in (path, *path.parent.glob(f".{glob.escape(path.name)}.*.new")):
        file.unlink(missing_ok=True)


def _remove_rests(folder: Path, of: str | None = None) -> None:
    """Remove what killed programs have left: files of `write_files`, or folders of `write_folder` where `of` is a name.

    Those of a program that still writes are younger.
    """
    too_old = time.time() - OLD_S
    pattern = REST_OF_FILE if of is None else REST_OF_FOLDER.format(name=glob.escape(of))
    for rest in folder.glob(pattern):
        with suppress(OSError):
            if rest.stat().st_mtime > too_old:
                continue
            if of is None:
                rest.unlink()
            elif {entry.name for entry in rest.iterdir()} <= {"new", "old"}:
                shutil.rmtree(rest, ignore_errors=True)


def _write_to_disk(path: Path, body: bytes) -> None:
    """Write a new file and wait until the disk has it; else it could take its place before its content is there."""
    with path.open("xb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
