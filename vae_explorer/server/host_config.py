"""What Streamlit's frontend is told about the site around it."""

from __future__ import annotations

import json

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATH = "/_stcore/host-config"


class QuietReconnect:
    """Middleware: no dialog that asks about the internet while the server is away; the page waits and goes on.

    `blockErrorDialogs` is what Streamlit has for a site that shows errors by itself; here the views go on working
    without the server, and a line at the top says that the page is connecting.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].endswith(PATH):
            await self.app(scope, receive, send)
            return
        start: Message = {}
        parts: list[bytes] = []

        async def send_changed(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body", False):
                return
            body = b"".join(parts)
            if start["status"] == 200 and scope["method"] == "GET":
                body = json.dumps(json.loads(body) | {"blockErrorDialogs": True}).encode()
                others = [(name, value) for name, value in start["headers"] if name != b"content-length"]
                start["headers"] = [*others, (b"content-length", str(len(body)).encode())]
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, send_changed)
