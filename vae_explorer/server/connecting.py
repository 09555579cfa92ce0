"""What a page does before Streamlit has connected, and while it has no connection."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import partial

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from vae_explorer.server.changed_body import changing
from vae_explorer.server.frontend import SHELL, bundles_of, frontend_url

HOST_CONFIG = "/_stcore/host-config"

NOT_FOR_CHANGED = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}


class Connecting:
    """Middleware that adds to the index page what Streamlit's has not, and has Streamlit show no dialogs.

    The page is told the bundles of its view, so that they come while Streamlit starts. `frontend/connection.js`, in the
    first of them, says in a sentence why a page does not connect, instead of a grey page. `blockErrorDialogs` is what
    Streamlit has for sites that show errors by themselves; its dialog asks about the internet, and is in the way of a
    view that works.

    Args:
        first: the view at the app's own address.
        always: what every page has besides its view.
    """

    def __init__(self, app: ASGIApp, first: str, always: Sequence[str] = ()) -> None:
        self.app = app
        self._first = first
        self._always = always

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
        elif scope["path"].endswith(HOST_CONFIG):
            await self.app(_plain(scope), receive, changing(send, "application/json", _without_dialogs))
        elif "text/html" not in Headers(scope=scope).get("accept", ""):
            await self.app(scope, receive, send)
        elif b"//" in scope["raw_path"]:
            # What a page loads has addresses relative to its own, and there is nothing below an empty name.
            await RedirectResponse(_without_empty_names(scope))(scope, receive, send)
        else:
            view = scope["path"].rpartition("/")[2]
            bundles = bundles_of(*self._always, view if bundles_of(view) else self._first)
            await self.app(_plain(scope), receive, changing(send, "text/html", partial(_with_scripts, bundles)))


def _plain(scope: Scope) -> Scope:
    """The request, for the whole answer, uncompressed; both have a few kilobytes."""
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name not in NOT_FOR_CHANGED]}


def _without_empty_names(scope: Scope) -> str:
    """The address that was asked for, with single slashes."""
    path = re.sub("/{2,}", "/", scope["raw_path"].decode("latin-1"))
    return f"{path}?{scope['query_string'].decode('latin-1')}".rstrip("?")


def _without_dialogs(body: bytes) -> bytes:
    return json.dumps(json.loads(body) | {"blockErrorDialogs": True}).encode()


def _with_scripts(bundles: Sequence[str], body: bytes) -> bytes:
    folder = f"./{frontend_url()}"  # relative, as the addresses of Streamlit's own scripts are
    preloads = (f'<link rel="modulepreload" href="{folder}{path}">' for path in bundles)
    tags = f'<script type="module" src="{folder}{SHELL}"></script>{"".join(preloads)}</head>'
    return body.replace(b"</head>", tags.encode(), 1)
