"""A tab that another test has used keeps nothing of it."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.browser.tabs import Tabs
from tests.server import Server

KEEP = """
async () => {
  localStorage.kept = sessionStorage.kept = "here";
  document.cookie = "kept=here";
  await caches.open("kept");
  await new Promise((resolve) => { indexedDB.open("kept").onsuccess = resolve; });
}
"""

FOUND = """
async () => [
  ...Object.keys(localStorage),
  ...Object.keys(sessionStorage),
  ...document.cookie.split("; ").filter((cookie) => cookie.startsWith("kept")), // Streamlit sets one itself
  ...(await caches.keys()),
  ...(await indexedDB.databases()).map(({ name }) => name),
]
"""


def test_a_tab_comes_back_empty(browser: Browser, explorer: Server) -> None:
    tabs = Tabs(browser)
    address = f"{explorer.url}/_stcore/health"  # of the same origin as the app, and keeps nothing itself
    page = tabs.take({})
    page.goto(address)
    page.evaluate(KEEP)
    assert sorted(page.evaluate(FOUND)) == ["kept", "kept", "kept", "kept", "kept=here"]
    tabs.give_back(page, {})
    again = tabs.take({})
    assert again is page
    again.goto(address)
    assert again.evaluate(FOUND) == []
    again.context.close()
