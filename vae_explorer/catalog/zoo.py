"""Finds model folders: the shipped ones, then the user's own. Plain Python; all sessions share one zoo."""

from __future__ import annotations

import functools
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vae_explorer import paths
from vae_explorer.catalog.byte_cache import ByteCache
from vae_explorer.catalog.manifest import Manifest, manifest
from vae_explorer.catalog.page_files import FileRef, digest_of, file_ref, media_type, page_bytes
from vae_explorer.catalog.watch import Candidate, Watch
from vae_explorer.errors import VaeExplorerError
from vae_explorer.storage import model_folder, model_json
from vae_explorer.storage.clean_text import printable
from vae_explorer.storage.model_folder import ModelFolder

SHIPPED = "shipped"
OWN = "own"

# From what is understood at once to what builds on it; others follow by name.
TEACHING_ORDER = ("conv-2", "ae-2", "mlp-20", "conv-20", "beta-10", "cvae-8", "fashion-20")

# Bytes of page files held in memory for the next visitor. More than the shipped models need; bounded for those who have
# hundreds of their own.
MAX_CACHE_BYTES = 64 * 2**20

# Seconds that a visitor waits for folders which another one's visit has begun to read; then the last list does.
PATIENCE_S = 0.5

# A folder that took the processor so many seconds is not read again, however it changes, for so many times as long.
LONG_S = 0.5
PAUSE = 20

LONGEST_PROBLEM = 500


@dataclass(frozen=True)
class Model:
    """A model that can be opened. `folder` holds no arrays; `manifest` is what the pages get, `files` what it names."""

    id: str
    folder: ModelFolder
    manifest: Manifest
    files: dict[str, FileRef]

    @property
    def tables(self) -> dict[str, Any]:
        """What the model is good for, as measured: see `storage/uses.py`."""
        return self.folder.uses.to_json()


@dataclass(frozen=True)
class BrokenModel:
    """A folder that cannot be opened, and why: a text, because an error would keep alive what was read until then."""

    id: str
    name: str
    problem: str


@dataclass(frozen=True)
class PageFile:
    """A file that a page fetches."""

    body: bytes
    media_type: str


@dataclass(frozen=True)
class Listing:
    """The result of `Zoo.scan`: shipped models first, in teaching order, then the user's by name."""

    models: tuple[Model, ...]
    broken: tuple[BrokenModel, ...]

    def find(self, wanted: str | None) -> Model | None:
        """The model with this id, else the first one with this name, else None."""
        by_id = (model for model in self.models if model.id == wanted)
        by_name = (model for model in self.models if model.folder.name == wanted)
        return next(by_id, None) or next(by_name, None)


@dataclass(frozen=True)
class _Read:
    """What a folder was when it was read; it counts as unchanged until then, in seconds of `time.monotonic`."""

    candidate: Candidate
    entry: Model | BrokenModel
    keep_until: float


