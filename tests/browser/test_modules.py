"""The frontend comes in few requests: what the first view needs is named by the index page, later views come whole."""

from __future__ import annotations

from playwright.sync_api import Request, Route

from tests.browser.conftest import OpenPage
from tests.browser.visitor import MODEL, expect_idle, expect_view, go_to, open_view
from tests.browser.waiting import wait_until
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
    assert {path for path in known if path.endswith(".js")} <= {*page.evaluate(NAMED), "decoding/decode_worker.js"}
    for each in PAGES[1:]:
        go_to(page, each.title)
        expect_view(page, each.title)
        asked = page.evaluate(ASKED)
        later = {path for path, _ in asked} - known
        workers = {"decoding/decode_worker.js", "training/train_worker.js"}
        assert later - workers == {f"views/{each.view}.js", f"views/{each.view}.css"}
        assert {f"views/{each.view}.js", f"views/{each.view}.css"} <= {path for path, by in asked if by == "fetch"}
        known |= later


def test_the_picture_comes_before_what_is_said_about_it(open_page: OpenPage, explorer: Server) -> None:
    """On a slow network they would share what there is."""
    page = open_page(new_tab=True)
    asked: list[str] = []
    held: list[Route] = []

    def note(request: Request) -> None:
        asked.append(request.url.rpartition("/")[2])

    def hold(route: Route) -> None:
        held.append(route)

    page.on("request", note)
    page.route("**/decoder.safetensors", hold)
    page.goto(f"{explorer.url}/?model={MODEL}")
    wait_until(page, lambda: bool(held), "the decoder was not asked for")
    page.wait_for_timeout(500)
    assert not {"classifier.safetensors", "codes.safetensors"} & set(asked)
    for route in held:
        route.continue_()
    expect_view(page, "Morph")
    wait_until(page, lambda: {"classifier.safetensors", "codes.safetensors"} <= set(asked), f"asked for {asked}")
