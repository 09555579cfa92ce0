"""The modules of a view are fetched before one is imported: at once, and so that each is known to be whole."""

from __future__ import annotations

from tests.browser.conftest import OpenPage
from tests.browser.visitor import expect_view, go_to, open_view
from tests.server import Server
from vae_explorer.pages import PAGES

# A worker fetches its own modules, which are those that the page has already.
WORKERS = {"decode_worker.js"}

# Modules, each with what asked for it: `fetch`, a link for that in the index page, or an import.
ASKED = r"""
() => performance.getEntriesByType("resource")
  .map(({ name, initiatorType }) => [name.match(/vx[/]frontend[/]\w+[/](.*[.]js)$/)?.[1], initiatorType])
"""
BEFORE = {"fetch", "link"}


def test_every_module_is_fetched_before(open_page: OpenPage, explorer: Server) -> None:
    """Those of `loader.js`; `connection.js` is in the page before it, and imports one of theirs."""
    page = open_page(new_tab=True)
    page.add_init_script("performance.setResourceTimingBufferSize(10_000)")
    open_view(page, explorer)
    for each in PAGES:
        go_to(page, each.title)
        expect_view(page, each.title)
        asked = page.evaluate(ASKED)
        imported = {path for path, by in asked if by not in BEFORE} - {None, "connection.js"} - WORKERS
        assert f"views/{each.view}.js" in imported
        assert imported == {path for path, by in asked if by in BEFORE} - {None}
