"""A network between browser and server that spoils the first answer for a file, and is whole again afterwards.

Playwright can change answers as well, but switches the browser's cache off to do so; here the browser may keep what was
spoiled.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from tests.server import Server, free_port

CUT = b"const cut = "  # whole by its headers, and no module


@contextmanager
def weak_network(server: Server, file: str, kind: str) -> Iterator[str]:
    """The address of the app behind that network, until the block ends.

    Args:
        file: the end of the path of what is spoiled once.
        kind: its media type.
    """
    there = ("127.0.0.1", urlsplit(server.url).port or 80)
    spoiled = threading.Event()

    def serve(visitor: socket.socket) -> None:
        with visitor, suppress(OSError):
            head = _head(visitor)
            path = head.split(b" ", 2)[1].decode() if head else ""
            if path.endswith(file) and not spoiled.is_set():
                spoiled.set()
                visitor.sendall(_immutable(CUT, kind))
            elif head:
                with socket.create_connection(there) as upstream:
                    upstream.sendall(_one_request_only(head))
                    threading.Thread(target=_copy, args=(visitor, upstream), daemon=True).start()
                    _copy(upstream, visitor)

    with socket.create_server(("127.0.0.1", free_port())) as door:

        def listen() -> None:
            with suppress(OSError):  # the block has ended
                while True:
                    threading.Thread(target=serve, args=door.accept()[:1], daemon=True).start()

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        door.shutdown(socket.SHUT_RDWR)


def _head(visitor: socket.socket) -> bytes:
    """What has come of a request once its head is whole; nothing if it never is."""
    found = b""
    while b"\r\n\r\n" not in found:
        part = visitor.recv(2**16)
        if not part:
            return b""
        found += part
    return found


def _one_request_only(head: bytes) -> bytes:
    """So that each request comes through a connection of its own; a WebSocket keeps its `Connection: Upgrade`."""
    return head.replace(b"Connection: keep-alive", b"Connection: close", 1)


def _immutable(body: bytes, kind: str) -> bytes:
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: public, max-age=31536000, immutable\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(2**16):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
