"""Describe how the response to a request to Clerk may be shared. This module performs no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class CachePolicy(NamedTuple):
    """How the response to a request may be shared with other requests and processes.

    Attributes:
        secret: The key of the instance, which entries are encrypted with.
        kind: The name of the kind of response.
        identity: A digest of everything that the response depends on.
        seconds: How long to store a response, by its status. Others are not stored.
        max_age: The maximum age of a stored response in seconds; None for no limit of its own.
    """

    secret: str
    kind: str
    identity: bytes
    seconds: Mapping[int, float]
    max_age: float | None = None

    def __repr__(self) -> str:
        # Error pages and reports show local variables; the secret is the secret key.
        return f"{type(self).__name__}({self.kind})"
