"""The server's doors: who may knock, on which addresses it listens, and that it never calls anybody itself."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.datastructures import Headers

from tests.server import COMMAND as STREAMLIT
from tests.server import Server, serve
from vae_explorer import __main__ as cli
from vae_explorer.__main__ import EVERYWHERE
from vae_explorer.server.addresses import is_this_computer
from vae_explorer.server.origins import is_own_page

COMMAND = (sys.executable, "-m", "vae_explorer")

# Python imports `sitecustomize` before anything else; this one notes whom the process asks for, in a file.
WATCH = """
import json, os, sys

def note(event, arguments):
    if event == "socket.getaddrinfo":
        place = arguments[0]
    elif event in ("socket.connect", "socket.sendto"):
        place = arguments[1]
    else:
        return
    with open(os.environ["CALLS"], "a") as file:
        file.write(json.dumps(str(place)) + "\\n")

sys.addaudithook(note)
"""


@dataclass(frozen=True)
class Watched:
    server: Server
    calls_file: Path

    def calls(self) -> list[str]:
        """Whom the server has asked for; asyncio looks up the name of what it listens on."""
        lines = self.calls_file.read_text().splitlines() if self.calls_file.exists() else []
        return [place for place in map(json.loads, lines) if not place.strip("(b'").startswith(("127.", "localhost"))]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("doors")
    (folder / "path").mkdir()
    (folder / "path" / "sitecustomize.py").write_text(WATCH)
    calls = folder / "calls"
    env = {
        "CALLS": str(calls),
        "PYTHONPATH": str(folder / "path"),
        "STREAMLIT_SERVER_CORS_ALLOWED_ORIGINS": "http://class.example",
    }
    with serve(folder, env=env) as server:
        yield Watched(server, calls)


def shake_hands(server: Server, **headers: str) -> str:
    """Ask for Streamlit's WebSocket; the first line of the answer."""
    host, port = server.url.removeprefix("http://").split(":")
    names = {
        "Host": f"{host}:{port}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in names.items())
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(f"GET /_stcore/stream HTTP/1.1\r\n{lines}\r\n".encode())
        return connection.recv(4096).partition(b"\r\n")[0].decode()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://elsewhere.example"}, 403),
        ({"Origin": "http://localhost:1"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Origin": "{own}", "Sec_Fetch_Site": "cross-site"}, 403),
        ({"Origin": "{own}"}, 101),
        ({"Origin": "http://class.example"}, 101),
        ({}, 101),
    ],
)
def test_websocket(watched: Watched, headers: dict[str, str], status: int) -> None:
    sent = {name: value.format(own=watched.server.url) for name, value in headers.items()}
    assert f" {status} " in shake_hands(watched.server, **sent)
    assert watched.calls() == []


def test_no_traceback_of_what_was_refused(watched: Watched) -> None:
    start = watched.server.log_size()
    shake_hands(watched.server, Origin="http://elsewhere.example")
    assert "Traceback" not in watched.server.log(start)


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"origin": "http://a.example", "host": "a.example"}, True),
        ({"origin": "http://a.example:1", "host": "a.example"}, False),
        ({"origin": "https://class.example", "host": "10.0.0.7:8501"}, True),
        ({"origin": "https://class.example.evil", "host": "10.0.0.7:8501"}, False),
        ({"origin": "http://class.example", "host": "10.0.0.7:8501"}, False),
        ({"origin": "https://class.example", "host": "a", "sec-fetch-site": "cross-site"}, False),
        ({"origin": "https://any.example", "host": "a", "sec-fetch-site": "same-origin"}, True),
        ({"host": "a"}, False),
    ],
)
def test_own_page(headers: dict[str, str], own: bool) -> None:
    assert is_own_page(Headers(headers), ["https://class.example/"]) is own


def is_open(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=30):
            return True
    except OSError:
        return False


# Every address in 127/8 is this computer's, so one that the server was not told to listen on stands for the network.
@pytest.mark.skipif(sys.platform != "linux", reason="other systems have 127.0.0.1 alone")
@pytest.mark.parametrize(
    ("door", "options", "shared"),
    [
        ("streamlit", [], False),
        ("vae-explorer", [], False),
        ("vae-explorer", ["--share"], True),
        ("streamlit", ["--server.address", EVERYWHERE], True),
    ],
)
def test_who_can_open_it(tmp_path: Path, door: str, options: list[str], shared: bool) -> None:
    command = (*(COMMAND if door == "vae-explorer" else STREAMLIT), *options)
    with serve(tmp_path, command=command) as server:
        port = int(server.url.rpartition(":")[2])
        assert is_open("127.0.0.1", port)
        assert is_open("127.0.0.2", port) is shared
        said = server.log()
    assert f"http://localhost:{port}" in said
    assert ("Only this computer can open it" in said) is not shared
    assert ("everybody on this network can open it, without a password" in said) is shared


def test_share_and_an_address(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--share", "--server.address=10.0.0.7"])
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "--share and --server.address were given" in error


@pytest.mark.parametrize(
    ("address", "alone"),
    [("localhost", True), ("127.0.0.3", True), ("::1", True), (EVERYWHERE, False), ("10.0.0.7", False), ("", False)],
)
def test_addresses_of_this_computer(address: str, alone: bool) -> None:
    assert is_this_computer(address) is alone
