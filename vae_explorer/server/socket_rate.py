"""A limit on how fast one page may ask for runs of the app's script."""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A page sends a message when its visitor goes to another page or model: nobody does that ten times a second for long.
AT_ONCE = 60
PER_SECOND = 10

CLOSE: Message = {"type": "websocket.close", "code": 1008, "reason": "More messages than a visitor can cause."}
GONE: Message = {"type": "websocket.disconnect", "code": 1008}


class LimitedSockets:
    """Middleware that closes a WebSocket which sends more than a hand can cause; each message costs everybody's time.

    A page that was closed so connects again by itself, and goes on.

    Args:
        at_once: messages that may come at once, after a pause.
        per_second: messages a second in the long run.
    """

    def __init__(self, app: ASGIApp, at_once: int = AT_ONCE, per_second: float = PER_SECOND) -> None:
        self.app = app
        self._at_once = at_once
        self._per_second = per_second

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        left = float(self._at_once)
        counted = time.monotonic()
        is_closed = False

        async def limited_receive() -> Message:
            nonlocal left, counted, is_closed
            message = await receive()
            if is_closed or message["type"] != "websocket.receive":
                return message
            now = time.monotonic()
            left = min(self._at_once, left + (now - counted) * self._per_second) - 1
            counted = now
            if left >= 0:
                return message
            is_closed = True
            await send(CLOSE)
            return GONE

        async def send_while_open(message: Message) -> None:
            if not is_closed:
                await send(message)

        await self.app(scope, limited_receive, send_while_open)
