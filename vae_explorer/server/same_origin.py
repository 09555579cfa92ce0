"""Whether a request was sent by one of this server's pages, and not by another site that the visitor has open."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request


def is_same_origin(request: Request) -> bool:
    """What the browser says: `Sec-Fetch-Site` where it sends that, on https and localhost, else `Origin`.

    Browsers send `Origin` with every POST; a request with neither did not come from a page.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    try:
        origin = urlsplit(request.headers.get("origin") or "")
    except ValueError:  # no address at all, such as `http://[`
        return False
    return origin.netloc != "" and origin.netloc == request.headers.get("host")
