"""What one visitor may take of the server: messages, bodies, connections, open files."""

from __future__ import annotations

import asyncio
import resource
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.server import COMMAND, Server, serve
from vae_explorer.server.bodies import BoundedBodies
from vae_explorer.server.socket_frames import MOST_BYTES
from vae_explorer.server.socket_rate import (
    AT_ONCE,
    AT_ONCE_OF_ONE,
    CLOSE,
    CROWDED,
    FOREIGN,
    SILENT,
    SOCKETS_AT_ONCE,
    LimitedSockets,
)

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
    """There are more of them than people behind one proxy: their messages wait for each other, and none is lost."""
    let_through: list[str] = []
    count = 2 * AT_ONCE_OF_ONE // AT_ONCE

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] == "websocket.receive":
            let_through.append(scope["client"][0])

    limited = LimitedSockets(app)

    async def visit(address: str) -> list[Message]:
        coming = iter([{"type": "websocket.receive", "bytes": RERUN}] * AT_ONCE + [{"type": "websocket.disconnect"}])
        sent: list[Message] = []

        async def receive() -> Message:
            await asyncio.sleep(0)
            return next(coming)

        async def send(message: Message) -> None:
            sent.append(message)

        await limited({"type": "websocket", "client": (address, 1)}, receive, send)
        return sent

    async def visits() -> list[Message]:
        crowd = [asyncio.create_task(visit("10.0.0.1")) for _ in range(count)]
        assert await visit("10.0.0.2") == []
        assert let_through.count("10.0.0.1") <= AT_ONCE_OF_ONE + 10  # they are still waiting
        return [message for each in crowd for message in await each]

    assert asyncio.run(visits()) == []
    assert let_through.count("10.0.0.1") == count * AT_ONCE
    assert let_through.count("10.0.0.2") == AT_ONCE


def test_sockets_that_are_opened_without_end() -> None:
    opened: list[str] = []

    async def app(scope: Scope, _: Receive, __: Send) -> None:
        opened.append(scope["client"][0])

    limited = LimitedSockets(app)

    async def connect(address: str) -> list[Message]:
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "websocket.connect"}

        async def send(message: Message) -> None:
            sent.append(message)

        await limited({"type": "websocket", "client": (address, 1)}, receive, send)
        return sent

    async def connects() -> list[list[Message]]:
        return [await connect("10.0.0.1") for _ in range(SOCKETS_AT_ONCE + 50)]

    answers = asyncio.run(connects())
    assert answers[:SOCKETS_AT_ONCE] == [[]] * SOCKETS_AT_ONCE
    assert answers[-1] == [CROWDED]
    assert asyncio.run(connect("10.0.0.2")) == []


def closing_code(socket_: ClientConnection) -> int:
    """Waits until the server closes the socket."""
    with suppress(ConnectionClosed):
        while True:
            socket_.recv(timeout=30)
    said = socket_.protocol.close_rcvd
    return 1006 if said is None else said.code  # 1006: closed without a word


def test_message_that_is_too_long_for_any_page(server: Server) -> None:
    start = server.log_size()
    with page(server) as socket_:
        with suppress(ConnectionClosed):
            socket_.send(BackMsg(rerun_script={"query_string": "a" * MOST_BYTES}).SerializeToString())
        assert closing_code(socket_) == 1009
    with page(server) as socket_:
        with suppress(ConnectionClosed):
            socket_.send(bytes(1000) for _ in range(MOST_BYTES // 1000 + 1))  # in parts, of which none is the last
        assert closing_code(socket_) in (1006, 1009)
    assert server.log(start) == ""


@pytest.mark.parametrize("frame", ["ping", "pong"])
def test_frames_that_are_no_messages(server: Server, frame: str) -> None:
    start = server.log_size()
    with page(server) as socket_:
        socket_.send(RERUN)
        with suppress(ConnectionClosed):
            for number in range(2000):
                getattr(socket_, frame)(str(number))
        assert closing_code(socket_) == 1006
    with page(server) as other:  # the server goes on
        other.send(RERUN)
        assert other.recv(timeout=30)
        other.ping().wait(30)
    assert server.log(start) == ""


def test_socket_on_which_nothing_comes() -> None:
    sent: list[Message] = []
    heard: list[Message] = []

    async def app(_: Scope, receive: Receive, __: Send) -> None:
        heard.extend([await receive(), await receive()])

    async def visit() -> None:
        coming = iter([{"type": "websocket.connect"}])

        async def receive() -> Message:
            message = next(coming, None)
            return await asyncio.Future() if message is None else message

        async def send(message: Message) -> None:
            sent.append(message)

        await LimitedSockets(app, longest_silence_s=0.05)({"type": "websocket", "client": ("a", 1)}, receive, send)

    asyncio.run(visit())
    assert sent == [SILENT]
    assert [message["type"] for message in heard] == ["websocket.connect", "websocket.disconnect"]


async def answer_when_whole(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
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
