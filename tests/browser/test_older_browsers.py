"""What an older browser lacks: the page does without it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.morph_page import expect_strip
from tests.browser.pixels import decoded, expect_picture
from tests.browser.visitor import MODEL, go_to, open_view, picture, shown_code, type_value
from tests.server import Server
from vae_explorer.server.session_api import SESSION_URL

NO_WORKERS = "delete globalThis.Worker"
NO_SHARED_STYLE_SHEETS = """
  delete CSSStyleSheet.prototype.replaceSync;
  delete CSSStyleSheet.prototype.replace;
  delete Document.prototype.adoptedStyleSheets;
  delete ShadowRoot.prototype.adoptedStyleSheets;
"""


def test_batches_are_decoded_in_the_page(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    page.add_init_script(NO_WORKERS)
    open_view(page, explorer)
    z = shown_code(page)
    expect_picture(picture(page), decoded(MODEL, [z])[0])
    expect_strip(page, MODEL, 1, z)
    go_to(page, "Samples")
    expect(page.get_by_role("button", name="Download PNG")).to_be_enabled()
    assert page.workers == []


def test_style_sheets_are_added_to_each_root(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    usual = open_page(new_tab=True)
    page.add_init_script(NO_SHARED_STYLE_SHEETS)
    for view in ("Morph", "Map"):
        boxes = []
        for each in (page, usual):
            if view == "Morph":
                open_view(each, explorer)
            else:
                go_to(each, view)
            boxes.append(each.locator(".vx").first.bounding_box())
        assert boxes[0] == boxes[1]
    assert page.evaluate("[...document.head.querySelectorAll('style')].some((one) => one.textContent.includes('.vx-'))")


def test_change_is_sent_without_timeouts_of_signals(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    page.add_init_script("delete AbortSignal.timeout")
    open_view(page, explorer)
    with page.expect_response(f"**/{SESSION_URL}") as answer:
        type_value(page, 2, "1.5")
    assert answer.value.status == 204
