"""The route by which pages tell what their sessions keep, and what is accepted there."""

from __future__ import annotations

import json
from contextlib import closing
from http.client import HTTPConnection

import pytest

from tests.app.conftest import Visit
from tests.server import Server
from vae_explorer.server.session_api import MAX_BODY_BYTES, SESSION_URL
from vae_explorer.ui import session


def post(server: Server, body: bytes, **headers: str) -> tuple[int, str]:
    host = server.url.removeprefix("http://")
    with closing(HTTPConnection(host, timeout=30)) as connection:
        connection.request("POST", f"/{SESSION_URL}", body, {"Origin": server.url, **headers})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_unknown_session(server: Server) -> None:
    status, text = post(server, json.dumps({"token": "0" * 32, "model": "shipped/conv-20", "view": "morph"}).encode())
    assert status == 404
    assert "Reload the page" in json.loads(text)["message"]


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"token": 1}', b"[" * 60_000, b'{"token": "' + b"a" * MAX_BODY_BYTES + b'"}', b"\xff\xfe"],
    ids=["empty", "list", "cut", "number", "deep", "long", "bytes"],
)
def test_bad_body(server: Server, body: bytes) -> None:
    assert post(server, body)[0] == 400


def test_another_site(server: Server) -> None:
    assert post(server, b'{"token": "a"}', Origin="http://elsewhere.example")[0] == 403


@pytest.mark.parametrize(
    "sent",
    [
        {"model": "own/none", "view": "morph", "code": {"z": [1.0] * 20, "label": None}},
        {"model": "shipped/conv-20", "view": "none", "code": {"z": [1.0] * 20, "label": None}},
        {"model": ["shipped/conv-20"], "view": {}, "code": {"z": [1.0] * 20}},
        {"model": "shipped/conv-20", "view": "morph", "code": {"z": [1.0] * 19}},
        {"model": "shipped/conv-20", "view": "morph", "settings": [1]},
        {},
    ],
)
def test_what_is_not_valid_changes_nothing(sent: dict[str, object]) -> None:
    visitor = Visit()
    assert session.store(visitor.data["session"], sent)
    visitor.at.run()
    assert visitor.data["z"] == visitor.start


def test_each_visitor_has_a_session_of_its_own() -> None:
    one, other = Visit(), Visit()
    assert one.data["session"] != other.data["session"]
    one.commit("code", {"z": [1.0] * len(one.start), "label": None})
    other.at.run()
    assert other.data["z"] == other.start


def test_model_that_the_page_resumes() -> None:
    visitor = Visit()
    visitor.send("resume", "shipped/mlp-20")
    assert visitor.data["manifest"]["id"] == "shipped/mlp-20"
    for unknown in ("own/none", 7, None):
        visitor.send("resume", unknown)
        assert visitor.data["manifest"]["id"] == "shipped/mlp-20"
