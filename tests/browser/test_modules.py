"""The frontend comes in few requests: what the first view needs is named by the index page, later views come whole."""

from __future__ import annotations

from tests.browser.conftest import OpenPage
from tests.browser.visitor import expect_idle, expect_view, go_to, open_view
from tests.server import Server
from vae_explorer.pages import PAGES

# Requests of a page for what is in the frontend; each costs time on a slow network.
MOST = 12

# The frontend's files, each with what asked for it: `fetch`, a link in the index page, or an import.
ASKED = r"""
() => performance.getEntriesByType("resource")
  .map(({ name, initiatorType }) => [name.match(/vx[/]frontend[/]\w+[/](.*)$/)?.[1], initiatorType])
  .filter(([path]) => path)
"""
NAMED = r"""
() => Array.from(
  document.querySelectorAll("link[rel=modulepreload], script[src]"),
  ({ href, src }) => (href ?? src).match(/vx[/]frontend[/]\w+[/](.*)/)?.[1],
)
"""


def test_few_bundles_and_those_of_later_views_whole(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    open_view(page, explorer)
    expect_idle(page)
    asked = page.evaluate(ASKED)
    assert 0 < len(asked) <= MOST
    known = {path for path, _ in asked}
    assert set(page.evaluate(NAMED)) - {None} == {"shell.js", "views/models.js", "views/morph.js"}
    assert {path for path in known if path.endswith(".js")} <= {*page.evaluate(NAMED), "decode_worker.js"}
    for each in PAGES[1:]:
        go_to(page, each.title)
        expect_view(page, each.title)
        asked = page.evaluate(ASKED)
        later = {path for path, _ in asked} - known
        assert later - {"decode_worker.js"} == {f"views/{each.view}.js", f"views/{each.view}.css"}
        assert {f"views/{each.view}.js", f"views/{each.view}.css"} <= {path for path, by in asked if by == "fetch"}
        known |= later
