"""The headers that tell a browser what this app's pages may do, on every response. All of them are here.

The content security policy is as strict as Streamlit's pages and the views allow:

    script-src   this server's own files. Streamlit makes a module of a component's JavaScript through a `blob:`
                 address; its index page has an inline script, known by its hash. plotly.js compiles the functions that
                 draw the map's points, which is what `unsafe-eval` allows, and with it the networks' WebAssembly.
    style-src    Streamlit, plotly.js and the views set styles from scripts, which is what `unsafe-inline` allows.
    img-src      icons in style sheets are `data:`; what plotly.js and the browser draw to save is `blob:` or `data:`.
    connect-src  this server, its WebSocket included: a page can send nothing anywhere else.

No other site may show the app in a frame, unless `VAE_EXPLORER_FRAMED_BY` names it. `X-Frame-Options` is not sent: it
cannot name a site, and every browser that runs the app knows `frame-ancestors`.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import file_util

from vae_explorer.errors import ConfigError

FRAMED_BY_VARIABLE = "VAE_EXPLORER_FRAMED_BY"

# Whatever asks a person for leave, and the payment; not what copying a link and full screen need.
FORBIDDEN = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)

HOST = re.compile(r"(\*\.)?[a-z0-9.-]+")  # a star stands for any name below the rest
INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def security_headers(framed_by: str, index_page: str) -> dict[str, str]:
    """The headers by name.

    Args:
        framed_by: the origins that may show the app in a frame, separated by spaces or commas; empty for none.
        index_page: the HTML that Streamlit serves.

    Raises:
        ConfigError: one of `framed_by` is not an origin.
    """
    scripts = " ".join(f"'sha256-{_digest(script)}'" for script in INLINE_SCRIPT.findall(index_page))
    policy = {
        "default-src": "'none'",
        "script-src": f"'self' blob: 'unsafe-eval' {scripts}".rstrip(),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "media-src": "'self' blob:",
        "connect-src": "'self' data: blob:",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        "base-uri": "'self'",
        "form-action": "'none'",
        "frame-ancestors": " ".join(["'self'", *_origins(framed_by)]),
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FORBIDDEN),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


def headers_of_this_server() -> dict[str, str]:
    """The headers for Streamlit's own index page, and for the sites that the environment names.

    Raises:
        ConfigError: `VAE_EXPLORER_FRAMED_BY` names something that is not an origin.
    """
    index_page = Path(file_util.get_static_dir()) / "index.html"
    return security_headers(os.environ.get(FRAMED_BY_VARIABLE, ""), index_page.read_text(encoding="utf-8"))


class SecurityHeaders:
    """Middleware that adds these headers to every response."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self.app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _origins(text: str) -> list[str]:
    """The origins in a list; a policy is a list of words, so that nothing else may get into it."""
    found = text.replace(",", " ").split()
    for each in found:
        if not _is_origin(each):
            raise ConfigError(
                f"{FRAMED_BY_VARIABLE} names {each!r}; the origins of sites expected, such as "
                "https://moodle.example.org, without a path. Correct it, or unset it so that no site may frame the app"
            )
    return found


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # no address at all, such as `http://[`, or a port that is no number
        return False
    host = parts.hostname or ""
    return parts.scheme in ("http", "https") and bool(HOST.fullmatch(host)) and text == f"{parts.scheme}://{host}{port}"
