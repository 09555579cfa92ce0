"""What a browser or git leaves in the place of a file: people take it for the file itself."""

from __future__ import annotations

from pathlib import Path

from vae_explorer.errors import FileError

AGAIN = "Download it again"

# How much of a file is looked at.
HEAD = 4096

_POINTER = b"version https://git-lfs"
_PAGES = (b"<!doctype html", b"<html", b"<?xml", b"<head", b"<!--")


def stand_in(head: bytes) -> tuple[str, str] | None:
    """What a file is that begins so, and what to do about it; None where it may be the file itself."""
    if not head:
        return "an empty file", f"{AGAIN}, or save it again"
    if head.startswith(_POINTER):
        return (
            "a Git LFS pointer, which stands for the file itself",
            "Fetch that: git lfs pull, or download it from the repository's page",
        )
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES):
        return "a web page", f"{AGAIN}: the file that the page links to"
    return None


def require_itself(file: Path) -> None:
    """Raise FileError if something else stands in its place.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb") as opened:
        found = stand_in(opened.read(HEAD))
    if found is not None:
        raise FileError(file, f"this is {found[0]}", found[1])
