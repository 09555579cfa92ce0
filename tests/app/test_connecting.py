"""The index page, to which the app adds its own scripts, at the server's root and below a base path."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.server import Server, serve
from vae_explorer.server.gif_route import GIF_URL
from vae_explorer.server.headers import security_headers
from vae_explorer.server.session_api import SESSION_URL
from vae_explorer.server.tsne_api import TSNE_URL

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Encoding": "gzip, deflate, br"}


def get(
    address: str, headers: Mapping[str, str] = BROWSER, body: bytes | None = None, method: str | None = None
) -> tuple[int, Message, bytes]:
    request = urllib.request.Request(address, body, dict(headers), method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def scripts(page: bytes) -> list[str]:
    return re.findall(r'(?:src|rel="modulepreload" href)="([^"]+)"', page.decode())


@pytest.mark.parametrize("condition", ["none", "tag", "date", "range"])
def test_index_page_is_always_whole(server: Server, condition: str) -> None:
    """It names files by their digests: one from before an update, or a part of one, would name none that exist."""
    unchanged = get(f"{server.url}/", {"Accept": "*/*"})[1]
    headers = {
        "none": {},
        "tag": {"If-None-Match": unchanged["ETag"]},
        "date": {"If-Modified-Since": unchanged["Last-Modified"]},
        "range": {"Range": "bytes=0-9"},
    }
    assert all(headers[condition].values())
    status, sent, page = get(f"{server.url}/", BROWSER | headers[condition])
    assert status == 200
    assert int(sent["Content-Length"]) == len(page)
    for name in ("ETag", "Last-Modified", "Accept-Ranges", "Content-Range"):
        assert name not in sent
    own = [script for script in scripts(page) if "vx/frontend" in script]
    names = [script.split("/", 4)[-1] for script in own]
    assert sorted(names) == ["shell.js", "shell.js", "views/models.js", "views/morph.js"]  # preloaded, and run
    for script in own:
        assert get(urllib.parse.urljoin(f"{server.url}/", script))[0] == 200


def test_below_a_base_path(tmp_path: Path) -> None:
    """As behind a proxy that has other things beside the app."""
    with serve(tmp_path, base_path="/a/class") as server:
        assert server.url.endswith("/a/class")
        for page in ("", "encode", "samples", "map", "interpolate"):
            status, sent, body = get(f"{server.url}/{page}")
            assert status == 200, page
            for name in security_headers("", ""):
                assert name in sent
            found = [urllib.parse.urljoin(f"{server.url}/", script) for script in scripts(body)]
            assert any(script.endswith(f"/views/{page or 'morph'}.js") for script in found)
            assert all(get(script)[0] == 200 for script in found if "vx/" in script), found
        host = server.url.removesuffix("/a/class")
        own = {"Origin": host}
        config = json.loads(get(f"{server.url}/_stcore/host-config")[2])
        assert config["blockErrorDialogs"] is True
        shape = "width=28&height=28&scale=1&delay=80"
        assert get(f"{server.url}/{GIF_URL}?{shape}", own, bytes(784))[1]["Content-Type"] == "image/gif"
        unknown = json.dumps({"codes": "0" * 32, "perplexity": 30, "seed": 0}).encode()
        assert "Reload the page" in get(f"{server.url}/{TSNE_URL}", own, unknown)[2].decode()
        assert get(f"{server.url}/{SESSION_URL}", own, b'{"token": "none"}')[0] == 404
        assert get(f"{server.url}/_stcore/upload_file/a/b", own, b"body", "PUT")[0] == 403
        assert get(f"{host}/vx/session", own, b'{"token": "none"}')[0] in (404, 405)
        assert "Traceback" not in server.log()


@pytest.mark.parametrize(
    ("typed", "sent_to"),
    [
        ("//", "/"),
        ("//samples", "/samples"),
        ("/samples//?seed=2&x=//", "/samples/?seed=2&x=//"),
        ("//a%2Fb%3F", "/a%2Fb%3F"),
        ("//\\other.example", "/%5Cother.example"),  # a browser reads a bare \ as a slash, and // as another host
    ],
)
def test_doubled_slashes(server: Server, typed: str, sent_to: str) -> None:
    connection = HTTPConnection(urllib.parse.urlsplit(server.url).netloc)
    connection.request("GET", typed, headers={"Accept": "text/html"})
    answer = connection.getresponse()
    connection.close()
    assert (answer.status, answer.getheader("location")) == (307, sent_to)


@pytest.mark.parametrize("path", ["/%2F", "/%2fmap", "/%2F%2Fother.example"])
def test_slash_that_is_spelled_out_leads_nowhere_else(server: Server, path: str) -> None:
    connection = HTTPConnection(urllib.parse.urlsplit(server.url).netloc)
    connection.request("GET", path, headers={"Accept": "text/html"})
    answer = connection.getresponse()
    connection.close()
    assert answer.status not in (301, 302, 307, 308)
