"""Define what a cache has to provide. This module performs no I/O."""

from __future__ import annotations

from typing import Protocol


class Cache(Protocol):
    """A cache for code that waits.

    A request waits for each call, so a call must raise an exception instead of waiting for more
    than some milliseconds. After an exception, the cache is not used for some seconds. Threads
    share a cache. What is stored is encrypted before, except by your own calls.
    """

    def get(self, key: str) -> bytes | None:
        """Return a value; None if there is none or it expired.

        Args:
            key: The key, in ASCII.
        """
        ...

    def set(self, key: str, value: bytes, seconds: float) -> None:
        """Store a value in place of any other.

        Args:
            key: The key, in ASCII.
            value: The value.
            seconds: How long to store it at most.
        """
        ...

    def add(self, key: str, value: bytes, seconds: float) -> bool:
        """Store a value if there is none, in one atomic step; return whether it was stored.

        Args:
            key: The key, in ASCII.
            value: The value.
            seconds: How long to store it at most.
        """
        ...

    def delete(self, key: str) -> None:
        """Remove a value if there is one.

        Args:
            key: The key, in ASCII.
        """
        ...


class AsyncCache(Protocol):
    """A cache for code that awaits.

    A request waits for each call, so a call must raise an exception instead of waiting for more
    than some milliseconds. After an exception, the cache is not used for some seconds. Tasks share
    a cache. What is stored is encrypted before, except by your own calls.
    """

    async def get(self, key: str) -> bytes | None:
        """Return a value; None if there is none or it expired.

        Args:
            key: The key, in ASCII.
        """
        ...

    async def set(self, key: str, value: bytes, seconds: float) -> None:
        """Store a value in place of any other.

        Args:
            key: The key, in ASCII.
            value: The value.
            seconds: How long to store it at most.
        """
        ...

    async def add(self, key: str, value: bytes, seconds: float) -> bool:
        """Store a value if there is none, in one atomic step; return whether it was stored.

        Args:
            key: The key, in ASCII.
            value: The value.
            seconds: How long to store it at most.
        """
        ...

    async def delete(self, key: str) -> None:
        """Remove a value if there is one.

        Args:
            key: The key, in ASCII.
        """
        ...
