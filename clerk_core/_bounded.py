"""Store entries in a dictionary of bounded size. Threads may share it without a lock."""

from __future__ import annotations

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


def keep(entries: dict[K, V], key: K, value: V, max_size: int) -> None:
    """Store an entry; evict the oldest ones if there are too many.

    Args:
        entries: The dictionary.
        key: The key. If it is there, its entry becomes the newest.
        value: The value.
        max_size: The maximum number of entries.
    """
    entries.pop(key, None)
    while len(entries) >= max_size:
        try:
            oldest = next(iter(entries))
        except (RuntimeError, StopIteration):
            # Another thread changed the dictionary meanwhile, and so it made room.
            break
        entries.pop(oldest, None)
    entries[key] = value
