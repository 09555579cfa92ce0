"""The server as a process: how soon it is ready, how much it holds."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.server import Server, serve

KIB = 1024


def start_seconds() -> float:
    """From the command to the first good answer of `/_stcore/health`, asked for every 50 ms."""
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        with serve(Path(folder)):
            return time.perf_counter() - begin


def resident_megabytes(server: Server) -> float | None:
    """The memory that the process holds now (VmRSS, 10^6 bytes); None where there is no /proc."""
    try:
        status = Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8")
    except OSError:
        return None
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * KIB / 1e6


def holds_torch(server: Server) -> bool | None:
    """Whether torch's library is mapped into the process; None where there is no /proc."""
    try:
        return "libtorch" in Path(f"/proc/{server.pid}/maps").read_text(encoding="utf-8")
    except OSError:
        return None
