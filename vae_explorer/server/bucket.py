"""How much of something may happen in a time."""

from __future__ import annotations

import time


class Bucket:
    """Tokens: `at_once` of them at first, and `per_second` more until there are as many again."""

    def __init__(self, at_once: float, per_second: float) -> None:
        self._most = self._left = at_once
        self._per_second = per_second
        self._counted = time.monotonic()

    def take(self) -> bool:
        """Take one; False if there is none."""
        now = time.monotonic()
        self._left = min(self._most, self._left + (now - self._counted) * self._per_second)
        self._counted = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
