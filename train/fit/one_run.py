"""One run at a time for an output: a second one would overwrite what the first keeps for `--resume`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from vae_explorer.errors import OutputError


@contextmanager
def only_run_at(output: Path) -> Iterator[None]:
    """Hold the lock of `output` in the block; the system releases it when the process ends, however that happens.

    Of the processes that `torchrun` starts, the first holds it for all.

    Raises:
        OutputError: another run holds it, or the folder around cannot be written to.
    """
    if "WORLD_SIZE" in os.environ and os.environ.get("RANK", "0") != "0":
        yield
        return
    output = output.resolve()  # two names may be of one folder
    path = output.parent / f".{output.name}.lock"
    lock = FileLock(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise OutputError(
            f"another run is training for {output}. Wait until it ends, or choose another folder with --output"
        ) from error
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error}). Choose another folder with --output") from error
    try:
        yield
    finally:
        with suppress(OSError):  # Windows removes no file that is open
            if path.stat().st_size == 0:  # else it is somebody's own file of that name
                path.unlink()
        lock.release()
