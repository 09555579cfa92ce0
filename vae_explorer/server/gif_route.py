"""The route that turns the frames that a page sends into a GIF. Nothing is stored."""

from __future__ import annotations

import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from vae_explorer.errors import BusyError, ConfigError, VaeExplorerError
from vae_explorer.server import bodies, gif
from vae_explorer.server.gif import GifShape
from vae_explorer.server.origins import is_own_page
from vae_explorer.server.places import Places

GIF_URL = "vx/gif"

# GIFs that may wait for one address: a class behind a proxy, and each takes up to a tenth of a second.
MOST_OF_ONE = 100

TEXT = {
    "foreign": "Only this app's own page may request a GIF.",
    "no_number": "{name} is {found!r}; a whole number expected. Reload the page and try again.",
    "no_colours": "colours is {found!r}; six hexadecimal digits for each expected. Reload the page and try again.",
    "busy": "Too many GIFs are waiting for your network's address. Try again in a moment.",
    "too_large": "More than {most:,} bytes were sent, the most that a GIF may be made of. Send fewer frames.",
}


def gif_route(root: str) -> Route:
    """`POST {root}/vx/gif?width=28&height=28&scale=5&delay=80`, the frames as body; see `gif.encode`.

    With `&colours=ff0000ffffff`, pixels are the numbers of these.
    """
    places = Places(MOST_OF_ONE, TEXT["busy"])

    async def answer(request: Request) -> Response:
        if not is_own_page(request.headers):
            return _sentence(403, TEXT["foreign"])
        try:
            numbers = {name: _whole(request, name) for name in ("width", "height", "scale", "delay")}
            shape = GifShape(**numbers, colours=_colours(request))
            body = await bodies.read(request, gif.MAX_BODY_BYTES)
            if body is None:
                return _sentence(413, TEXT["too_large"].format(most=gif.MAX_BODY_BYTES))
            async with places.turn(request.client.host if request.client else ""):
                if await request.is_disconnected():
                    return Response(status_code=204)  # nobody is left to read it
                content = await run_in_threadpool(gif.encode, shape, body)
        except BusyError as error:
            return _sentence(503, str(error))
        except VaeExplorerError as error:
            return _sentence(400, str(error))
        return Response(content, media_type="image/gif", headers={"Cache-Control": "no-store"})

    return Route(f"{root}/{GIF_URL}", answer, methods=["POST"])


def _whole(request: Request, name: str) -> int:
    text = request.query_params.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ConfigError(TEXT["no_number"].format(name=name, found=text[:20]))
    return int(text)


def _colours(request: Request) -> bytes:
    text = request.query_params.get("colours", "")
    if not re.fullmatch("([0-9a-f]{6})*", text):
        raise ConfigError(TEXT["no_colours"].format(found=text[:20]))
    return bytes.fromhex(text)


def _sentence(status: int, text: str) -> Response:
    return PlainTextResponse(text, status_code=status, headers={"Cache-Control": "no-store"})
