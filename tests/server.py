"""Starts the explorer as a person would, in a process of its own, on a free port of this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = (sys.executable, "-m", "streamlit", "run", "vae_explorer/app.py")

# A cold start takes 2 s on an idle machine. Tests share it with each other and with whatever else runs there.
START_S = 60.0
STOP_S = 10.0


@dataclass(frozen=True)
class Server:
    """A running explorer: its address, the folder of the user's own models, its output."""

    url: str
    models: Path
    pid: int
    log_file: Path

    def log(self, start: int = 0) -> str:
        """What it printed, from byte `start` on."""
        return self.log_file.read_bytes()[start:].decode("utf-8", "replace")

    def log_size(self) -> int:
        return self.log_file.stat().st_size


class ServerError(Exception):
    """The server did not come up; the message ends with what it printed."""


@contextmanager
def serve(
    folder: Path,
    *,
    command: Sequence[str | Path] = COMMAND,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    base_path: str = "",
) -> Iterator[Server]:
    """Run `command` until the block ends.

    Args:
        folder: an empty folder for the log and for the models of this server's user.
        command: it must listen where Streamlit's environment variables say.
        cwd: the folder that it is started in.
        env: added to this process's environment.
        base_path: what the paths of all its addresses begin with, such as `/class`.

    Raises:
        ServerError: it ended, or did not answer in `START_S` seconds.
    """
    server_env = {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "STREAMLIT_SERVER_BASE_URL_PATH": base_path,
        "STREAMLIT_SERVER_HEADLESS": "true",
        "STREAMLIT_SERVER_PORT": str(free_port()),
        "VAE_EXPLORER_CACHE": str(folder / "cache"),
        "VAE_EXPLORER_MODELS": str(folder / "models"),
        **(env or {}),
    }
    models = Path(server_env["VAE_EXPLORER_MODELS"])
    models.mkdir(parents=True, exist_ok=True)
    log_file = folder / "server.log"
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env=server_env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{server_env['STREAMLIT_SERVER_PORT']}{base_path}"
    server = Server(url, models, process.pid, log_file)
    try:
        _wait_for(server, process)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(server: Server, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + START_S
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise ServerError(f"The server ended with exit code {process.returncode}.\n{server.log()}")
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.05)
    raise ServerError(f"The server did not answer within {START_S:.0f} s.\n{server.log()}")
