"""Finds model folders: the shipped ones, then the person's own. Plain Python; every session shares one zoo."""

from __future__ import annotations

import functools
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vae_explorer import paths
from vae_explorer.catalog.manifest import manifest, page_bytes, page_file
from vae_explorer.errors import ModelFolderError, VaeExplorerError
from vae_explorer.storage import model_folder, model_json
from vae_explorer.storage.model_folder import ModelFolder

# A folder with any of these is taken for a model, whole or broken; others beside it are left alone.
MODEL_FILES = ("model.json", "weights.safetensors", "codes.safetensors")
OTHER_FILES = ("digits.png",)

SHIPPED = "shipped"
OWN = "own"

# Bytes of page files held for the next visitor. More than the shipped models need; a person with hundreds of
# models of their own must not fill the memory of the server.
LARGEST_CACHE = 64 * 2**20

# Size, time and inode of each file of a folder: another signature, another read.
Signature = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True)
class Model:
    """A model that can be opened. `folder` holds no arrays; `manifest` is what the pages are given."""

    id: str
    folder: ModelFolder
    manifest: dict[str, Any]


@dataclass(frozen=True)
class BrokenModel:
    """A folder that cannot be opened, and why."""

    id: str
    name: str
    error: VaeExplorerError


@dataclass(frozen=True)
class Listing:
    """What `Zoo.scan` found, shipped models first, each place in the order of names."""

    models: tuple[Model, ...]
    broken: tuple[BrokenModel, ...]

    def find(self, wanted: str | None) -> Model | None:
        """The model with this id, else the first one of this name, else None."""
        by_id = (model for model in self.models if model.id == wanted)
        by_name = (model for model in self.models if model.folder.name == wanted)
        return next(by_id, None) or next(by_name, None)


class Zoo:
    """Model folders under some places, each read once and again when its files change. Thread safe.

    Args:
        places: gives the folders to look into, by the first part of the ids of what lies there.
        largest_cache: bytes of page files to hold.
    """

    def __init__(self, places: Callable[[], Mapping[str, Path]], largest_cache: int = LARGEST_CACHE) -> None:
        self._places = places
        self._lock = threading.Lock()
        self._seen: dict[str, tuple[Signature, Model | BrokenModel]] = {}
        self._listing = Listing((), ())
        self._sources: dict[str, tuple[Path, str]] = {}
        self._bytes = _ByteCache(largest_cache)

    def scan(self) -> Listing:
        """The models that are there now. Cheap where nothing has changed: a few dozen `stat` calls."""
        found = {
            f"{place}/{_printable(path.name)}": (path, _signature(path))
            for place, root in self._places().items()
            for path in _candidates(root)
        }
        with self._lock:
            known = {model_id: signature for model_id, (signature, _) in self._seen.items()}
            if known == {model_id: signature for model_id, (_, signature) in found.items()}:
                return self._listing
            self._seen = {
                model_id: (signature, self._opened(model_id, path, signature))
                for model_id, (path, signature) in found.items()
            }
            entries = [entry for _, entry in self._seen.values()]
            self._sources = {
                digest: (entry.folder.path, kind)
                for entry in entries
                if isinstance(entry, Model)
                for kind, digest in _digests(entry)
            }
            self._listing = Listing(
                models=tuple(entry for entry in entries if isinstance(entry, Model)),
                broken=tuple(entry for entry in entries if isinstance(entry, BrokenModel)),
            )
            return self._listing

    def file(self, digest: str) -> bytes | None:
        """The page file with this digest, or None where no model has it (any more)."""
        body = self._bytes.get(digest)
        if body is not None:
            return body
        with self._lock:
            source = self._sources.get(digest)
        if source is None:
            return None
        path, kind = source
        try:
            for other, content in page_bytes(model_folder.read(path)).items():
                self._bytes.put(page_file(other, content).digest, content)
                if other == kind:
                    body = content
        except (VaeExplorerError, OSError):
            return None
        # The folder may have been written anew since it was listed; the digest is a promise about content.
        return body if body is not None and page_file(kind, body).digest == digest else None

    def _opened(self, model_id: str, path: Path, signature: Signature) -> Model | BrokenModel:
        before = self._seen.get(model_id)
        if before is not None and before[0] == signature:
            return before[1]
        try:
            folder = model_folder.read(path)
            bodies = page_bytes(folder)
            files = {kind: page_file(kind, body) for kind, body in bodies.items()}
            about = manifest(model_id, folder, files)
        except VaeExplorerError as error:
            return BrokenModel(model_id, _printable(path.name), error)
        except Exception as error:  # one folder, whatever is in it, must not take the others along
            problem = f"cannot be read ({type(error).__name__}: {str(error)[:80]})"
            broken = ModelFolderError(path.name, problem, model_json.AGAIN)
            return BrokenModel(model_id, _printable(path.name), broken)
        for kind, body in bodies.items():
            self._bytes.put(files[kind].digest, body)
        return Model(model_id, replace(folder, weights={}, codes={}), about)


class _ByteCache:
    """The most recently used byte strings, up to a number of bytes together."""

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, bytes] = OrderedDict()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
            return self._entries.get(key)

    def put(self, key: str, value: bytes) -> None:
        with self._lock:
            self._entries[key] = value
            self._entries.move_to_end(key)
            while sum(map(len, self._entries.values())) > self._largest and len(self._entries) > 1:
                self._entries.popitem(last=False)


@functools.cache
def shared() -> Zoo:
    """The zoo of this process: shipped models, then those in `paths.user_models()`."""
    return Zoo(lambda: {SHIPPED: paths.shipped_models(), OWN: paths.user_models()})


def _candidates(root: Path) -> list[Path]:
    """Folders under `root` that hold a model or part of one. Hidden ones are being written: left out."""
    try:
        entries = [Path(entry.path) for entry in os.scandir(root) if not entry.name.startswith(".") and entry.is_dir()]
    except OSError:
        return []
    return sorted(path for path in entries if any(os.path.lexists(path / name) for name in MODEL_FILES))


def _signature(path: Path) -> Signature:
    found = []
    for name in MODEL_FILES + OTHER_FILES:
        try:
            status = (path / name).stat()
        except OSError:
            continue
        found.append((name, status.st_size, status.st_mtime_ns, status.st_ino))
    return tuple(found)


def _digests(model: Model) -> list[tuple[str, str]]:
    return [(kind, entry["url"].split("/")[-2]) for kind, entry in model.manifest["files"].items()]


def _printable(name: str) -> str:
    """A file name as text that can be sent and shown, whatever bytes it was made of."""
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
