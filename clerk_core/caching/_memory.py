"""Store values in the memory of one process, up to a number of bytes."""

from __future__ import annotations

import os
from threading import Lock
from time import monotonic
from typing import NamedTuple
from weakref import WeakSet

MAX_BYTES = 16 * 1024 * 1024
"""The default size of a cache in bytes."""
_OVERHEAD = 200
"""What Python needs for an entry, in bytes, besides key and value."""

_all: WeakSet[MemoryCache] = WeakSet()


def _unlock_all() -> None:
    for cache in list(_all):
        cache.unlock()


# A thread of the parent may hold the lock during a fork. It does not exist in the child.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_unlock_all)


class _Entry(NamedTuple):
    value: bytes
    until: float


class MemoryCache:
    """A `Cache` in the memory of this process. Threads can share it, other processes cannot.

    Args:
        max_bytes: The size of the cache in bytes. The oldest entries are removed first.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._entries: dict[str, _Entry] = {}
        self._size = 0
        self._lock = Lock()
        _all.add(self)

    def get(self, key: str) -> bytes | None:
        """Return a value; None if there is none or it expired.

        Args:
            key: The key.
        """
        entry = self._entries.get(key)
        return entry.value if entry is not None and monotonic() < entry.until else None

    def set(self, key: str, value: bytes, seconds: float) -> None:
        """Store a value in place of any other.

        Args:
            key: The key.
            value: The value. It is not stored if it is larger than the cache.
            seconds: How long to store it at most.
        """
        with self._lock:
            self._put(key, _Entry(value, monotonic() + seconds))

    def add(self, key: str, value: bytes, seconds: float) -> bool:
        """Store a value if there is none; return whether it was stored.

        Args:
            key: The key.
            value: The value. It is not stored if it is larger than the cache.
            seconds: How long to store it at most.
        """
        with self._lock:
            if self.get(key) is not None:
                return False
            self._put(key, _Entry(value, monotonic() + seconds))
            return True

    def delete(self, key: str) -> None:
        """Remove a value if there is one.

        Args:
            key: The key.
        """
        with self._lock:
            self._remove(key)

    def unlock(self) -> None:
        """Replace the lock, in the child of a fork."""
        self._lock = Lock()

    def _put(self, key: str, entry: _Entry) -> None:
        self._remove(key)
        size = _size_of(key, entry)
        if size > self._max_bytes:
            return
        while self._size + size > self._max_bytes:
            self._remove(next(iter(self._entries)))
        self._entries[key] = entry
        self._size += size

    def _remove(self, key: str) -> None:
        removed = self._entries.pop(key, None)
        if removed is not None:
            self._size -= _size_of(key, removed)


def _size_of(key: str, entry: _Entry) -> int:
    return len(key) + len(entry.value) + _OVERHEAD
