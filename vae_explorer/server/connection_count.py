"""How many connections the server holds, in all and of one address.

At the limit of the system's files nobody else gets in, and asyncio logs a traceback for each attempt, hundreds of
megabytes an hour. Here the newest are closed before that.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

# The server's own files, and those of its answers.
RESERVE = 60
# Of all, so that one computer cannot keep the others out; a class may share the address of a proxy.
SHARE_OF_ONE = 0.75
# Files that a connection takes; a WebSocket has a session with three more.
OF_REQUESTS = 1
OF_SOCKET = 4

WITH_BODY = {b"content-length", b"transfer-encoding"}

TEXT = {
    "body": "A WebSocket begins with a GET without a body.",
    "files": "Too many files are open for more connections. For more, start it after: ulimit -n 8192",
}

OUT_OF_FILES = "socket.accept() out of system resource"
BAD_REQUEST = ("Invalid HTTP request received.", "Unsupported upgrade request.")
SAY_AGAIN_S = 60

_LOG = logging.getLogger(__name__)


class ConnectionCount:
    """Counts the files of connections by address; each is known by its transport, which outlives a change of protocols.

    Args:
        most: files that all may take.
        most_of_one: files that those of one address may take.
    """

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most = most
        self._most_of_one = most_of_one
        self._files: dict[str, dict[asyncio.BaseTransport, int]] = {}

    def admit(self, transport: asyncio.BaseTransport, files: int) -> bool:
        """Count a connection, or count it anew; False if it takes too many."""
        address = str((transport.get_extra_info("peername") or ("",))[0])
        if self._is_full(address, transport, files):
            self._forget_closed()
            if self._is_full(address, transport, files):
                return False
        self._files.setdefault(address, {})[transport] = files
        return True

    def _is_full(self, address: str, transport: asyncio.BaseTransport, files: int) -> bool:
        own = self._files.get(address, {})
        more = files - own.get(transport, 0)
        all_of_them = sum(sum(each.values()) for each in self._files.values())
        return sum(own.values()) + more > self._most_of_one or all_of_them + more > self._most

    def _forget_closed(self) -> None:
        still = {
            address: {transport: files for transport, files in each.items() if not transport.is_closing()}
            for address, each in self._files.items()
        }
        self._files = {address: each for address, each in still.items() if each}


def limit(files: int) -> None:
    """Have uvicorn close connections that are too many for a process that may have so many files open."""
    most = max(1, files - RESERVE)
    count = ConnectionCount(most, max(1, int(most * SHARE_OF_ONE)))
    begin, upgrade = H11Protocol.connection_made, H11Protocol.handle_websocket_upgrade

    @functools.wraps(begin)
    def connection_made(self: H11Protocol, transport: asyncio.Transport) -> None:
        if count.admit(transport, OF_REQUESTS):
            begin(self, transport)
        else:
            transport.set_protocol(asyncio.Protocol())
            transport.abort()

    @functools.wraps(upgrade)
    def handle_websocket_upgrade(self: H11Protocol, event: h11.Request) -> None:
        if event.method != b"GET" or any(name in WITH_BODY for name, _ in self.headers):
            self.send_400_response(TEXT["body"])  # uvicorn would wait for the body for ever
        elif count.admit(self.transport, OF_SOCKET):
            upgrade(self, event)
        else:
            self.transport.abort()

    H11Protocol.connection_made = connection_made  # type: ignore[method-assign]
    H11Protocol.handle_websocket_upgrade = handle_websocket_upgrade  # type: ignore[method-assign]


def say_briefly(loop: asyncio.AbstractEventLoop) -> None:
    """One line a minute, instead of a traceback for each attempt, where connections come while no file is left."""
    before = loop.get_exception_handler()
    said = -float(SAY_AGAIN_S)

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        nonlocal said
        if context.get("message") != OUT_OF_FILES:
            (before or type(loop).default_exception_handler)(loop, context)
        elif time.monotonic() - said >= SAY_AGAIN_S:
            said = time.monotonic()
            _LOG.warning(TEXT["files"])

    loop.set_exception_handler(handle)
    logging.getLogger("uvicorn.error").addFilter(_Once(SAY_AGAIN_S))


class _Once(logging.Filter):
    """Lets uvicorn's warning about a bad request pass once in a while: anybody can cause thousands a second."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.msg not in BAD_REQUEST:
            return True
        now = time.monotonic()
        if now - self._said.get(record.msg, -self._seconds) < self._seconds:
            return False
        self._said[record.msg] = now
        return True
