"""The modules of a view are fetched at once, not one after the other as their imports are read; later ones whole."""

from __future__ import annotations

from tests.browser.conftest import OpenPage
from tests.browser.visitor import expect_view, go_to, open_view
from tests.server import Server
from vae_explorer.pages import PAGES

# A worker fetches its own modules, which are those that the page has already.
WORKERS = {"decode_worker.js"}

# Modules, each with what asked for it: `fetch`, a link in the index page, or an import.
ASKED = r"""
() => performance.getEntriesByType("resource")
  .map(({ name, initiatorType }) => [name.match(/vx[/]frontend[/]\w+[/](.*[.]js)$/)?.[1], initiatorType])
"""
NAMED = r"""
() => Array.from(
  document.querySelectorAll("link[rel=modulepreload]"),
  ({ href }) => href.match(/vx[/]frontend[/]\w+[/](.*)/)?.[1],
)
"""


def test_modules_of_later_views_are_fetched_before(open_page: OpenPage, explorer: Server) -> None:
    """Of the first view the index page names all; `connection.js` is in the page before it."""
    page = open_page(new_tab=True)
    page.add_init_script("performance.setResourceTimingBufferSize(10_000)")
    open_view(page, explorer)
    known = {path for path, _ in page.evaluate(ASKED)}
    named = page.evaluate(NAMED)
    assert set(named) - {None} == known - {None, "connection.js"} - WORKERS
    for each in PAGES[1:]:
        go_to(page, each.title)
        expect_view(page, each.title)
        asked = page.evaluate(ASKED)
        fetched = {path for path, by in asked if by == "fetch"}
        assert f"views/{each.view}.js" in fetched
        assert {path for path, _ in asked} - known - WORKERS <= fetched
