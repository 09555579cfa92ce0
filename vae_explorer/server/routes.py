"""The routes for what Streamlit does not serve: frontend modules, files of models, plotly.min.js.

Every address contains a hash or version of its content, so browsers may cache it for ever. An unknown address gets a
404 in plain text, where Streamlit would send its index page.
"""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
import importlib.metadata
import importlib.util
import os
import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from vae_explorer.catalog import zoo
from vae_explorer.catalog.page_files import FILES_URL
from vae_explorer.paths import PACKAGE
from vae_explorer.server.gif_route import gif_route

FRONTEND = PACKAGE / "frontend"
FRONTEND_URL = "vx/frontend"
PLOTLY_URL = "vx/plotly"

IMMUTABLE = "public, max-age=31536000, immutable"
# What is written at once: a body as a whole would be copied for each visitor who is slower than the server.
CHUNK = 256 * 2**10

GONE = "This address is out of date. Reload the page."

MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}


# What a module imports from the frontend, in the form that the linter keeps all imports in.
IMPORT = re.compile(r'^(?:import|export|\}) .*?"(\.{1,2}/[^"]+)";$', re.MULTILINE)

# Name, size and modification time of each file.
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Frontend:
    """The files of the frontend folder; `digest` is part of their addresses.

    `integrity` has of each file what a browser, told so beforehand, compares with what arrives.
    """

    digest: str
    files: dict[str, bytes]
    integrity: dict[str, str]


def frontend_url() -> str:
    """The address of the frontend folder, with a slash at its end, relative to the app's."""
    return f"{FRONTEND_URL}/{_frontend(_stamp(FRONTEND)).digest}/"


def modules_of(*views: str) -> tuple[str, ...]:
    """All modules that `ui/loader.js` imports for these views, directly or not, as paths in the frontend folder.

    Empty if there is no such view.
    """
    stamp = _stamp(FRONTEND)
    known = [view for view in views if f"views/{view}.js" in _frontend(stamp).files]
    return _modules(stamp, *known) if known else ()


def with_integrity(paths: Iterable[str]) -> list[tuple[str, str]]:
    """Each of these files of the frontend folder, with what `fetch` proves by that it arrived whole."""
    integrity = _frontend(_stamp(FRONTEND)).integrity
    return [(path, integrity[path]) for path in paths]


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
    frontend = _frontend(_stamp(FRONTEND))
    path = request.path_params["path"]
    if request.path_params["digest"] != frontend.digest or path not in frontend.files:
        return _gone(request)
    return _packed(request, path, frontend.files[path])


def _model_file(request: Request) -> Response:
    file = zoo.shared().file(request.path_params["digest"])
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


def _stamp(folder: Path, prefix: str = "") -> Stamp:
    """Names, sizes and times of the frontend's files: runs for every page, hence the bare `scandir`."""
    found: list[tuple[str, int, int]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                found.extend(_stamp(Path(entry.path), f"{prefix}{entry.name}/"))
            elif entry.name.endswith(tuple(MEDIA_TYPES)):
                found.append((prefix + entry.name, entry.stat().st_size, entry.stat().st_mtime_ns))
    return tuple(sorted(found))


@functools.lru_cache(maxsize=1)
def _frontend(stamp: Stamp) -> Frontend:
    files = {name: (FRONTEND / name).read_bytes() for name, _, _ in stamp}
    digest = hashlib.sha256()
    for name, body in files.items():
        digest.update(f"{name}\0{len(body)}\0".encode())
        digest.update(body)
    return Frontend(digest.hexdigest()[:16], files, {name: _integrity(body) for name, body in files.items()})


def _integrity(body: bytes) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(body).digest()).decode()}"


@functools.lru_cache(maxsize=16)
def _modules(stamp: Stamp, *views: str) -> tuple[str, ...]:
    files = _frontend(stamp).files
    due = ["shell.js", *(f"views/{view}.js" for view in views)]
    found = set(due)
    while due:
        module = due.pop()
        folder = posixpath.dirname(module)
        imported = {posixpath.normpath(posixpath.join(folder, path)) for path in IMPORT.findall(files[module].decode())}
        due.extend(imported - found)
        found |= imported
    return tuple(sorted(found))


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
