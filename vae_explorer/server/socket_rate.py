"""Limits on what comes through a WebSocket: how fast, and of which kind."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from vae_explorer.server.bucket import Bucket

# A page sends a message when its visitor goes to another page or model: nobody does that ten times a second for long.
AT_ONCE = 60
PER_SECOND = 10

# The same for all pages of one address, which may be that of a proxy with a class behind it: these wait for each other.
AT_ONCE_OF_ONE = 200
PER_SECOND_OF_ONE = 100
# And pages that connect from there; each has a session, which is kept for half a minute when it has gone.
SOCKETS_AT_ONCE = 200
SOCKETS_PER_SECOND = 5
MOST_ADDRESSES = 1000

# Seconds until a message that waits is looked at again.
WAIT_S = 0.05

# Seconds until the first message of a page, which sends it as soon as it is connected.
LONGEST_SILENCE_S = 20

CLOSE: Message = {"type": "websocket.close", "code": 1008, "reason": "More messages than a visitor can cause."}
GONE: Message = {"type": "websocket.disconnect", "code": 1008}
SILENT: Message = {"type": "websocket.close", "code": 1008, "reason": "No message came."}
CROWDED: Message = {"type": "websocket.close", "code": 1013, "reason": "Too many pages connect from one address."}
FOREIGN: Message = {"type": "websocket.close", "code": 1007, "reason": "Not a message of this app's page."}


class LimitedSockets:
    """Middleware that closes a WebSocket which sends more than a hand can cause; each message costs everybody's time.

    A page that was closed so connects again by itself, and goes on.

    Args:
        at_once: messages that may come at once, after a pause.
        per_second: messages a second in the long run.
        longest_silence_s: seconds that its first message may take.
    """

    def __init__(
        self,
        app: ASGIApp,
        at_once: int = AT_ONCE,
        per_second: float = PER_SECOND,
        longest_silence_s: float = LONGEST_SILENCE_S,
    ) -> None:
        self.app = app
        self._longest_silence_s = longest_silence_s
        self._at_once = at_once
        self._per_second = per_second
        self._of_addresses: OrderedDict[str, tuple[Bucket, Bucket]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        own = Bucket(self._at_once, self._per_second)
        sockets, messages = self._of_address(scope)
        if not sockets.take():
            await send(CROWDED)
            return
        is_closed = has_begun = False

        async def first_message() -> Message:
            try:
                return await asyncio.wait_for(receive(), self._longest_silence_s)
            except TimeoutError:
                return SILENT

        async def limited_receive() -> Message:
            nonlocal is_closed, has_begun
            message = await (receive() if has_begun else first_message())
            has_begun = has_begun or message["type"] == "websocket.receive"
            if message is SILENT:
                is_closed = True
                await send(SILENT)
                return GONE
            if is_closed or message["type"] != "websocket.receive":
                return message
            is_known = _is_known(message)
            if is_known and own.take():
                while not messages.take():
                    await asyncio.sleep(WAIT_S)
                return message
            is_closed = True
            await send(CLOSE if is_known else FOREIGN)
            return GONE

        async def send_while_open(message: Message) -> None:
            if not is_closed:
                await send(message)

        await self.app(scope, limited_receive, send_while_open)

    def _of_address(self, scope: Scope) -> tuple[Bucket, Bucket]:
        """For sockets and for messages."""
        address = (scope.get("client") or ("",))[0]
        if address not in self._of_addresses:
            messages = Bucket(AT_ONCE_OF_ONE, PER_SECOND_OF_ONE)
            self._of_addresses[address] = Bucket(SOCKETS_AT_ONCE, SOCKETS_PER_SECOND), messages
        self._of_addresses.move_to_end(address)
        if len(self._of_addresses) > MOST_ADDRESSES:
            self._of_addresses.popitem(last=False)
        return self._of_addresses[address]


def _is_known(message: Message) -> bool:
    """Whether Streamlit can read it; what it cannot read would be a traceback in the log."""
    try:
        BackMsg.FromString(message.get("bytes") or b"\xff")
    except DecodeError:
        return False
    return True
