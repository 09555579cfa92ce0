"""A browser that compiles no WebAssembly, because a policy forbids it: everything is decoded in plain JavaScript."""

from __future__ import annotations

from playwright.sync_api import Route

from tests.browser.conftest import OpenPage
from tests.browser.morph_page import expect_strip
from tests.browser.pixels import decoded, expect_picture
from tests.browser.visitor import MODEL, open_view, picture, shown_code
from tests.server import Server

# A policy that forbids to compile, in addition to the server's own.
POLICY = "script-src 'self' 'unsafe-inline' blob: data:"
FORBID = f"""
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = "{POLICY}";
  new MutationObserver((_, observer) => {{
    if (!document.head) return;
    document.head.prepend(policy);
    observer.disconnect();
  }}).observe(document, {{ childList: true, subtree: true }});
"""


def forbid(route: Route) -> None:
    """The same for a worker, whose policy is that of its own address."""
    answer = route.fetch()
    route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": POLICY})


COMPILE = """
() => {
  try {
    new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    return "compiled";
  } catch (error) {
    return error.name;
  }
}
"""


def test_page_and_worker(open_page: OpenPage, explorer: Server) -> None:
    page = open_page(new_tab=True)
    page.add_init_script(FORBID)
    page.route("**/decode_worker.js", forbid)
    open_view(page, explorer)
    z = shown_code(page)
    expect_picture(picture(page), decoded(MODEL, [z])[0])
    expect_strip(page, MODEL, 1, z)
    assert page.evaluate(COMPILE) == "CompileError"
    assert [worker.evaluate(COMPILE) for worker in page.workers] == ["CompileError"]
