"""Browser tabs that tests take turns in: what a tab has shown before it shows again in half of the time or less."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page


class Tabs:
    """Tabs of one browser, each in a context of its own."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[Page]] = {}

    def take(self, options: dict[str, Any]) -> Page:
        """An empty tab that nobody else has, made with these options of Playwright's `new_context`."""
        free = self._free.get(repr(options))
        return free.pop() if free else self._browser.new_context(**options).new_page()

    def give_back(self, page: Page, options: dict[str, Any]) -> None:
        """Leave the tab as if nobody had been there; scripts and emulations that were added to it would stay."""
        context = page.context
        for other in context.pages:
            if other is not page:
                other.close()
        page.unroute_all(behavior="ignoreErrors")
        context.unroute_all(behavior="ignoreErrors")
        shown = urlsplit(page.url)
        if shown.scheme.startswith("http"):
            page.evaluate("() => sessionStorage.clear()")
        page.goto("about:blank")
        page.mouse.move(0, 0)
        context.clear_cookies()
        if shown.scheme.startswith("http"):  # what else a page keeps: localStorage, IndexedDB with its models, caches
            devtools = context.new_cdp_session(page)
            origin = f"{shown.scheme}://{shown.netloc}"
            devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
            devtools.detach()
        self._free.setdefault(repr(options), []).append(page)