class Zoo:
    """The model folders of several places, each read once, and again when its files change. Thread safe.

    Args:
        places: returns the folders to scan, by the prefix of their models' ids.
        max_cache_bytes: how much memory page files may take.
    """

    def __init__(self, places: Callable[[], Mapping[str, Path]], max_cache_bytes: int = MAX_CACHE_BYTES) -> None:
        self._places = places
        self._scanning = threading.Lock()  # around all that is known of folders; nobody needs it to get what is listed
        self._watches: dict[Path, Watch] = {}
        self._known: dict[str, _Read] = {}
        self._unreadable: list[BrokenModel] = []
        self._listing = Listing((), ())
        self._sources: dict[str, tuple[Path, str]] = {}
        self._reading = threading.Lock()  # one folder at a time: a large one takes half a gigabyte meanwhile
        self._bytes = ByteCache(max_cache_bytes)

    def scan(self) -> Listing:
        """The models that exist now. Cheap if nothing has changed: one `stat` for each folder, and a few dozen more.

        While another thread reads folders that have changed, it is the models before that change.
        """
        if not self._scanning.acquire(timeout=PATIENCE_S):
            return self._listing
        try:
            found, unreadable = self._look()
            known = {model_id: read.candidate for model_id, read in self._known.items()}
            if (found, unreadable) != (known, self._unreadable):
                self._known = {model_id: self._entry(model_id, candidate) for model_id, candidate in found.items()}
                self._unreadable = unreadable
                self._publish()
            return self._listing
        finally:
            self._scanning.release()

    def file(self, digest: str) -> PageFile | None:
        """The page file with this digest, or None if no model has it (any more)."""
        source = self._sources.get(digest)
        if source is None:
            return None
        path, kind = source
        body = self._bytes.get(digest)
        if body is None:
            with self._reading:  # another visitor may have had it read meanwhile
                body = self._bytes.get(digest) or self._read(path, digest)
        return None if body is None else PageFile(body, media_type(kind))

    def _look(self) -> tuple[dict[str, Candidate], list[BrokenModel]]:
        """The folders by their models' ids, and the places that cannot be read."""
        found: dict[str, Candidate] = {}
        unreadable = []
        places = self._places()
        self._watches = {root: self._watches.get(root) or Watch(root) for root in places.values()}
        for place, root in places.items():
            try:
                candidates = self._watches[root].look()
            except FileNotFoundError:
                continue
            except OSError as error:
                problem = f"cannot be read ({error.strerror}). Allow it to be read, or name another folder."
                unreadable.append(BrokenModel(place, printable(str(root)), problem))
                continue
            same: Counter[str] = Counter()  # names that differ in what cannot be printed
            for candidate in sorted(candidates, key=_lesson) if place == SHIPPED else candidates:
                name = model_id = f"{place}/{printable(candidate.path.name)}"
                while model_id in found:
                    same[name] += 1
                    model_id = f"{name} ({same[name] + 1})"
                found[model_id] = candidate
        return found, unreadable

    def _publish(self) -> None:
        """Make what is known the listing."""
        entries = [read.entry for read in self._known.values()]
        models = tuple(entry for entry in entries if isinstance(entry, Model))
        self._sources = {
            digest_of(file): (model.folder.path, kind) for model in models for kind, file in model.files.items()
        }
        broken = (entry for entry in entries if isinstance(entry, BrokenModel))
        self._listing = Listing(models, (*self._unreadable, *broken))

    def _read(self, path: Path, digest: str) -> bytes | None:
        """The page file with this digest from the folder, whose other files are then at hand, too."""
        try:
            contents = page_bytes(model_folder.read(path))
        except (VaeExplorerError, OSError):
            return None
        bodies = {digest_of(file_ref(kind, content)): content for kind, content in contents.items()}
        self._bytes.put(bodies)
        # The folder may have changed since the scan, and a digest is a promise about content.
        return bodies.get(digest)

    def _entry(self, model_id: str, candidate: Candidate) -> _Read:
        """What was read of a folder, or is read now if it has changed."""
        before = self._known.get(model_id)
        if before is not None and (before.candidate == candidate or time.monotonic() < before.keep_until):
            return before
        began = time.thread_time()
        entry = self._open(model_id, candidate.path)
        took = time.thread_time() - began
        return _Read(candidate, entry, time.monotonic() + PAUSE * took if took > LONG_S else 0)

    def _open(self, model_id: str, path: Path) -> Model | BrokenModel:
        try:
            folder = model_folder.read(path)
            bodies = page_bytes(folder)
            files = {kind: file_ref(kind, body) for kind, body in bodies.items()}
            page_manifest = manifest(model_id, folder, files)
        except VaeExplorerError as error:
            problem = str(error)
        except Exception as error:  # whatever is in one folder, the others must still open
            problem = f"cannot be read ({type(error).__name__}: {str(error)[:80]}). {model_json.AGAIN}"
        else:
            self._bytes.put({digest_of(files[kind]): body for kind, body in bodies.items()})
            return Model(model_id, replace(folder, weights={}, codes={}), page_manifest, files)
        return BrokenModel(model_id, printable(path.name), printable(problem)[:LONGEST_PROBLEM])


def _lesson(candidate: Candidate) -> int:
    name = candidate.path.name
    return TEACHING_ORDER.index(name) if name in TEACHING_ORDER else len(TEACHING_ORDER)


@functools.cache
def shared() -> Zoo:
    """The zoo of this process: the shipped models, then those in `paths.user_models()`."""
    return Zoo(lambda: {SHIPPED: paths.shipped_models(), OWN: paths.user_models()})
