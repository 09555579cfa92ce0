"""Changing what Streamlit answers, where it has no setting for it."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import Message, Send

# What Streamlit says of the body before it was changed.
OF_UNCHANGED = {b"content-length", b"etag", b"last-modified", b"accept-ranges"}


def changing(send: Send, kind: str, change: Callable[[bytes], bytes]) -> Send:
    """A `send` that changes the whole body of a good answer of this media type. It must not be compressed yet."""
    start: Message | None = None
    parts: list[bytes] = []

    async def changed(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start" and _is_good(message, kind):
            start = message
            return
        if start is not None:
            parts.append(message.get("body", b""))
            if message.get("more_body", False):
                return
            body = change(b"".join(parts))
            others = [(name, value) for name, value in start["headers"] if name.lower() not in OF_UNCHANGED]
            await send({**start, "headers": [*others, (b"content-length", str(len(body)).encode())]})
            start, message = None, {"type": "http.response.body", "body": body}
        await send(message)

    return changed


def _is_good(message: Message, kind: str) -> bool:
    return bool(message["status"] == 200) and Headers(raw=message["headers"]).get("content-type", "").startswith(kind)
