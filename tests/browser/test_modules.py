"""The modules of a view are fetched at once, not one after the other as their imports are read."""

from __future__ import annotations

from tests.browser.conftest import OpenPage
from tests.browser.visitor import expect_view, go_to, open_view
from tests.server import Server
from vae_explorer.pages import PAGES

# A worker fetches its own modules, which are those that the page has already.
WORKERS = {"decode_worker.js"}

FETCHED = r"""
() => performance.getEntriesByType("resource").map(({ name }) => name.match(/vx[/]frontend[/]\w+[/](.*[.]js)$/)?.[1])
"""
PRELOADED = r"""
() => Array.from(
  document.querySelectorAll("link[rel=modulepreload]"),
  ({ href }) => href.match(/vx[/]frontend[/]\w+[/](.*)/)?.[1],
)
"""


def test_every_module_is_preloaded(open_page: OpenPage, explorer: Server) -> None:
    """Those of `loader.js`; `connection.js` is in the page before it, and imports one of theirs."""
    page = open_page(new_tab=True)
    open_view(page, explorer)
    for each in PAGES:
        go_to(page, each.title)
        expect_view(page, each.title)
        fetched = set(page.evaluate(FETCHED)) - {None, "connection.js"} - WORKERS
        assert f"views/{each.view}.js" in fetched
        assert fetched == set(page.evaluate(PRELOADED)) - {None}
