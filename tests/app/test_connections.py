"""Connections: those on which nothing moves are closed, and those that are too many."""

from __future__ import annotations

import asyncio
import base64
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from vae_explorer.server import connection_count, slow_connections
from vae_explorer.server.connection_count import OUT_OF_FILES, RESERVE

REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"

LARGE = 64 * 2**20


async def answer_when_whole(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            pass
        return
    while (await receive()).get("more_body"):
        pass
    if scope["path"] == "/large":
        length = [(b"content-length", str(LARGE).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": length})
        for _ in range(LARGE // 2**20):
            await send({"type": "http.response.body", "body": bytes(2**20), "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def test_reader_that_reads_nothing_is_gone(impatient: int) -> None:
    with socket.create_connection(("127.0.0.1", impatient), timeout=10) as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(2)
        connection.settimeout(10)
        heard = 0
        with suppress(ConnectionError):
            while found := connection.recv(2**20):
                heard += len(found)
        assert heard < LARGE


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a server that waits for half a second for a request."""
    protocol = slow_connections.H11Protocol
    for name in ("connection_made", "on_response_complete"):
        monkeypatch.setattr(protocol, name, getattr(protocol, name))  # puts it back at the end
    slow_connections.close_after(0.5)
    with serving() as port:
        yield port


@contextmanager
def serving() -> Iterator[int]:
    """The port of a server in this process."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(answer_when_whole, http="h11", lifespan="off", log_level="error")
        server = uvicorn.Server(config)

        async def run() -> None:
            await server.serve([listening])

        thread = threading.Thread(target=lambda: asyncio.run(run()))
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize("before", [b"", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"], ids=["at first", "after an answer"])
def test_request_that_never_ends(impatient: int, before: bytes) -> None:
    with socket.create_connection(("127.0.0.1", impatient), timeout=10) as connection:
        connection.sendall(before + b"GET / HTTP/1.1\r\nHost: ")
        connection.settimeout(0.1)
        heard = b""
        for _ in range(100):  # a letter now and then
            try:
                found = connection.recv(1000)
            except TimeoutError:
                with suppress(ConnectionError):
                    connection.sendall(b"a")
                continue
            except ConnectionResetError:  # it was closed while a letter was on its way
                break
            heard += found
            if not found:
                break
        else:
            pytest.fail("the connection is still open")
    assert heard.count(b"200 OK") == before.count(b"GET")


def ask(connection: socket.socket) -> bytes:
    """The first line of the answer on a connection; empty if it was closed."""
    with suppress(ConnectionError):
        connection.sendall(REQUEST)
        return connection.recv(1000).partition(b"\r\n")[0]
    return b""


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a server that holds eight connections, and six of one address."""
    protocol = connection_count.H11Protocol
    for name in ("connection_made", "handle_websocket_upgrade"):
        monkeypatch.setattr(protocol, name, getattr(protocol, name))  # puts it back at the end
    connection_count.limit(RESERVE + 8)
    with serving() as port:
        yield port


def test_one_address_leaves_room_for_others(crowded: int) -> None:
    def connect(address: str) -> socket.socket:
        return stack.enter_context(
            socket.create_connection(("127.0.0.1", crowded), timeout=10, source_address=(address, 0))
        )

    with ExitStack() as stack:
        first = [connect("127.0.0.1") for _ in range(6)]
        assert all(b"200" in ask(connection) for connection in first)
        assert ask(connect("127.0.0.1")) == b""
        assert [b"200" in ask(connect("127.0.0.2")) for _ in range(3)] == [True, True, False]
        first[0].close()
        for _ in range(100):  # the server learns of it in a moment
            if b"200" in ask(connect("127.0.0.1")):
                break
            time.sleep(0.05)
        else:
            pytest.fail("a place that is free again is not given")


@pytest.mark.parametrize(("others", "admitted"), [(2, True), (3, False)])
def test_websocket_takes_four_files(
    crowded: int, others: int, admitted: bool, caplog: pytest.LogCaptureFixture
) -> None:
    upgrade = b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
    request = REQUEST[:-2] + upgrade + base64.b64encode(bytes(16)) + b"\r\n\r\n"
    with ExitStack() as stack:
        connections = [
            stack.enter_context(socket.create_connection(("127.0.0.1", crowded), timeout=10)) for _ in range(others + 1)
        ]
        assert all(b"200" in ask(connection) for connection in connections[1:])
        answer = b""
        with suppress(ConnectionError):
            connections[0].sendall(request)
            answer = connections[0].recv(1000)
        assert answer.startswith(b"HTTP/1.1 101") == admitted
        assert bool(answer) == admitted
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize(
    "head",
    [b"GET / HTTP/1.1\r\nContent-Length: 5", b"POST / HTTP/1.1", b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked"],
)
def test_websocket_with_a_body(crowded: int, head: bytes) -> None:
    request = head + b"\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    with socket.create_connection(("127.0.0.1", crowded), timeout=10) as connection:
        connection.sendall(request + b"Sec-WebSocket-Key: " + base64.b64encode(bytes(16)) + b"\r\n\r\n")
        heard = b""
        while found := connection.recv(1000):  # until it is closed
            heard += found
    assert heard.startswith(b"HTTP/1.1 400")


def test_bad_requests_are_said_now_and_then(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("uvicorn.error")
    before = list(log.filters)

    async def begin() -> None:
        connection_count.say_briefly(asyncio.get_running_loop())

    try:
        asyncio.run(begin())
        with caplog.at_level(logging.WARNING, logger="uvicorn.error"):
            for _ in range(5):
                log.warning("Invalid HTTP request received.")
                log.warning("another thing")
    finally:
        log.filters[:] = before
    said = [record.getMessage() for record in caplog.records]
    assert said.count("Invalid HTTP request received.") == 1
    assert said.count("another thing") == 5


def test_files_that_are_all_open_are_said_in_a_line(caplog: pytest.LogCaptureFixture) -> None:
    async def happen() -> None:
        loop = asyncio.get_running_loop()
        connection_count.say_briefly(loop)
        for _ in range(3):
            loop.call_exception_handler({"message": OUT_OF_FILES, "exception": OSError(24, "Too many open files")})
        loop.call_exception_handler({"message": "another thing", "exception": ValueError("of which all is said")})

    with caplog.at_level(logging.WARNING):
        asyncio.run(happen())
    assert [record.getMessage().partition(".")[0] for record in caplog.records] == [
        "Too many files are open for more connections",
        "another thing",
    ]
    assert caplog.records[0].exc_info is None
