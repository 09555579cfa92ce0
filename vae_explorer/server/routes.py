"""The routes for what Streamlit does not serve: the frontend, files of models, plotly.min.js.

Every address contains a hash or version of its content, so browsers may cache it for ever. An unknown address gets a
404 in plain text, where Streamlit would send its index page.
"""

from __future__ import annotations

import functools
import gzip
import importlib.metadata
import importlib.util
from collections.abc import Sequence
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from vae_explorer.catalog import training_sets, zoo
from vae_explorer.catalog.page_files import FILES_URL
from vae_explorer.server.frontend import FRONTEND_URL, current
from vae_explorer.server.gif_route import gif_route

PLOTLY_URL = "vx/plotly"

IMMUTABLE = "public, max-age=31536000, immutable"
# What is written at once: a body as a whole would be copied for each visitor who is slower than the server.
CHUNK = 256 * 2**10

GONE = "This address is out of date. Reload the page."

MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}


def plotly_url() -> str:
    """The address of plotly.min.js, relative to the app's."""
    return f"{PLOTLY_URL}/{_plotly_version()}/plotly.min.js"


def root_path(base_path: str) -> str:
    """What the paths of routes begin with, without a slash at its end; `base_path` is `server.baseUrlPath`."""
    return f"/{base_path.strip('/')}".rstrip("/")


def routes(base_path: str) -> list[BaseRoute]:
    """The routes under `base_path`, Streamlit's `server.baseUrlPath`."""
    root = root_path(base_path)
    return [
        Route(f"{root}/{FRONTEND_URL}/{{digest}}/{{path:path}}", _frontend_file),
        Route(f"{root}/{FILES_URL}/{{digest}}/{{name}}", _model_file),
        Route(f"{root}/{PLOTLY_URL}/{{version}}/plotly.min.js", _plotly),
        gif_route(root),
        Route(f"{root}/vx/{{path:path}}", _gone),
    ]


class Uncompressed:
    """Middleware that keeps what is large from being compressed.

    Streamlit gzips every response anew for each visitor. Float weights shrink by a twelfth only, at 100 ms each time,
    so `Accept-Encoding` is removed from requests for them.

    Args:
        urls: what such an address contains, such as `vx/files`.
    """

    def __init__(self, app: ASGIApp, urls: Sequence[str]) -> None:
        self.app = app
        self._parts = [f"/{url}/" for url in urls]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and any(part in scope["path"] for part in self._parts):
            headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
            scope = {**scope, "headers": headers}
        await self.app(scope, receive, send)


class InChunks(Response):
    """A response that waits for its reader after each part of the body."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        for start in range(0, max(1, len(self.body)), CHUNK):
            part = bytes(self.body[start : start + CHUNK])
            await send({"type": "http.response.body", "body": part, "more_body": start + CHUNK < len(self.body)})


def _frontend_file(request: Request) -> Response:
    frontend = current()
    path = request.path_params["path"]
    if request.path_params["digest"] != frontend.digest or path not in frontend.files:
        return _gone(request)
    return _packed(request, path, frontend.files[path])


def _model_file(request: Request) -> Response:
    digest = request.path_params["digest"]
    file = zoo.shared().file(digest) or training_sets.file(digest)
    if file is None:
        return _gone(request)
    return InChunks(file.body, headers={"Cache-Control": IMMUTABLE}, media_type=file.media_type)


def _plotly(request: Request) -> Response:
    if request.path_params["version"] != _plotly_version():
        return _gone(request)
    return _packed(request, "plotly.min.js", _plotly_script())


def _gone(_: Request) -> Response:
    return PlainTextResponse(GONE, status_code=404, headers={"Cache-Control": "no-store"})


def _packed(request: Request, name: str, body: bytes) -> Response:
    """A response that was compressed once, for all visitors."""
    headers = {"Cache-Control": IMMUTABLE, "Vary": "Accept-Encoding"}
    if "gzip" in Headers(scope=request.scope).get("accept-encoding", ""):
        body = _gzipped(body)
        headers["Content-Encoding"] = "gzip"
    return InChunks(body, headers=headers, media_type=MEDIA_TYPES[Path(name).suffix])


@functools.lru_cache(maxsize=64)
def _gzipped(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)


@functools.cache
def _plotly_version() -> str:
    return importlib.metadata.version("plotly")


@functools.cache
def _plotly_script() -> bytes:
    # Located, not imported: importing plotly takes a quarter of a second, and its Python side is not needed.
    package = importlib.util.find_spec("plotly")
    if package is None or not package.submodule_search_locations:
        raise FileNotFoundError("plotly is not installed; install it with: pip install plotly")
    return (Path(package.submodule_search_locations[0]) / "package_data" / "plotly.min.js").read_bytes()
