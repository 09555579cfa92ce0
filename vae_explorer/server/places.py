"""Work that waits its turn: one piece at a time, and of one address not more than its share of what is waiting."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from vae_explorer.errors import BusyError


class Places:
    """The queue for one kind of work.

    Args:
        most_of_one: what one address may have waiting; it may be that of a proxy with a class behind it.
        busy: a sentence for whoever asks for more.
    """

    def __init__(self, most_of_one: int, busy: str) -> None:
        self._most_of_one = most_of_one
        self._busy = busy
        self._due: Counter[str] = Counter()
        self._turn = asyncio.Semaphore(1)

    @asynccontextmanager
    async def turn(self, address: str) -> AsyncIterator[None]:
        """Wait for the turn, and have it in the block.

        Raises:
            BusyError: the address has too much waiting.
        """
        if self._due[address] >= self._most_of_one:
            raise BusyError(self._busy)
        self._due[address] += 1
        try:
            async with self._turn:
                yield
        finally:
            self._due[address] -= 1
            if not self._due[address]:
                del self._due[address]
