"""What the server answers beside Streamlit: the right bytes, to be kept for ever, and 404 for the rest."""

from __future__ import annotations

import asyncio
import gzip
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from vae_explorer.catalog import page_files, training_sets, zoo
from vae_explorer.server import frontend, routes

Add = Callable[..., Path]

FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def get(path: str, base: str = "", accept: str = "gzip") -> Answer:
    """Ask the routes as Streamlit's server holds them: our middleware outside, its compression inside."""
    middleware = [
        Middleware(routes.Uncompressed, [page_files.FILES_URL]),
        Middleware(GZipMiddleware, minimum_size=1000),
    ]
    app = Starlette(routes=routes.routes(base), middleware=middleware)
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"accept-encoding", accept.encode())],
    }
    asyncio.run(app(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]))


@pytest.mark.parametrize("name", ["shell.js", "style.css", "views/morph.js"])
def test_frontend(name: str) -> None:
    content = frontend.current().files[name]
    packed = get(f"/{frontend.frontend_url()}{name}")
    assert packed.status == 200
    assert packed.headers["cache-control"] == FOREVER
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.body) == content
    plain = get(f"/{frontend.frontend_url()}{name}", accept="identity")
    assert "content-encoding" not in plain.headers
    assert plain.body == content
    assert plain.headers["content-type"].startswith("text/css" if name.endswith("css") else "text/javascript")


@pytest.mark.usefixtures("only_own")
@pytest.mark.parametrize("base", ["", "/foo/bar"])
def test_files_of_a_model(add_model: Add, base: str) -> None:
    add_model("a")
    (model,) = zoo.shared().scan().models
    for entry in model.manifest["files"].values():
        answer = get(f"{base}/{entry['url']}", base=base)
        assert answer.status == 200
        assert answer.headers["cache-control"] == FOREVER
        assert "content-encoding" not in answer.headers, "weights do not shrink; compressing them costs every visitor"
        assert answer.headers["content-length"] == str(entry["bytes"]) == str(len(answer.body))
        assert not entry["url"].startswith("/")


@pytest.mark.parametrize("name", training_sets.COUNTS)
def test_pictures_to_train_with(name: str) -> None:
    for entry in training_sets.training_sets()[name].values():
        file = entry["file"]
        answer = get(f"/{file['url']}")
        assert answer.status == 200
        assert answer.headers["cache-control"] == FOREVER
        assert answer.headers["content-type"] == "image/png"
        assert "content-encoding" not in answer.headers
        assert zlib.crc32(answer.body) == file["crc32"]
        assert len(answer.body) == file["bytes"]


def test_test_pictures_have_one_address() -> None:
    """A page that trains finds them in the browser's cache after any other page."""
    listing = zoo.shared().scan()
    for name, model in (("mnist", "mlp-20"), ("fashion-mnist", "fashion-20")):
        found = listing.find(f"shipped/{model}")
        assert found is not None
        assert training_sets.training_sets()[name]["test"]["file"] == found.manifest["files"]["digits"]


def test_plotly() -> None:
    answer = get(f"/{routes.plotly_url()}")
    assert answer.status == 200
    assert b"plotly.js v" in gzip.decompress(answer.body)[:200]
    assert re.fullmatch(r"vx/plotly/\d+\.\d+[^/]*/plotly\.min\.js", routes.plotly_url())


@pytest.mark.parametrize(
    "path",
    [
        "/vx/",
        "/vx/files",
        "/vx/files/0000/decoder.safetensors",
        "/vx/frontend/0000/shell.js",
        "/{frontend}nothing.js",
        "/{frontend}dom.js",
        "/{frontend}../paths.py",
        "/{frontend}%2e%2e/paths.py",
        "/{frontend}/etc/passwd",
        "/{frontend}jsconfig.json",
        "/vx/plotly/0/plotly.min.js",
    ],
)
def test_unknown_address(path: str) -> None:
    answer = get(path.replace("{frontend}", frontend.frontend_url()))
    assert answer.status == 404
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.body.decode() == routes.GONE
