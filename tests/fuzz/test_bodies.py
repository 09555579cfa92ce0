"""What a page may post, or somebody who plays one: answered with a status and a sentence, and nothing else happens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.types import Message

from tests.fuzz.json_values import NUMBERS, TEXTS, VALUES
from tests.fuzz.test_queries import listing
from vae_explorer.pages import PAGES
from vae_explorer.server import routes, tsne_api
from vae_explorer.server.gif_route import GIF_URL
from vae_explorer.server.session_api import SESSION_URL, session_route
from vae_explorer.server.tsne_api import TSNE_URL
from vae_explorer.ui import session
from vae_explorer.ui.session_state import Session

APP = Starlette(routes=[session_route("", session.store), *tsne_api.routes(""), *routes.routes("")])


def post(path: str, body: bytes, query: str = "") -> tuple[int, bytes]:
    sent: list[Message] = []
    parts = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Message:
        return next(parts)

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"here"), (b"origin", b"http://here"), (b"content-length", str(len(body)).encode())]
    scope = {"type": "http", "method": "POST", "path": f"/{path}", "raw_path": b"", "root_path": ""}
    scope |= {"query_string": query.encode(), "headers": headers, "client": ("here", 1)}
    asyncio.run(APP(scope, receive, send))
    return int(sent[0]["status"]), b"".join(message.get("body", b"") for message in sent[1:])


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def visitor() -> Session:
    found = Session(listing=listing())
    session._sessions[found.token] = found
    return found


MODEL_IDS = st.sampled_from(["shipped/conv-20", "shipped/cvae-8", "shipped/ae-2"])
VIEWS = st.sampled_from([page.view for page in PAGES])
CODES = st.fixed_dictionaries({"z": st.lists(NUMBERS, min_size=2, max_size=20)}, optional={"label": VALUES})
NAMES = sorted({each.name for page in PAGES for each in page.settings})
SETTINGS = st.dictionaries(st.sampled_from(NAMES), VALUES)
COMMITS = st.fixed_dictionaries(
    {"model": st.one_of(MODEL_IDS, VALUES), "view": st.one_of(VIEWS, VALUES)},
    optional={"code": st.one_of(CODES, VALUES), "settings": st.one_of(SETTINGS, VALUES)},
)


@settings(max_examples=1500)
@given(COMMITS)
def test_what_a_session_keeps(sent: dict[str, Any]) -> None:
    keeper = visitor()
    assert post(SESSION_URL, as_json({"token": keeper.token, **sent})) == (204, b"")
    for model in listing().models:
        state = keeper.state(model)
        assert len(state.code.z) == model.folder.config.latent_dim
        json.dumps([state.code.z, state.code.label, state.settings], allow_nan=False)


@settings(max_examples=700)
@given(st.one_of(st.binary(max_size=200), VALUES.map(as_json), st.dictionaries(TEXTS, VALUES).map(as_json)))
def test_what_is_no_commit(body: bytes) -> None:
    status, answer = post(SESSION_URL, body)
    assert status in (400, 404)
    assert json.loads(answer)["message"].endswith("Reload the page.")


TSNE = st.dictionaries(st.sampled_from(["codes", "perplexity", "seed", "more"]), VALUES, max_size=4)


@settings(max_examples=700)
@given(st.one_of(st.binary(max_size=600), VALUES.map(as_json), TSNE.map(as_json)))
def test_tsne(body: bytes) -> None:
    status, answer = post(TSNE_URL, body)
    assert status in (400, 404)  # no model has these codes
    assert json.loads(answer)["message"].endswith("Reload the page.")


SIZES = st.one_of(st.integers(0, 120), NUMBERS, TEXTS)
SHAPES: Sequence[str] = ("width", "height", "scale", "delay")


@settings(max_examples=700)
@given(st.dictionaries(st.sampled_from(SHAPES), SIZES.map(str)), st.binary(max_size=2000))
def test_gif(query: dict[str, str], body: bytes) -> None:
    escaped = urlencode({name: text.encode("utf-8", "replace").decode() for name, text in query.items()})
    status, answer = post(GIF_URL, body, escaped)
    assert status in (200, 400)
    assert answer.startswith(b"GIF89a") if status == 200 else answer.decode()
