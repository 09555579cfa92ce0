"""The route by which a page tells what its session has to remember.

    POST vx/session    {"token": …, "model": id, "view": name, "code": {"z": […], "label": …}, "settings": {…}}

Streamlit's own way is a run of the app's script for each change, which takes a thread, many times the time, and an
answer that the page has no use for: it shows the change already.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vae_explorer.server import bodies
from vae_explorer.server.origins import is_own_page
from vae_explorer.server.routes import root_path

SESSION_URL = "vx/session"

# A code has up to a few hundred numbers.
MAX_BODY_BYTES = 64 * 2**10

TEXT = {
    "foreign": "Only this app's own page may change a session.",
    "bad": "The request was not understood. Reload the page.",
    "gone": "The server does not know this session any more. Reload the page.",
}

# Stores what a page sent under its session's token; False if there is no such session.
Store = Callable[[str, dict[str, Any]], bool]


def session_route(base_path: str, store: Store) -> Route:
    """The route under `base_path`, Streamlit's `server.baseUrlPath`; it must come before those of `routes.py`."""

    async def answer(request: Request) -> Response:
        if not is_own_page(request.headers):
            return _error(403, "foreign")
        sent = await bodies.json_object(request, MAX_BODY_BYTES)
        if sent is None or not isinstance(sent.get("token"), str):
            return _error(400, "bad")
        return Response(status_code=204) if store(sent["token"], sent) else _error(404, "gone")

    root = root_path(base_path)
    return Route(f"{root}/{SESSION_URL}", answer, methods=["POST"])


def _error(status: int, reason: str) -> Response:
    return JSONResponse({"message": TEXT[reason]}, status_code=status, headers={"Cache-Control": "no-store"})
