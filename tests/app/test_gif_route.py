"""The route that makes GIFs: only for the app's own pages, within limits, and with a sentence for every refusal."""

from __future__ import annotations

import asyncio
import io
import urllib.error
import urllib.request

import pytest
from PIL import Image
from starlette.types import Message

from tests.server import Server
from vae_explorer.server import gif
from vae_explorer.server.gif_route import GIF_URL, MOST_OF_ONE, gif_route

GOOD = "width=28&height=28&scale=4&delay=80"


def post(server: Server, body: bytes, query: str = GOOD, **headers: str) -> tuple[int, str, bytes]:
    """(status, content type, body); sent as a page of the server would unless `headers` say otherwise."""
    sent = headers or {"Origin": server.url}
    names = {name.replace("_", "-"): value for name, value in sent.items()}
    request = urllib.request.Request(f"{server.url}/{GIF_URL}?{query}", data=body, headers=names, method="POST")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers["content-type"], answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["content-type"], error.read()


def test_gif(server: Server) -> None:
    status, media_type, body = post(server, bytes(range(256)) * 49)  # 16 frames
    assert (status, media_type) == (200, "image/gif")
    with Image.open(io.BytesIO(body)) as opened:
        assert opened.size == (112, 112)
        assert opened.n_frames == 16


def test_gif_in_colours(server: Server) -> None:
    status, _, body = post(server, bytes(784), f"{GOOD}&colours=e15a00")
    assert status == 200
    with Image.open(io.BytesIO(body)) as opened:
        assert opened.convert("RGB").getpixel((50, 50)) == (225, 90, 0)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://elsewhere.example"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site", "Origin": "http://127.0.0.1:1"},
        {"Accept": "image/gif"},
    ],
)
def test_other_pages_are_refused(server: Server, headers: dict[str, str]) -> None:
    status, media_type, body = post(server, bytes(784), **headers)
    assert status == 403
    assert media_type.startswith("text/plain")
    assert b"own page" in body


def test_own_page_by_fetch_metadata(server: Server) -> None:
    assert post(server, bytes(784), Sec_Fetch_Site="same-origin")[0] == 200


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("width=28&height=28&scale=4", "delay is ''"),
        (GOOD.replace("28", "many"), "width is 'many'"),
        (GOOD.replace("=4", "=99"), "scale is 99"),
        (GOOD.replace("=4", "=-1"), "scale is '-1'"),
        (GOOD.replace("=80", "=80000000000000000000"), "delay is '8000000"),
        (f"{GOOD}&colours=ff00", "colours is 'ff00'"),
        (f"{GOOD}&colours=not-hexadecimal", "colours is 'not-hexadecimal'"),
    ],
)
def test_bad_query(server: Server, query: str, said: str) -> None:
    status, media_type, body = post(server, bytes(784), query)
    assert status == 400
    assert media_type.startswith("text/plain")
    assert said in body.decode()


def test_too_large(server: Server) -> None:
    status, _, body = post(server, bytes(gif.MAX_BODY_BYTES + 1))
    assert status == 413
    assert "fewer frames" in body.decode()


def test_only_post(server: Server) -> None:
    with pytest.raises(urllib.error.HTTPError, match=r"40[45]"):
        urllib.request.urlopen(f"{server.url}/{GIF_URL}")


def statuses(*requests: tuple[str, bool]) -> list[int]:
    """What requests from addresses are answered with, all sent at once; True for one that leaves then."""
    route = gif_route("")
    frames = bytes(28 * 28 * 20)
    scope = {"type": "http", "method": "POST", "path": f"/{GIF_URL}", "query_string": GOOD.encode()}
    headers = [(b"sec-fetch-site", b"same-origin")]

    async def status(address: str, leaves: bool) -> int:
        coming = iter([{"type": "http.request", "body": frames}, *([{"type": "http.disconnect"}] if leaves else [])])
        sent: list[Message] = []

        async def receive() -> Message:
            message = next(coming, None)
            return await asyncio.Future() if message is None else message

        async def send(message: Message) -> None:
            sent.append(message)

        await route.handle({**scope, "headers": headers, "client": (address, 1)}, receive, send)
        return int(sent[0]["status"])

    async def all_at_once() -> list[int]:
        return await asyncio.gather(*(status(address, leaves) for address, leaves in requests))

    return asyncio.run(all_at_once())


def test_gif_of_someone_who_left_is_not_made() -> None:
    assert statuses(("a", False), ("a", True), ("b", False), ("b", True)) == [200, 204, 200, 204]


def test_one_address_leaves_room_for_others() -> None:
    many = [("a", False)] * (MOST_OF_ONE + 3)
    assert statuses(*many, ("b", False)) == [200] * MOST_OF_ONE + [503] * 3 + [200]
