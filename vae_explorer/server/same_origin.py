"""Whether a request was sent by a page of this server, and not by another one that a visitor has open."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request


def is_same_origin(request: Request) -> bool:
    """What the browser says: `Sec-Fetch-Site` where it has it, which is on https and on this machine, else `Origin`.

    Browsers send `Origin` with every POST; a request without either is not a page's.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    try:
        origin = urlsplit(request.headers.get("origin") or "")
    except ValueError:  # no address at all, such as `http://[`
        return False
    return origin.netloc != "" and origin.netloc == request.headers.get("host")
