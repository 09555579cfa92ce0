"""What a WebSocket may send below its messages: their size, and frames that are none.

uvicorn hands whole messages on, and answers the rest by itself, so that `LimitedSockets` never sees it. A message may
come in parts, which are in memory until the last; and a flood of pings or empty parts keeps everybody waiting.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from vae_explorer.server.bucket import Bucket

# The longest that a page sends has some ten kilobytes; one with the longest address that a server takes, 64.
MOST_BYTES = 128 * 2**10

# A browser sends a pong every half minute, and no message in parts.
AT_ONCE = 100
PER_SECOND = 10

_buckets: WeakKeyDictionary[WebSocketsSansIOProtocol, Bucket] = WeakKeyDictionary()


def limit(most_bytes: int = MOST_BYTES, at_once: float = AT_ONCE, per_second: float = PER_SECOND) -> None:
    """Have uvicorn close WebSockets that send longer messages, or more pings, pongs and parts."""
    protocol = WebSocketsSansIOProtocol
    begin = protocol.connection_made

    @functools.wraps(begin)
    def connection_made(self: WebSocketsSansIOProtocol, transport: asyncio.BaseTransport) -> None:
        self.conn.max_message_size = most_bytes
        _buckets[self] = Bucket(at_once, per_second)
        begin(self, transport)

    protocol.connection_made = connection_made  # type: ignore[method-assign]
    for name in ("handle_ping", "handle_pong", "handle_cont"):
        setattr(protocol, name, _counted(getattr(protocol, name)))


def _counted(handle: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(handle)
    def counted(self: WebSocketsSansIOProtocol, *arguments: Any) -> None:
        if self.transport.is_closing():
            return  # the rest of what came with the last
        if _buckets[self].take():
            handle(self, *arguments)
        else:
            self.transport.abort()

    return counted
