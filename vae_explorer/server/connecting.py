"""What a page says while it has no connection: a sentence of ours instead of Streamlit's grey page or its dialog."""

from __future__ import annotations

import json

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from vae_explorer.server import routes
from vae_explorer.server.changed_body import changing

HOST_CONFIG = "/_stcore/host-config"
SCRIPT = "connection.js"


class Connecting:
    """Middleware that adds `frontend/connection.js` to the index page, and has Streamlit show no dialogs.

    Nothing else of ours is in a page before Streamlit has connected. `blockErrorDialogs` is what Streamlit has for
    sites that show errors by themselves; its dialog asks about the internet, and is in the way of a view that works.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
        elif scope["path"].endswith(HOST_CONFIG):
            await self.app(_plain(scope), receive, changing(send, "application/json", _without_dialogs))
        elif "text/html" in Headers(scope=scope).get("accept", ""):
            await self.app(_plain(scope), receive, changing(send, "text/html", _with_script))
        else:
            await self.app(scope, receive, send)


def _plain(scope: Scope) -> Scope:
    """The request, for an answer that Streamlit does not compress; both have a few kilobytes."""
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]}


def _without_dialogs(body: bytes) -> bytes:
    return json.dumps(json.loads(body) | {"blockErrorDialogs": True}).encode()


def _with_script(body: bytes) -> bytes:
    # Relative, as the addresses of Streamlit's own scripts are.
    tag = f'<script type="module" src="./{routes.frontend_url()}{SCRIPT}"></script></head>'
    return body.replace(b"</head>", tag.encode(), 1)
