"""The queue of t-SNE maps that are asked for: one at a time for the whole server, each only while somebody waits.

Who asks gets a token, and with it is told how far the map is, or takes the wish back. Two who ask for the same map
wait for the same job. Whoever has not asked for a while is taken to be gone.
"""

from __future__ import annotations

import functools
import secrets
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

# Maps that may wait or be computed, and people who may wait for them. A class has some thirty people.
LONGEST = 8
MOST_ASKERS = 200

# Seconds without a question after which somebody is taken to be gone; a page asks every second. A browser lets a tab
# that nobody sees ask once a minute after five, which is why this is not shorter once a map has been waited for long.
PATIENCE_S = 30.0
PATIENCE_UNSEEN_S = 75.0
UNSEEN_AFTER_S = 240.0

# Seconds between two looks at the running process.
LOOK_S = 0.2


@dataclass(frozen=True)
class JobState:
    """How far a map is. `place` in the queue, the running one has 1; `made` is there when it is done."""

    phase: Phase
    place: int = 0
    iteration: int = 0
    made: TsneMap | None = None


@dataclass
class _Asker:
    since: float
    seen: float

    def is_gone(self, now: float) -> bool:
        waits_long = now - self.since > UNSEEN_AFTER_S
        return now - self.seen > (PATIENCE_UNSEEN_S if waits_long else PATIENCE_S)


@dataclass(eq=False)
class _Job:
    key: str
    codes: Array
    settings: TsneSettings
    askers: dict[str, _Asker] = field(default_factory=dict)
    phase: Phase = "waiting"
    iteration: int = 0
    made: TsneMap | None = None


class TsneJobs:
    """The queue; thread safe. `clock` counts seconds."""

    def __init__(self, cache: TsneCache, clock: Callable[[], float] = time.monotonic) -> None:
        self._cache = cache
        self._clock = clock
        self._lock = threading.Lock()
        self._jobs: list[_Job] = []  # in the order in which they were asked for; those done stay while asked about
        self._worker: threading.Thread | None = None

    def ask(self, codes: Array, settings: TsneSettings) -> TsneMap | str:
        """The map of `(N, D)` codes where it is known, else a token for `state` and `cancel`.

        Raises:
            ConfigError: there are too few codes for this perplexity.
            BusyError: too many maps are waiting, or too many people.
        """
        settings.require_fits(len(codes))
        key = settings.key(codes)
        known = self._cache.find(key)
        if known is not None:
            return known
        with self._lock:
            self._forget()
            job = next((job for job in self._jobs if job.key == key and job.phase != "failed"), None)
            if job is None and len(self._line()) >= LONGEST:
                raise BusyError(f"{LONGEST} other maps are waiting on this server. Try again in a minute")
            if sum(len(other.askers) for other in self._jobs) >= MOST_ASKERS:
                raise BusyError("too many people are waiting for maps on this server. Try again in a minute")
            if job is None:
                job = _Job(key, codes, settings)
                self._jobs.append(job)
            token, now = secrets.token_hex(16), self._clock()
            job.askers[token] = _Asker(since=now, seen=now)
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name="t-SNE queue", daemon=True)
                self._worker.start()
            return token

    def state(self, token: str) -> JobState | None:
        """How far the map is, or None where nobody waits under this token (any more)."""
        with self._lock:
            self._forget()
            job = self._of(token)
            if job is None:
                return None
            job.askers[token].seen = self._clock()
            place = self._line().index(job) + 1 if job in self._line() else 0
            return JobState(job.phase, place, job.iteration, job.made)

    def cancel(self, token: str) -> bool:
        """Take a wish back; the map is given up when nobody else waits for it. False where it is not known."""
        with self._lock:
            job = self._of(token)
            if job is None:
                return False
            del job.askers[token]
            self._forget()
            return True

    def _of(self, token: str) -> _Job | None:
        return next((job for job in self._jobs if token in job.askers), None)

    def _line(self) -> list[_Job]:
        return [job for job in self._jobs if job.phase in ("running", "waiting")]

    def _forget(self) -> None:
        """Drop who is gone, and every job that nobody waits for."""
        now = self._clock()
        for job in self._jobs:
            job.askers = {token: asker for token, asker in job.askers.items() if not asker.is_gone(now)}
        self._jobs = [job for job in self._jobs if job.askers]

    def _work(self) -> None:
        """Compute one map after the other, until none is left."""
        while True:
            with self._lock:
                self._forget()
                job = next(iter(self._line()), None)
                if job is None:
                    self._worker = None
                    return
                job.phase = "running"
            try:
                points = self._compute(job)
                made = None if points is None else self._cache.keep(job.key, points)
            except Exception:  # one map, whatever happens to it, must not take the others along
                traceback.print_exc()
                made = None
            with self._lock:
                job.made = made
                job.phase = "failed" if made is None else "done"

    def _compute(self, job: _Job) -> Array | None:
        """The points `(N, 2)`; None where it failed or nobody wants them any more."""
        process = TsneProcess(job.codes, job.settings)
        try:
            while not process.ended.wait(LOOK_S):
                with self._lock:
                    self._forget()
                    if job not in self._jobs:
                        return None
                    job.iteration = process.iteration
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
    """The maps that this server has computed or found."""
    return TsneCache(paths.cache() / "tsne")
