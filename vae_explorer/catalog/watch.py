"""Which folders of a place hold a model, and which have changed, without a look at every file each time."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

# A folder with any of these counts as a model, whole or broken; other folders are ignored.
MODEL_FILES = ("model.json", "weights.safetensors", "codes.safetensors")
OTHER_FILES = ("digits.png", "samples.png")

# Files are mostly replaced, which their folder's own time tells. For those that are written in place so many folders
# are looked into in turn each time: all of a class's, and of a thousand each at every sixteenth look.
FOLDERS_EACH_TIME = 64

# What `stat` says of one file or folder, or why it says nothing: when it changes, so has what was read.
Stamp = tuple[int, ...]
# The stamp of each file of a folder that there is, by its name.
Signature = tuple[tuple[str, Stamp], ...]


@dataclass(frozen=True)
class Candidate:
    """A folder that may be a model; it is equal to another one only if none of its files has changed."""

    path: Path
    signature: Signature


class Watch:
    """The folders of one place. Not thread safe."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[str, tuple[Stamp, Candidate]] = {}
        self._turn = 0

    def look(self) -> list[Candidate]:
        """The folders that hold a model or part of one, or cannot be looked into, by name.

        Hidden ones are still being written, and skipped.

        Raises:
            OSError: the place is missing, no folder, or cannot be read.
        """
        with os.scandir(self._root) as entries:
            stamps = {entry.name: _folder_stamp(entry) for entry in entries if not entry.name.startswith(".")}
        names = sorted(name for name, stamp in stamps.items() if stamp)
        first = self._turn % len(names) if names else 0
        due = {*names[first : first + FOLDERS_EACH_TIME], *names[: max(0, first + FOLDERS_EACH_TIME - len(names))]}
        self._turn = first + FOLDERS_EACH_TIME
        self._known = {name: self._candidate(name, stamps[name], name in due) for name in names}
        return [candidate for _, candidate in self._known.values() if candidate.signature]

    def _candidate(self, name: str, stamp: Stamp, due: bool) -> tuple[Stamp, Candidate]:
        known = self._known.get(name)
        if known is not None and known[0] == stamp and not due:
            return known
        prefix = os.path.join(self._root, name, "")  # noqa: PTH118 - ten times as fast, and there are many
        found = {file: _file_stamp(prefix + file) for file in MODEL_FILES + OTHER_FILES}
        is_model = any(found[file] for file in MODEL_FILES)
        signature = tuple((file, seen) for file, seen in found.items() if seen and is_model)
        if known is not None and known[1].signature == signature:
            return stamp, known[1]
        return stamp, Candidate(self._root / name, signature)


def _folder_stamp(entry: os.DirEntry[str]) -> Stamp:
    """Empty for what is no folder, or a link to nothing."""
    try:
        status = entry.stat()
    except FileNotFoundError:
        return ()
    except OSError as error:
        return (error.errno or 0,)
    return _stamp(status) if stat.S_ISDIR(status.st_mode) else ()


def _file_stamp(path: str) -> Stamp:
    """Empty for what is not there; a link to nothing is, but cannot be read."""
    try:
        return _stamp(os.stat(path))  # noqa: PTH116
    except (FileNotFoundError, NotADirectoryError):
        return (0,) if os.path.lexists(path) else ()
    except OSError as error:
        return (error.errno or 0,)


def _stamp(status: os.stat_result) -> Stamp:
    # The last one changes with the rights, too: a file that may be read at last is another one.
    return status.st_size, status.st_mtime_ns, status.st_ino, status.st_ctime_ns
