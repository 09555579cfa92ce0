"""Waiting for what Playwright's `expect` cannot ask for."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.conftest import PATIENCE_MS

# Asking takes the page, Playwright and the test as much work as drawing a frame. What is not so after some frames takes
# long anyway, and gets that work.
FRAMES = 10
LATER_MS = 50


def wait_until(page: Page, condition: Callable[[], bool], otherwise: str) -> None:
    """Ask once a frame, later less often, until it is so; fail with `otherwise` when patience runs out."""
    give_up = time.monotonic() + PATIENCE_MS / 1000
    for asked in itertools.count():
        if condition():
            return
        assert time.monotonic() < give_up, f"after {PATIENCE_MS / 1000:.0f} s {otherwise}"
        if asked < FRAMES:
            page.evaluate("() => new Promise(requestAnimationFrame)")
        else:
            page.wait_for_timeout(LATER_MS)
