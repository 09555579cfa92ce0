"""Finds model folders: the shipped ones, then the user's own. Plain Python; all sessions share one zoo."""

from __future__ import annotations

import functools
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from vae_explorer import paths
from vae_explorer.catalog.manifest import Manifest, manifest
from vae_explorer.catalog.page_files import FileRef, digest_of, file_ref, page_bytes
from vae_explorer.errors import ModelFolderError, VaeExplorerError
from vae_explorer.storage import model_folder, model_json
from vae_explorer.storage.model_folder import ModelFolder

# A folder with any of these counts as a model, whole or broken; other folders are ignored.
MODEL_FILES = ("model.json", "weights.safetensors", "codes.safetensors")
OTHER_FILES = ("digits.png",)

SHIPPED = "shipped"
OWN = "own"

# Bytes of page files held in memory for the next visitor. More than the shipped models need; bounded for those who have
# hundreds of their own.
MAX_CACHE_BYTES = 64 * 2**20

# Name, size, modification time and inode of each file of a folder: when it changes, the folder is read again.
Signature = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True)
class Model:
    """A model that can be opened. `folder` holds no arrays; `manifest` is what the pages get, `files` what it names."""

    id: str
    folder: ModelFolder
    manifest: Manifest
    files: dict[str, FileRef]


@dataclass(frozen=True)
class BrokenModel:
    """A folder that cannot be opened, and why."""

    id: str
    name: str
    error: VaeExplorerError


@dataclass(frozen=True)
class Listing:
    """The result of `Zoo.scan`: shipped models first, each place sorted by name."""

    models: tuple[Model, ...]
    broken: tuple[BrokenModel, ...]

    def find(self, wanted: str | None) -> Model | None:
        """The model with this id, else the first one with this name, else None."""
        by_id = (model for model in self.models if model.id == wanted)
        by_name = (model for model in self.models if model.folder.name == wanted)
        return next(by_id, None) or next(by_name, None)


class Zoo:
    """The model folders of several places, each read once, and again when its files change. Thread safe.

    Args:
        places: returns the folders to scan, by the prefix of their models' ids.
        max_cache_bytes: how much memory page files may take.
    """

    def __init__(self, places: Callable[[], Mapping[str, Path]], max_cache_bytes: int = MAX_CACHE_BYTES) -> None:
        self._places = places
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Signature, Model | BrokenModel]] = {}
        self._listing = Listing((), ())
        self._sources: dict[str, tuple[Path, str]] = {}
        self._bytes = _ByteCache(max_cache_bytes)

    def scan(self) -> Listing:
        """The models that exist now. Cheap if nothing has changed: a few dozen `stat` calls."""
        found = {
            f"{place}/{_printable(path.name)}": (path, _signature(path))
            for place, root in self._places().items()
            for path in _candidates(root)
        }
        with self._lock:
            signatures = {model_id: signature for model_id, (signature, _) in self._known.items()}
            if signatures == {model_id: signature for model_id, (_, signature) in found.items()}:
                return self._listing
            self._known = {
                model_id: (signature, self._open(model_id, path, signature))
                for model_id, (path, signature) in found.items()
            }
            entries = [entry for _, entry in self._known.values()]
            self._sources = {
                digest_of(file): (entry.folder.path, kind)
                for entry in entries
                if isinstance(entry, Model)
                for kind, file in entry.files.items()
            }
            self._listing = Listing(
                models=tuple(entry for entry in entries if isinstance(entry, Model)),
                broken=tuple(entry for entry in entries if isinstance(entry, BrokenModel)),
            )
            return self._listing

    def file(self, digest: str) -> bytes | None:
        """The page file with this digest, or None if no model has it (any more)."""
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
                self._bytes.put(digest_of(file_ref(other, content)), content)
                if other == kind:
                    body = content
        except (VaeExplorerError, OSError):
            return None
        # The folder may have changed since the scan, and a digest is a promise about content.
        return body if body is not None and digest_of(file_ref(kind, body)) == digest else None

    def _open(self, model_id: str, path: Path, signature: Signature) -> Model | BrokenModel:
        before = self._known.get(model_id)
        if before is not None and before[0] == signature:
            return before[1]
        try:
            folder = model_folder.read(path)
            bodies = page_bytes(folder)
            files = {kind: file_ref(kind, body) for kind, body in bodies.items()}
            page_manifest = manifest(model_id, folder, files)
        except VaeExplorerError as error:
            return BrokenModel(model_id, _printable(path.name), error)
        except Exception as error:  # whatever is in one folder, the others must still open
            problem = f"cannot be read ({type(error).__name__}: {str(error)[:80]})"
            broken = ModelFolderError(path.name, problem, model_json.AGAIN)
            return BrokenModel(model_id, _printable(path.name), broken)
        for kind, body in bodies.items():
            self._bytes.put(digest_of(files[kind]), body)
        return Model(model_id, replace(folder, weights={}, codes={}), page_manifest, files)


class _ByteCache:
    """The most recently used byte strings, up to a total number of bytes."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
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
            while sum(map(len, self._entries.values())) > self._max_bytes and len(self._entries) > 1:
                self._entries.popitem(last=False)


@functools.cache
def shared() -> Zoo:
    """The zoo of this process: the shipped models, then those in `paths.user_models()`."""
    return Zoo(lambda: {SHIPPED: paths.shipped_models(), OWN: paths.user_models()})


def _candidates(root: Path) -> list[Path]:
    """Folders under `root` that hold a model or part of one. Hidden ones are still being written, and skipped."""
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


def _printable(name: str) -> str:
    """A file name as text that can be sent and shown, whatever bytes it consists of."""
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
