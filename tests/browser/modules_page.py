"""The frontend's modules as they lie in their folder, in a real browser: for those that no view shows on its own."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from vae_explorer import paths
from vae_explorer.server.frontend import FRONTEND

ROOT = Path(FRONTEND).parents[1]


class _Files(SimpleHTTPRequestHandler):
    """A file of the checkout; an empty page for `/`, where modules can be imported."""

    extensions_map: ClassVar = {"": "application/octet-stream", ".js": "text/javascript", ".png": "image/png"}

    def do_GET(self) -> None:
        if self.path != "/":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b'<!doctype html><title>Modules</title><link rel="icon" href="data:,">')

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")  # for pages that have no origin
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def modules_server() -> Iterator[str]:
    """Serve the frontend at `{url}vae_explorer/frontend/`, and test pictures at `{url}assets/`; yields the address."""
    assert paths.assets().parent == ROOT
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Files, directory=str(ROOT))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
