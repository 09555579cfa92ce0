"""Waiting for what Playwright's `expect` cannot ask for."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.conftest import PATIENCE_MS


def wait_until(page: Page, condition: Callable[[], bool], otherwise: str) -> None:
    """Ask once a frame of the page until it is so; fail with `otherwise` when patience runs out."""
    give_up = time.monotonic() + PATIENCE_MS / 1000
    while not condition():
        assert time.monotonic() < give_up, f"after {PATIENCE_MS / 1000:.0f} s {otherwise}"
        page.evaluate("() => new Promise(requestAnimationFrame)")
