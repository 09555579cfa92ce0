"""The files under a folder: links are followed, but nothing is counted twice and no way leads back to where it was."""

from __future__ import annotations

import os
from pathlib import Path

from vae_explorer.errors import DataError

# What systems and archives leave behind.
LITTER = {
    "__macosx", "icon\r", "thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin", "system volume information",
    "lost+found", "@eadir", "#recycle", "_vti_cnf", "__pycache__",
}  # fmt: skip
# How names begin of what is hidden, or stands for a document that is open.
HIDDEN = (".", "~$")

MOST_FILES = 2_000_000


def files_under(folder: Path) -> list[Path]:
    """Every file under `folder`, in order, without hidden ones.

    A folder or a file that is reached in more than one way is taken where it lies itself, if that is under `folder`,
    else by the first link in order. Links to a folder that holds `folder` are not followed.

    Raises:
        DataError: there are too many.
        OSError: a folder cannot be read.
    """
    root = os.path.realpath(folder)
    walked: set[str] = set()  # real paths of folders
    found: list[Path] = []
    links_to_folders: list[Path] = []
    links_to_files: list[Path] = []
    waiting = [folder]
    # What lies here itself is walked before any link is followed, and folders before single files.
    while waiting or links_to_folders:
        if waiting:
            place = waiting.pop()
        else:
            place = min(links_to_folders)
            links_to_folders.remove(place)
        real = os.path.realpath(place)
        if real in walked or (place != folder and Path(root).is_relative_to(real)):
            continue
        walked.add(real)
        with os.scandir(place) as entries:
            for entry in entries:
                if entry.name.startswith(HIDDEN) or entry.name.lower() in LITTER:
                    continue
                path = place / entry.name
                if entry.is_symlink():
                    (links_to_folders if _leads_to_a_folder(entry) else links_to_files).append(path)
                elif entry.is_dir():
                    waiting.append(path)
                else:
                    found.append(path)
        if len(found) + len(links_to_files) + len(walked) > MOST_FILES:
            raise DataError(f"{folder}: more than {MOST_FILES:,} files found. Name a folder of pictures alone")
    targets: set[Path] = set()
    for link in sorted(links_to_files):
        target = Path(os.path.realpath(link))
        # One that has another suffix than its link, as where a version control keeps its blobs, was not taken for it.
        itself = str(target.parent) in walked and target.suffix.lower() == link.suffix.lower() and target.exists()
        if not itself and target not in targets:
            targets.add(target)
            found.append(link)
    return sorted(found)


def _leads_to_a_folder(link: os.DirEntry[str]) -> bool:
    try:
        return link.is_dir()
    except OSError:  # to itself
        return False
