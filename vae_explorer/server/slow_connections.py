"""Connections on which nothing moves: uvicorn has no limit for them, and each keeps a descriptor and a buffer."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

# From the beginning of a connection, or the end of an answer on it, to the next request with all its headers; and how
# long a reader may take nothing of an answer.
LONGEST_S = 20


def close_after(seconds: float = LONGEST_S) -> None:
    """Have uvicorn close connections that take longer. What moves is left alone."""
    begin, end = H11Protocol.connection_made, H11Protocol.on_response_complete
    H11Protocol.connection_made = _then(_then(begin, _watch_reader, seconds), _watch_start, seconds)  # type: ignore[method-assign]
    H11Protocol.on_response_complete = _then(end, _watch_start, seconds)  # type: ignore[method-assign]


def _then(
    method: Callable[..., None], watch: Callable[[H11Protocol, float], None], seconds: float
) -> Callable[..., None]:
    @functools.wraps(method)
    def watched(protocol: H11Protocol, *arguments: Any) -> None:
        method(protocol, *arguments)
        watch(protocol, seconds)

    return watched


def _watch_start(protocol: H11Protocol, seconds: float) -> None:
    """Close it unless another request has begun by then."""
    last = protocol.cycle

    def close() -> None:
        # A WebSocket has taken over the transport; another request has another cycle.
        if protocol.transport.get_protocol() is protocol and protocol.cycle is last:
            protocol.transport.close()

    protocol.loop.call_later(seconds, close)


def _watch_reader(protocol: H11Protocol, seconds: float, before: int = 0) -> None:
    """Drop it once its reader has taken nothing for so long; closing alone would wait for the reader."""

    def check() -> None:
        unsent = protocol.transport.get_write_buffer_size()
        if unsent and unsent == before:
            protocol.transport.abort()
        elif unsent or not protocol.transport.is_closing():
            _watch_reader(protocol, seconds, unsent)

    protocol.loop.call_later(seconds, check)
