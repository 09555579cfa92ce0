"""Reading a file that may be anything: only a regular one is opened, and never more is read than it may hold.

A pipe under the name of a file would keep its reader waiting for ever, and a device such as /dev/zero has no end.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from vae_explorer.errors import FileError

# Opening a pipe waits for its other end unless this is set; on Windows neither name exists nor is needed.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def read(path: Path, most: int, fix: str) -> bytes:
    """The content of a file of at most `most` bytes; links are followed.

    `fix` is what to do about one that is missing or too large, a sentence for the message.

    Raises:
        FileError: it is missing, no regular file, larger, or cannot be read.
    """
    try:
        require_regular(path, path.stat())  # before it is opened: that alone makes some devices do something
        with os.fdopen(os.open(path, _FLAGS), "rb") as file:
            found = os.fstat(file.fileno())
            require_regular(path, found)  # another one may have taken its place
            if found.st_size > most:
                raise FileError(path, f"{found.st_size:,} bytes found, at most {most:,} expected", fix)
            return file.read(found.st_size)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileError(path, "missing", fix) from error
    except OSError as error:
        raise FileError(path, f"cannot be read ({error.strerror or error})", "Allow it to be read.") from error


def require_regular(path: Path, found: os.stat_result, fix: str = "Remove it.") -> None:
    """Raise FileError unless `found`, which `stat` says of `path`, is a regular file; `fix` is as in `read`."""
    if not stat.S_ISREG(found.st_mode):
        kind = _KINDS.get(stat.S_IFMT(found.st_mode), "something else")
        raise FileError(path, f"{kind} found, a file expected", fix)
