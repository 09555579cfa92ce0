"""Connections on which no request comes: uvicorn has no limit for them, and each keeps a descriptor."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

# From the beginning of a connection, or the end of an answer on it, to the next request with all its headers.
LONGEST_S = 20


def close_after(seconds: float = LONGEST_S) -> None:
    """Have uvicorn close connections that take longer. What is under way then is left alone."""
    H11Protocol.connection_made = _watched(H11Protocol.connection_made, seconds)  # type: ignore[method-assign]
    H11Protocol.on_response_complete = _watched(H11Protocol.on_response_complete, seconds)  # type: ignore[method-assign]


def _watched(begin: Callable[..., None], seconds: float) -> Callable[..., None]:
    @functools.wraps(begin)
    def watched(protocol: H11Protocol, *arguments: Any) -> None:
        begin(protocol, *arguments)
        protocol.loop.call_later(seconds, _close_if_idle, protocol, protocol.cycle)

    return watched


def _close_if_idle(protocol: H11Protocol, last: object) -> None:
    # A WebSocket has taken over the transport; another request has another cycle.
    if protocol.transport.get_protocol() is protocol and protocol.cycle is last:
        protocol.transport.close()
