"""A visitor without a browser: sends what a page sends, and waits for what it waits for."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.util import calc_hash
from websockets.asyncio.client import ClientConnection, connect

from vae_explorer.pages import PAGES


class VisitorGoneError(Exception):
    """The server has closed the connection."""


class Visitor:
    """One page in one tab, by its WebSocket and one connection for requests."""

    def __init__(self, url: str, model: str) -> None:
        self._url = url
        self._query = f"model={model}"
        self._page = ""
        self._component = ""
        self._props: dict[str, Any] = {}

    async def open(self) -> float:
        """Seconds until the page's view has its props."""
        parts = urlsplit(self._url)
        began = time.perf_counter()
        self._socket: ClientConnection = await connect(
            f"ws://{parts.netloc}/_stcore/stream", origin=self._url, subprotocols=["streamlit"], max_size=None
        )
        await self._connect()
        await self._run()
        return time.perf_counter() - began

    async def close(self) -> None:
        await self._socket.close()
        self._writer.close()

    async def commit(self, z: list[float]) -> float:
        """Seconds until the server has stored a code, as when a slider is let go or Random is clicked."""
        manifest = self._props["manifest"]
        padded = (z * manifest["latent_dim"])[: manifest["latent_dim"]]
        of = {"token": self._props["session"], "model": manifest["id"], "view": self._props["view"]}
        body = json.dumps({**of, "code": {"z": padded, "label": None}}).encode()
        began = time.perf_counter()
        answer = b""
        for _ in range(2):  # the server closes a connection on which nothing comes for 5 s; a browser opens another
            answer = await self._ask(body)
            if answer:
                break
            self._writer.close()
            await self._connect()
        if b" 204 " not in answer.partition(b"\r\n")[0]:
            raise VisitorGoneError(answer.partition(b"\r\n")[0].decode() or "no answer")
        return time.perf_counter() - began

    async def _ask(self, body: bytes) -> bytes:
        """The head of the answer; empty if the connection is closed."""
        head = f"POST /{self._props['sessionUrl']} HTTP/1.1\r\nHost: {urlsplit(self._url).netloc}\r\n"
        self._writer.write(f"{head}Origin: {self._url}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        try:
            return await self._reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return b""

    async def _connect(self) -> None:
        parts = urlsplit(self._url)
        self._reader, self._writer = await asyncio.open_connection(parts.hostname, parts.port)

    async def go(self, view: str) -> float:
        """Seconds until another page's view has its props."""
        self._page = view
        began = time.perf_counter()
        await self._run()
        return time.perf_counter() - began

    async def choose(self, model: str) -> float:
        """Seconds until the view has the props of another model."""
        event = json.dumps([{"event": "resume", "value": model}])
        events = f"$$STREAMLIT_INTERNAL_KEY_{self._component}__events"
        began = time.perf_counter()
        await self._run(WidgetState(id=events, json_trigger_value=event))
        return time.perf_counter() - began

    async def _run(self, *states: WidgetState) -> None:
        """Ask for a run of the script, and wait for its end."""
        message = BackMsg()
        message.rerun_script.query_string = self._query
        if self._page:
            message.rerun_script.page_script_hash = "" if self._page == PAGES[0].view else calc_hash(self._page)
            message.rerun_script.page_name = "" if self._page == PAGES[0].view else self._page
        message.rerun_script.widget_states.widgets.extend(states)
        await self._socket.send(message.SerializeToString())
        try:
            async for data in self._socket:
                heard = ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode())
                if heard.WhichOneof("type") == "delta":
                    self._note(heard)
                elif heard.WhichOneof("type") == "script_finished" and (
                    heard.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY  # else another run follows
                ):
                    return
        except OSError as error:
            raise VisitorGoneError(str(error)) from error
        raise VisitorGoneError("the WebSocket was closed")

    def _note(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        if element.WhichOneof("type") == "bidi_component":
            (props,) = json.loads(element.bidi_component.json)
            if "manifest" in props:  # the page's view; the list of models is a component, too
                self._component = element.bidi_component.id
                self._props = props
