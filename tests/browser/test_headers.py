"""What a browser forbids the app's pages and other sites; what it has to allow is in all other tests of this folder."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.conftest import StartExplorer
from tests.browser.visitor import MODEL, open_view
from tests.browser.waiting import wait_until
from tests.server import Server
from vae_explorer.server.headers import FRAMED_BY_VARIABLE

ELSEWHERE = "http://127.0.0.1:9/"

# What a script that got into a page would try, and the part of the policy that refuses it.
ATTEMPTS = {
    "connect-src": f"fetch('{ELSEWHERE}').catch(() => {{}})",
    "img-src": f"new Image().src = '{ELSEWHERE}'",
    "script-src-elem": "document.body.append(Object.assign(document.createElement('script'), { text: '1' }))",
    "script-src-attr": "document.createElement('b').setAttribute('onclick', '1')",
    "frame-src": f"document.body.append(Object.assign(document.createElement('iframe'), {{ src: '{ELSEWHERE}' }}))",
    "form-action": (
        f"const form = Object.assign(document.createElement('form'), {{ action: '{ELSEWHERE}' }}); "
        "document.body.append(form); form.submit()"
    ),
}


@contextmanager
def other_site() -> Iterator[str]:
    """A site on another port, hence another origin: its page shows the address after `?` in a frame."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            framed = unquote(self.path.partition("?")[2])
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f'<!doctype html><link rel=icon href="data:,"><iframe src="{framed}"></iframe>'.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{site.server_port}"
        finally:
            site.shutdown()


@pytest.mark.console_errors("Content Security Policy")
def test_what_no_script_may(page: Page, explorer: Server) -> None:
    open_view(page, explorer)
    refused = page.evaluate_handle(
        """() => {
          const refused = [];
          document.addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
          return refused;
        }"""
    )
    for directive, attempt in ATTEMPTS.items():
        page.evaluate(f"() => {{ {attempt}; }}")
        wait_until(page, lambda name=directive: name in refused.json_value(), f"{directive} refused nothing")


def framed(page: Page, site: str, explorer: Server) -> FrameLocator:
    page.goto(f"{site}/?{quote(f'{explorer.url}/?model={MODEL}')}")
    return page.frame_locator("iframe")


@pytest.mark.console_errors("frame-ancestors")
def test_another_site_cannot_frame_the_app(page: Page, explorer: Server) -> None:
    with other_site() as site, page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        app = framed(page, site, explorer)
    expect(app.get_by_test_id("stApp")).to_have_count(0)


def test_a_site_that_is_named_can(page: Page, start_explorer: StartExplorer) -> None:
    with other_site() as site:
        app = framed(page, site, start_explorer({FRAMED_BY_VARIABLE: site}))
        expect(app.get_by_role("heading", name="Morph")).to_be_visible()
        expect(app.get_by_role("img", name="Decoded picture", exact=True)).not_to_have_attribute("data-frames", "0")
