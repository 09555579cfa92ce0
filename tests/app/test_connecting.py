"""The address that a page is opened at; what it says while it connects is in tests/browser/test_connection.py."""

from __future__ import annotations

from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.server import Server


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
    connection = HTTPConnection(urlsplit(server.url).netloc)
    connection.request("GET", typed, headers={"Accept": "text/html"})
    answer = connection.getresponse()
    connection.close()
    assert (answer.status, answer.getheader("location")) == (307, sent_to)
