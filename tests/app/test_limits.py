"""What one visitor may take of the server: messages, bodies, connections, open files."""

from __future__ import annotations

import asyncio
import resource
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.server import COMMAND, Server, serve
from vae_explorer.server import slow_connections
from vae_explorer.server.bodies import BoundedBodies
from vae_explorer.server.socket_rate import AT_ONCE, AT_ONCE_OF_ONE, CLOSE, FOREIGN, LimitedSockets

RERUN = BackMsg(rerun_script={"query_string": ""}).SerializeToString()


def page(server: Server) -> ClientConnection:
    url = server.url.replace("http:", "ws:")
    return connect(f"{url}/_stcore/stream", origin=server.url, subprotocols=["streamlit"], max_size=None)  # type: ignore[arg-type, list-item]


def test_page_that_sends_more_than_a_hand_can_cause(server: Server) -> None:
    start = server.log_size()
    with page(server) as socket_:
        with suppress(ConnectionClosed):
            for _ in range(1000):
                socket_.send(RERUN)
            while True:
                socket_.recv(timeout=30)
        said = socket_.protocol.close_rcvd
    assert said is not None
    assert (said.code, said.reason) == (CLOSE["code"], CLOSE["reason"])
    with page(server) as other:  # the server goes on
        other.send(RERUN)
        assert other.recv(timeout=30)
    assert server.log(start) == ""


def test_page_that_sends_what_a_hand_can_cause(server: Server) -> None:
    with page(server) as socket_:
        for _ in range(AT_ONCE):
            socket_.send(RERUN)
        time.sleep(0.5)
        socket_.send(RERUN)
        assert socket_.recv(timeout=30)
        socket_.ping().wait(30)


def test_sockets_of_one_address_together() -> None:
    """Each sends what a hand can cause, and there are more of them than people behind one proxy."""
    let_through: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] == "websocket.receive":
            let_through.append(scope["client"][0])

    limited = LimitedSockets(app)

    async def visit(address: str) -> list[Message]:
        coming = iter([{"type": "websocket.receive", "bytes": RERUN}] * AT_ONCE + [{"type": "websocket.disconnect"}])
        sent: list[Message] = []

        async def receive() -> Message:
            return next(coming)

        async def send(message: Message) -> None:
            sent.append(message)

        await limited({"type": "websocket", "client": (address, 1)}, receive, send)
        return sent

    async def visits(address: str, count: int) -> list[Message]:
        return [message for _ in range(count) for message in await visit(address)]

    within = AT_ONCE_OF_ONE // AT_ONCE
    assert asyncio.run(visits("10.0.0.1", within)) == []
    assert asyncio.run(visits("10.0.0.1", 5)) == [CLOSE] * 5
    assert asyncio.run(visits("10.0.0.2", 1)) == []
    assert AT_ONCE_OF_ONE <= let_through.count("10.0.0.1") < AT_ONCE_OF_ONE + AT_ONCE
    assert let_through.count("10.0.0.2") == AT_ONCE


LARGE = 64 * 2**20


async def answer_when_whole(scope: Scope, receive: Receive, send: Send) -> None:
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


def status_of(bodies: BoundedBodies, parts: list[Message], pause_s: float = 0) -> Any:
    """What a request with these parts is answered with."""

    async def request() -> int:
        coming = iter(parts)
        sent: list[Message] = []

        async def receive() -> Message:
            await asyncio.sleep(pause_s)
            part = next(coming, None)
            return await asyncio.Future() if part is None else part

        async def send(message: Message) -> None:
            sent.append(message)

        await bodies({"type": "http", "method": "POST", "path": "/"}, receive, send)
        return int(sent[0]["status"])

    return asyncio.run(request())


def part(size: int, more: bool) -> Message:
    return {"type": "http.request", "body": b"a" * size, "more_body": more}


def test_body_that_does_not_arrive() -> None:
    bodies = BoundedBodies(answer_when_whole, longest_s=0.05)
    assert status_of(bodies, [part(10, more=True)]) == 408


def test_bodies_that_are_too_much_together() -> None:
    bodies = BoundedBodies(answer_when_whole, most_bytes=100, free_bytes=0)
    assert status_of(bodies, [part(60, more=True), part(60, more=True)]) == 503
    for _ in range(3):  # none of it is counted any more
        assert status_of(bodies, [part(60, more=True), part(40, more=False)]) == 200


def test_one_address_leaves_room_for_others_and_for_what_is_small() -> None:
    bodies = BoundedBodies(answer_when_whole, most_bytes_of_one=100, free_bytes=10)
    assert status_of(bodies, [part(60, more=True), part(60, more=True)]) == 503
    bodies._held["other"] = 10**9  # all that there is, for a request that has not come to its end
    assert status_of(bodies, [part(10, more=False)]) == 200
    assert status_of(bodies, [part(11, more=False)]) == 503


def test_nothing_is_uploaded(server: Server) -> None:
    request = urllib.request.Request(f"{server.url}/_stcore/upload_file/a/b", b"body", method="PUT")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 403
    assert refused.value.read() == b"This app takes no uploads."
    refused.value.close()


@pytest.mark.parametrize("message", ["text", b"\xff" * 50, b""], ids=["text", "bytes", "nothing"])
def test_message_that_is_none(server: Server, message: str | bytes) -> None:
    start = server.log_size()
    with page(server) as socket_:
        socket_.send(message)
        with suppress(ConnectionClosed):
            while True:
                socket_.recv(timeout=30)
        said = socket_.protocol.close_rcvd
    assert said is not None
    assert said.code == FOREIGN["code"]
    assert server.log(start) == ""


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
                connection.sendall(b"a")
                continue
            heard += found
            if not found:
                break
        else:
            pytest.fail("the connection is still open")
    assert heard.count(b"200 OK") == before.count(b"GET")


def test_limit_of_open_files_is_raised(tmp_path: Path) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    command = ["sh", "-c", 'ulimit -S -n 256; exec "$@"', "sh", *COMMAND]
    with serve(tmp_path, command=command) as server:
        limits = Path(f"/proc/{server.pid}/limits").read_text()
        (line,) = (line for line in limits.splitlines() if line.startswith("Max open files"))
        assert int(line.split()[3]) == min(hard, 8192)
        assert "open at once" not in server.log()


def test_limit_of_open_files_that_is_low_is_said(tmp_path: Path) -> None:
    command = ["sh", "-c", 'ulimit -n 256; exec "$@"', "sh", *COMMAND]
    with serve(tmp_path, command=command) as server:
        assert "Only 256 files may be open at once here, enough for about 32 visitors." in server.log()
