"""Describe a call of Clerk's API for observers: what was called, and how it ended.

It has no identifiers of users, no query, no body and no key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A call of Clerk's API that has ended, as observers see it.

    Attributes:
        method: The HTTP method.
        route: The path without the version, with names in place of identifiers, such as
            `/users/{user_id}`; empty for a call of `request()`.
        status: The status of the response; None without a response.
        error: The code of the `TransportError` if there was no response; None otherwise.
        seconds: How long it took, retries included.
        retries: How often it was repeated.
        is_cached: Whether the response came from the cache, so that Clerk was not called.
    """

    method: str
    route: str
    status: int | None
    error: str | None
    seconds: float
    retries: int
    is_cached: bool = False


CallObserver: TypeAlias = Callable[[ApiCall], None]
"""A function that is called after each call of Clerk's API."""
