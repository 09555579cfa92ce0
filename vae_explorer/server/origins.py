"""Whether a request was sent by one of this server's pages, and not by another site that the visitor has open."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

# A WebSocket that is closed before it was accepted is answered with 403.
CLOSE = {"type": "websocket.close", "code": 1008, "reason": "Only this app's own pages may connect."}


def is_own_page(headers: Headers, listed: Collection[str] | None = None) -> bool:
    """What the browser says: `Sec-Fetch-Site` where it sends that, on https and localhost, else `Origin`.

    Browsers send `Origin` with every POST and with every WebSocket; a request with neither did not come from a page.

    Args:
        listed: origins of this app as visitors see them, where a proxy tells the server another `Host` than theirs;
            by default those of Streamlit's setting `server.corsAllowedOrigins`.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin", "")
    if listed is None:
        listed = st.get_option("server.corsAllowedOrigins")
    try:
        netloc = urlsplit(origin).netloc
    except ValueError:  # no address at all, such as `http://[`
        return False
    return netloc != "" and (netloc == headers.get("host") or origin in {each.strip().rstrip("/") for each in listed})


class OwnSockets:
    """Middleware that refuses the WebSockets of other sites before Streamlit sees them.

    To find out whether an unknown origin is its own external address, Streamlit asks a service in the internet, and
    all visitors wait: for two seconds where no answer comes. It does so for an origin that is listed, too, so those
    that may pass are given the origin that Streamlit knows without asking. A client that is no browser names none.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "websocket" else Headers()
        if "origin" in headers:
            if not is_own_page(headers):
                await receive()  # the request to connect
                await send(CLOSE)
                return
            own = f"http://{headers.get('host', '')}".encode("latin-1")
            others = [(name, value) for name, value in scope["headers"] if name != b"origin"]
            scope = {**scope, "headers": [*others, (b"origin", own)]}
        await self.app(scope, receive, send)
