"""Finished t-SNE maps, cached on disk by their codes and settings.

A file is named `<key>-<digest>.safetensors`: `key` comes from `TsneSettings`, `digest` from the file's content. A map
can be looked up by either, and a damaged file is detected. No index is needed. The key is in the file, too, so that a
map under another one's name is not served.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from vae_explorer.errors import FileError
from vae_explorer.storage import atomic, regular_file
from vae_explorer.storage.content_digest import content_digest

Array = NDArray[np.float32]

# A map of 10,000 codes takes 80 kB.
LARGEST_ON_DISK = 64 * 2**20
LARGEST_IN_MEMORY = 8 * 2**20
LARGEST_MAP = 8 * 2**20


# In a file: the tensor, and the entry of the metadata.
NAME = "tsne"
KEY = "key"


@dataclass(frozen=True)
class TsneMap:
    """A finished map: the bytes of a safetensors file with `tsne` `(N, 2)` float32, and their digest."""

    digest: str
    body: bytes


class TsneCache:
    """Maps in one folder, the least recently used evicted first. Thread safe; servers may share a folder.

    If the folder is not writable, maps are held in memory only, and one line on stderr says so.
    """

    def __init__(
        self, folder: Path, largest_on_disk: int = LARGEST_ON_DISK, largest_in_memory: int = LARGEST_IN_MEMORY
    ) -> None:
        self._folder = folder
        self._largest_on_disk = largest_on_disk
        self._largest_in_memory = largest_in_memory
        self._lock = threading.Lock()
        self._memory: OrderedDict[str, tuple[str, bytes]] = OrderedDict()  # by digest: key and body
        self._warned = False

    def find(self, key: str, count: int) -> TsneMap | None:
        """The map of `count` codes with this key, or None."""
        with self._lock:
            held = next((digest for digest, (other, _) in self._memory.items() if other == key), None)
        found = self.open(held) if held is not None else self._read(f"{key}-*")
        return found if found is not None and len(load(found.body)[NAME]) == count else None

    def open(self, digest: str) -> TsneMap | None:
        """The map with this digest, or None. `digest` must consist of hexadecimal digits."""
        with self._lock:
            if digest in self._memory:
                self._memory.move_to_end(digest)
                return TsneMap(digest, self._memory[digest][1])
        return self._read(f"*-{digest}")

    def put(self, key: str, points: Array) -> TsneMap:
        """Cache the map `points` `(N, 2)` under `key`."""
        body = save({NAME: np.ascontiguousarray(points, np.float32)}, {KEY: key})
        made = TsneMap(content_digest(body), body)
        self._remember(key, made)
        try:
            self._write(f"{key}-{made.digest}.safetensors", body)
        except OSError as error:
            if not self._warned:
                print(
                    f"t-SNE maps are not cached on disk: {self._folder} cannot be written to ({error}). "
                    "Free some space, or set VAE_EXPLORER_CACHE to another folder",
                    file=sys.stderr,
                )
            self._warned = True
        return made

    def _remember(self, key: str, made: TsneMap) -> None:
        with self._lock:
            self._memory[made.digest] = (key, made.body)
            self._memory.move_to_end(made.digest)
            while len(self._memory) > 1 and sum(len(b) for _, b in self._memory.values()) > self._largest_in_memory:
                self._memory.popitem(last=False)

    def _read(self, pattern: str) -> TsneMap | None:
        for path in self._folder.glob(f"{pattern}.safetensors"):
            key, _, digest = path.stem.partition("-")
            with suppress(OSError, FileError):
                body = regular_file.read(path, LARGEST_MAP, "Remove it.")
                if content_digest(body) == digest and _is_map(body, key):
                    os.utime(path)  # just used: evicted last
                    found = TsneMap(digest, body)
                    self._remember(key, found)
                    return found
                path.unlink()
        return None

    def _write(self, name: str, body: bytes) -> None:
        """Write a file, then evict the least recently used ones."""
        self._folder.mkdir(parents=True, exist_ok=True)
        atomic.write_file(self._folder / name, body)
        sizes = sorted(
            ((status.st_mtime_ns, status.st_size, path) for path, status in _files(self._folder)), reverse=True
        )
        total = 0
        for _, size, path in sizes:
            total += size
            if total > self._largest_on_disk:
                with suppress(OSError):
                    path.unlink()


def _is_map(body: bytes, key: str) -> bool:
    """Whether this is a file that `put` has written under `key`."""
    try:
        tensors = load(body)
        length = int.from_bytes(body[:8], "little")
        about = json.loads(body[8 : 8 + length]).get("__metadata__") or {}
    except (SafetensorError, ValueError, KeyError):
        return False
    if about.get(KEY) != key or list(tensors) != [NAME]:
        return False
    points = tensors[NAME]
    return points.shape[1:] == (2,) and points.dtype == np.float32 and bool(np.isfinite(points).all())


def _files(folder: Path) -> list[tuple[Path, os.stat_result]]:
    found = []
    for path in folder.glob("*-*.safetensors"):
        with suppress(OSError):
            found.append((path, path.stat()))
    return found
