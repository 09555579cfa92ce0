"""Starts `python -m train` in a process of its own that need not import torch.

That import takes longer than most of what is tested. One process imports it, runs nothing, and forks for each command;
what is started still has its own exit code, output, folder and signals.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkContext, ForkServerContext
from pathlib import Path

from train.__main__ import main

# The command's own modules, and what they and torch import when it is needed first.
PRELOADED = ["train.command_line", "train.fit.run", "torch._dynamo", "sklearn.manifold", "sklearn.mixture"]

# None takes a minute on an idle machine; one that does much else besides has taken four.
TIMEOUT_S = 900.0

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(PRELOADED)


def forks() -> ForkContext | ForkServerContext:
    """What new processes are forked from: the process that has imported everything; in one of its forks, that fork."""
    return multiprocessing.get_context("fork") if multiprocessing.parent_process() else _SERVER


def start_server() -> None:
    """Have the process that commands are forked from import everything, if it has not; returns when it has."""
    process = _SERVER.Process(target=int)
    process.start()
    process.join()


class Command:
    """A running `python -m train`.

    Args:
        cwd: the folder that it is started in.
        largest_file: bytes that it may write to one file, as on a full disk; None for no limit.
    """

    def __init__(self, *arguments: str | Path, cwd: Path, largest_file: int | None = None) -> None:
        self.arguments = [str(word) for word in arguments]
        env = {**os.environ, "COLUMNS": "120"}
        context = forks()
        if context is _SERVER:
            with _one_thread():
                forkserver.ensure_running()
        self._out, out = context.Pipe(duplex=False)
        self._err, err = context.Pipe(duplex=False)
        task = (self.arguments, cwd, env, largest_file, out, err)
        self._process = context.Process(target=_run, args=task)
        self._process.start()
        out.close()
        err.close()
        self.lines = _lines(self._out)

    def kill(self) -> None:
        self._process.kill()

    def interrupt(self) -> None:
        """What Ctrl-C does."""
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGINT)

    def finish(self) -> subprocess.CompletedProcess[str]:
        """Wait for its end; its output from where `lines` was read to, and its exit code."""
        late = threading.Timer(TIMEOUT_S, self.kill)
        late.start()
        try:
            out, err = "".join(self.lines), "".join(_lines(self._err))
            self._process.join()
        finally:
            late.cancel()
            late.join()  # a fork takes no other threads with it
        code = self._process.exitcode
        assert code is not None
        self._process.close()
        return subprocess.CompletedProcess(self.arguments, code, out, err)


def train(*arguments: str | Path, cwd: Path, largest_file: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run `python -m train` to its end; the arguments are those of `Command`."""
    return Command(*arguments, cwd=cwd, largest_file=largest_file).finish()


def _lines(pipe: Connection) -> Iterator[str]:
    with pipe, os.fdopen(os.dup(pipe.fileno()), encoding="utf-8") as file:
        yield from file


def _run(
    arguments: list[str], cwd: Path, env: Mapping[str, str], largest_file: int | None, out: Connection, err: Connection
) -> None:
    """In the new process: become what a shell would have started."""
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    out.close()
    err.close()
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    main(arguments)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Threads do not survive a fork, so that torch must have none but the first; it reads this when it is imported."""
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before
