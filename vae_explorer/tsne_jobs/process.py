"""Starts and follows `child.py`, which computes one map, so that this process never imports scikit-learn."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from vae_explorer.paths import PACKAGE
from vae_explorer.projections.tsne_settings import LANDMARKS, TsneSettings
from vae_explorer.tsne_jobs.child import POINTS

Array = NDArray[np.float32]


def child_environment() -> dict[str, str]:
    """This process's environment, with one thread fewer than cores, so that a core stays free for the pages.

    Threads that spin while they wait make it seven times slower when other processes use the cores too.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return {"OMP_NUM_THREADS": str(max(1, cores - 1)), "OMP_WAIT_POLICY": "passive", **os.environ}


class TsneProcess:
    """The computation of one map. `iteration` counts up; once `ended` is set, `points` is `(N, 2)`, or None on failure.

    Its errors go to this process's stderr, and it ends when this process does. A process that was killed has said
    nothing there; `killed_by` is then the name of the signal, else None.
    """

    def __init__(self, codes: Array, settings: TsneSettings) -> None:
        count, dim = codes.shape
        self.iteration = 0
        self.points: Array | None = None
        self.killed_by: str | None = None
        self.ended = threading.Event()
        numbers = (count, dim, settings.perplexity, settings.seed, LANDMARKS)
        self._child = subprocess.Popen(
            [sys.executable, "-m", "vae_explorer.tsne_jobs.child", *map(str, numbers)],
            cwd=PACKAGE.parent,
            env=child_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        threading.Thread(target=self._follow, args=[np.ascontiguousarray(codes, "<f4")], daemon=True).start()

    def kill(self) -> None:
        """Stop it; `ended` is set soon after."""
        self._child.kill()

    def _follow(self, codes: Array) -> None:
        child, (count, _) = self._child, codes.shape
        assert child.stdin is not None  # noqa: S101 - for mypy: both are pipes
        assert child.stdout is not None  # noqa: S101
        try:
            with suppress(OSError):  # it has exited; its exit code is checked below
                child.stdin.write(codes.tobytes())
                child.stdin.flush()
            for line in child.stdout:
                if line.strip() == POINTS.encode():
                    break
                if line.endswith(b"\n"):  # the last line of a process that was killed may be half of one
                    self.iteration = int(line)
            body = child.stdout.read()
            code = child.wait()
            if code == 0:
                self.points = np.frombuffer(body, "<f4").reshape(count, 2)
            elif code < 0:
                self.killed_by = signal.Signals(-code).name
        finally:
            child.kill()
            child.wait()
            with suppress(OSError):
                child.stdin.close()
            child.stdout.close()
            self.ended.set()
