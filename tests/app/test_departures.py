"""Visitors who leave in the middle of something: nothing of it is in the server's log."""

from __future__ import annotations

import socket
import struct
import time
import urllib.request

import pytest

from tests.server import Server
from vae_explorer.server.gif_route import GIF_URL
from vae_explorer.server.tsne_api import TSNE_URL

# Closed at once, as by a browser that crashes or a network that is gone: the other side is told of an error.
RESET = struct.pack("ii", 1, 0)


@pytest.mark.parametrize("at_once", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize(
    "request_line",
    [f"POST /{GIF_URL}?width=28&height=28&scale=4&delay=80", f"POST /{TSNE_URL}", "PUT /_stcore/upload_file/none/1"],
)
def test_upload_that_is_broken_off(server: Server, request_line: str, at_once: bool) -> None:
    start = server.log_size()
    host, port = server.url.removeprefix("http://").split(":")
    head = f"{request_line} HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {server.url}\r\nContent-Length: 400\r\n\r\n"
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(head.encode() + b"{")
        time.sleep(0.1)  # the server is reading by now
        if at_once:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    time.sleep(0.1)
    with urllib.request.urlopen(f"{server.url}/_stcore/health") as answer:
        assert answer.status == 200
    assert server.log(start) == ""
