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

from uvicorn.protocols.http.h11_impl import H11Protocol

# The server's own files, and those of its answers.
RESERVE = 60
# Of all connections, so that one computer cannot keep the others out; a class may share the address of a proxy.
SHARE_OF_ONE = 0.75

OUT_OF_FILES = "socket.accept() out of system resource"
SAY_AGAIN_S = 60

_LOG = logging.getLogger(__name__)


class ConnectionCount:
    """Counts connections by address; each is known by its transport, which outlives a change of protocols.

    Args:
        most: that may be open in all.
        most_of_one: that one address may have.
    """

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most = most
        self._most_of_one = most_of_one
        self._open: dict[str, set[asyncio.Transport]] = {}

    def admit(self, transport: asyncio.Transport) -> bool:
        """Count a new connection; False if it is one too many."""
        address = str((transport.get_extra_info("peername") or ("",))[0])
        if self._is_full(address):
            self._forget_closed()
            if self._is_full(address):
                return False
        self._open.setdefault(address, set()).add(transport)
        return True

    def _is_full(self, address: str) -> bool:
        of_one = len(self._open.get(address, ()))
        return of_one >= self._most_of_one or sum(map(len, self._open.values())) >= self._most

    def _forget_closed(self) -> None:
        still = {
            address: {transport for transport in transports if not transport.is_closing()}
            for address, transports in self._open.items()
        }
        self._open = {address: transports for address, transports in still.items() if transports}


def limit(files: int) -> None:
    """Have uvicorn close connections that are too many for a process that may have so many files open."""
    most = max(1, files - RESERVE)
    count = ConnectionCount(most, max(1, int(most * SHARE_OF_ONE)))
    begin = H11Protocol.connection_made

    @functools.wraps(begin)
    def connection_made(self: H11Protocol, transport: asyncio.Transport) -> None:
        if count.admit(transport):
            begin(self, transport)
        else:
            transport.set_protocol(asyncio.Protocol())
            transport.abort()

    H11Protocol.connection_made = connection_made  # type: ignore[method-assign]


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
            _LOG.warning("Too many files are open for more connections. For more, start it after: ulimit -n 8192")

    loop.set_exception_handler(handle)
