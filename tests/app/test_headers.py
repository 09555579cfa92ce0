"""The headers of every response; what a browser makes of them is in tests/browser/test_headers.py."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.server import Server, ServerError, serve
from vae_explorer.errors import ConfigError
from vae_explorer.server.headers import FRAMED_BY_VARIABLE, security_headers


@pytest.mark.parametrize(
    "path", ["", "Map", "_stcore/health", "_stcore/host-config", "vx/nothing", "static/nothing.js"]
)
def test_every_response(server: Server, path: str) -> None:
    try:
        with urllib.request.urlopen(f"{server.url}/{path}") as answer:
            headers = answer.headers
    except urllib.error.HTTPError as error:
        headers = error.headers
        error.close()
    for name, value in security_headers("", "").items():
        assert headers.get_all(name) is not None, name
        if name != "Content-Security-Policy":
            assert headers.get_all(name) == [value]
    (policy,) = headers.get_all("Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert policy.endswith("frame-ancestors 'self'")
    scripts = policy.partition("script-src ")[2].partition(";")[0].split()
    assert scripts[:3] == ["'self'", "blob:", "'unsafe-eval'"]
    assert all(each.startswith("'sha256-") for each in scripts[3:])


def test_no_page_around_the_app_may_steer_it(server: Server) -> None:
    with urllib.request.urlopen(f"{server.url}/_stcore/host-config") as answer:
        config = json.load(answer)
    assert config["allowedOrigins"] == []
    assert config["blockErrorDialogs"] is True  # the page says what it has to by itself, see frontend/connection.js


def test_sites_that_may_frame_the_app() -> None:
    policy = security_headers("https://a.example, http://b.example:81", "")["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self' https://a.example http://b.example:81")


@pytest.mark.parametrize(
    "text", ["a.example", "https://a.example/", "https://a.example;", "'unsafe-inline'", "*", "http://[", "http://a:b"]
)
def test_what_is_no_site(text: str) -> None:
    with pytest.raises(ConfigError, match=rf"{FRAMED_BY_VARIABLE} names .*https://moodle.example.org.*unset it"):
        security_headers(text, "")


def test_server_says_so_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(ServerError) as ended, serve(tmp_path, env={FRAMED_BY_VARIABLE: "moodle"}):
        pass
    assert f"error: {FRAMED_BY_VARIABLE} names 'moodle'" in str(ended.value)
    assert "Traceback" not in str(ended.value)
