"""The queue of requested t-SNE maps: one at a time for the whole server, and only while a client waits for it.

A client gets a token, with which it polls for progress or cancels. Clients that request the same map share a job. A
client that has not polled for a while counts as gone.
"""

from __future__ import annotations

import functools
import secrets
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vae_explorer import paths
from vae_explorer.errors import BusyError
from vae_explorer.projections.tsne_settings import TsneSettings
from vae_explorer.tsne_jobs.cache import TsneCache, TsneMap
from vae_explorer.tsne_jobs.process import TsneProcess

Array = NDArray[np.float32]
Phase = Literal["waiting", "running", "done", "failed"]

# Maps that may be queued or running, and clients that may wait for them; in all, and of one address. A class has some
# thirty people; behind a proxy all of them may have one address.
MAX_JOBS = 16
MAX_JOBS_OF_ONE = 4
MAX_CLIENTS = 400
MAX_CLIENTS_OF_ONE = 200

# Seconds without a poll after which a client counts as gone; a page polls every second. Browsers throttle a hidden tab
# to one poll a minute after five minutes, hence the longer limit for a client that has waited that long.
TIMEOUT_S = 30.0
HIDDEN_TIMEOUT_S = 75.0
HIDDEN_AFTER_S = 240.0

# Seconds between two checks of the running process.
POLL_S = 0.2


@dataclass(frozen=True)
class JobState:
    """The progress of a map. `place` in the queue, where the running one has 1; `result` once it is done.

    `killed_by`: the signal that ended the process of a map that failed; None if it failed by itself, and said why.
    """

    phase: Phase
    place: int = 0
    iteration: int = 0
    result: TsneMap | None = None
    killed_by: str | None = None


@dataclass
class _Client:
    address: str
    since: float
    seen: float

    def is_gone(self, now: float) -> bool:
        waits_long = now - self.since > HIDDEN_AFTER_S
        return now - self.seen > (HIDDEN_TIMEOUT_S if waits_long else TIMEOUT_S)


@dataclass(eq=False)
class _Job:
    key: str
    codes: Array
    settings: TsneSettings
    clients: dict[str, _Client] = field(default_factory=dict)
    phase: Phase = "waiting"
    iteration: int = 0
    result: TsneMap | None = None
    killed_by: str | None = None


class TsneJobs:
    """The queue; thread safe. `clock` counts seconds."""

    def __init__(self, cache: TsneCache, clock: Callable[[], float] = time.monotonic) -> None:
        self._cache = cache
        self._clock = clock
        self._lock = threading.Lock()
        self._jobs: list[_Job] = []  # in order of arrival; a finished one stays while clients poll it
        self._worker: threading.Thread | None = None

    def submit(self, codes: Array, settings: TsneSettings, address: str) -> TsneMap | str:
        """The map of `(N, D)` codes if it is cached, else a token for `state` and `cancel`.

        Args:
            address: where the client is, so that nobody takes all places.

        Raises:
            ConfigError: there are too few codes for this perplexity.
            BusyError: too many maps are queued, in all or from this address, or too many clients wait.
        """
        settings.require_fits(len(codes))
        key = settings.key(codes)
        known = self._cache.find(key, len(codes))
        if known is not None:
            return known
        with self._lock:
            self._drop_abandoned()
            job = next((job for job in self._jobs if job.key == key and job.phase != "failed"), None)
            if job is None and len(self._pending()) >= MAX_JOBS:
                raise BusyError(f"{MAX_JOBS} other maps are waiting on this server. Try again in a minute")
            if job is None and self._asked_from(address) >= MAX_JOBS_OF_ONE:
                raise BusyError(
                    f"{MAX_JOBS_OF_ONE} maps are waiting for your network's address. Wait for one, or cancel it"
                )
            clients = [client for other in self._jobs for client in other.clients.values()]
            if len(clients) >= MAX_CLIENTS:
                raise BusyError("too many people are waiting for maps on this server. Try again in a minute")
            if sum(client.address == address for client in clients) >= MAX_CLIENTS_OF_ONE:
                raise BusyError("too many pages are waiting for maps at your network's address. Try again in a minute")
            if job is None:
                job = _Job(key, codes, settings)
                self._jobs.append(job)
            token, now = secrets.token_hex(16), self._clock()
            job.clients[token] = _Client(address, since=now, seen=now)
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name="t-SNE queue", daemon=True)
                self._worker.start()
            return token

    def state(self, token: str) -> JobState | None:
        """The progress of the map, or None if the token is unknown or has expired."""
        with self._lock:
            self._drop_abandoned()
            job = self._find(token)
            if job is None:
                return None
            job.clients[token].seen = self._clock()
            place = self._pending().index(job) + 1 if job in self._pending() else 0
            return JobState(job.phase, place, job.iteration, job.result, job.killed_by)

    def cancel(self, token: str) -> bool:
        """Withdraw a request; the map is abandoned if no other client waits for it. False for an unknown token."""
        with self._lock:
            job = self._find(token)
            if job is None:
                return False
            del job.clients[token]
            self._drop_abandoned()
            return True

    def _find(self, token: str) -> _Job | None:
        return next((job for job in self._jobs if token in job.clients), None)

    def _pending(self) -> list[_Job]:
        return [job for job in self._jobs if job.phase in ("running", "waiting")]

    def _asked_from(self, address: str) -> int:
        """The pending maps that clients at an address asked for."""
        return sum(any(client.address == address for client in job.clients.values()) for job in self._pending())

    def _drop_abandoned(self) -> None:
        """Drop clients that are gone, and jobs without clients."""
        now = self._clock()
        for job in self._jobs:
            job.clients = {token: client for token, client in job.clients.items() if not client.is_gone(now)}
        self._jobs = [job for job in self._jobs if job.clients]

    def _work(self) -> None:
        """Compute one map after another until none is left."""
        while True:
            with self._lock:
                self._drop_abandoned()
                job = next(iter(self._pending()), None)
                if job is None:
                    self._worker = None
                    return
                job.phase = "running"
            try:
                points = self._compute(job)
                result = None if points is None else self._cache.put(job.key, points)
            except Exception:  # whatever goes wrong with one map, the others go on
                traceback.print_exc()
                result = None
            with self._lock:
                job.result = result
                job.phase = "failed" if result is None else "done"

    def _compute(self, job: _Job) -> Array | None:
        """The points `(N, 2)`; None if it failed or was abandoned."""
        process = TsneProcess(job.codes, job.settings)
        try:
            while not process.ended.wait(POLL_S):
                with self._lock:
                    self._drop_abandoned()
                    if job not in self._jobs:
                        return None
                    job.iteration = process.iteration
            if process.killed_by is not None:
                print(f"A t-SNE map was not finished: its process was ended by {process.killed_by}.", file=sys.stderr)
            job.killed_by = process.killed_by
            return process.points
        finally:
            process.kill()
            process.ended.wait()


@functools.cache
def shared() -> TsneJobs:
    """The queue of this server."""
    return TsneJobs(shared_cache())


@functools.cache
def shared_cache() -> TsneCache:
    """The finished maps of this server."""
    return TsneCache(paths.cache() / "tsne")
