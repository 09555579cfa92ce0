"""Bodies of answers that are kept in memory for whoever asks next."""

from __future__ import annotations

import threading
from collections import OrderedDict


class ByteCache:
    """The most recently used byte strings, up to a total number of bytes; those put last stay, whatever they have.

    The files of a model come and are asked for together. Thread safe.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, bytes] = OrderedDict()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
            return self._entries.get(key)

    def put(self, values: dict[str, bytes]) -> None:
        with self._lock:
            for key, value in values.items():
                self._entries[key] = value
                self._entries.move_to_end(key)
            while sum(map(len, self._entries.values())) > self._max_bytes and len(self._entries) > len(values):
                self._entries.popitem(last=False)
