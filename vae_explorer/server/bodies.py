"""Bodies of requests: read up to a limit, each in a limited time, and all together in limited memory."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A body of the largest kind, the frames of a GIF, has 5 MB, and takes seconds on a slow network.
LONGEST_S = 30
MOST_BYTES = 64 * 2**20
# Of one address, which may be that of a proxy with a class behind it; and what each may have beside it, so that what a
# session keeps arrives whatever others send.
MOST_BYTES_OF_ONE = 32 * 2**20
FREE_BYTES = 64 * 2**10

# Streamlit keeps what is sent there in memory for any session; the app has nothing to upload.
UPLOADS = "/_stcore/upload_file"

TEXT = {
    "slow": "The request did not arrive within {seconds} seconds. Try again.",
    "uploads": "This app takes no uploads.",
    "busy": "The server is receiving too much at once. Try again in a moment.",
}


async def read(request: Request, most: int) -> bytes | None:
    """The body, or None once it has more than `most` bytes, whatever its header claims."""
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > most:
            return None
    return bytes(parts)


async def json_object(request: Request, most: int) -> dict[str, Any] | None:
    """The JSON object of a request, or None if it is anything else or too long."""
    body = await read(request, most)
    try:
        value = None if body is None else json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


class _RefusedError(Exception):
    """A body that is not read to its end."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        self.message = message


class BoundedBodies:
    """Middleware: a body that comes too slowly, or while too much is coming already, is answered and not read on.

    Args:
        longest_s: seconds that a body may take.
        most_bytes: of all bodies whose requests are not answered yet; they are in memory until then.
        most_bytes_of_one: the same of one address.
        free_bytes: of each that do not count.
    """

    def __init__(
        self,
        app: ASGIApp,
        longest_s: float = LONGEST_S,
        most_bytes: int = MOST_BYTES,
        most_bytes_of_one: int = MOST_BYTES_OF_ONE,
        free_bytes: int = FREE_BYTES,
    ) -> None:
        self.app = app
        self._longest_s = longest_s
        self._most_bytes = most_bytes
        self._most_bytes_of_one = most_bytes_of_one
        self._free_bytes = free_bytes
        self._held: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        if UPLOADS in scope["path"]:
            await PlainTextResponse(TEXT["uploads"], 403, {"Connection": "close"})(scope, receive, send)
            return
        deadline = time.monotonic() + self._longest_s
        address = (scope.get("client") or ("",))[0]
        received = held = 0
        is_whole = has_begun = False

        async def bounded_receive() -> Message:
            nonlocal received, held, is_whole
            if is_whole:  # what comes then is that the sender has left
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), max(0.0, deadline - time.monotonic()))
            except TimeoutError:
                raise _RefusedError(408, TEXT["slow"].format(seconds=self._longest_s)) from None
            received += len(message.get("body", b""))
            more = max(0, received - self._free_bytes) - held
            held += more
            self._held[address] += more
            is_too_much = self._held[address] > self._most_bytes_of_one or self._held.total() > self._most_bytes
            if more and is_too_much:
                raise _RefusedError(503, TEXT["busy"])
            is_whole = not message.get("more_body", False)
            return message

        async def noted_send(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, bounded_receive, noted_send)
        except _RefusedError as refused:
            if not has_begun:
                headers = {"Connection": "close", "Cache-Control": "no-store"}
                await PlainTextResponse(refused.message, refused.status, headers)(scope, receive, send)
        finally:
            self._held[address] -= held
            if self._held[address] <= 0:
                del self._held[address]
