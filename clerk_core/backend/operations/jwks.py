"""Operations on the instance's keys."""

from __future__ import annotations

from clerk_core.backend.models import JWKS
from clerk_core.backend.operation import AsyncFace, SyncFace, operation


class JwksOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

    @operation("GET", "/jwks")
    def get_jwks(self) -> JWKS:
        """The public keys that session tokens are signed with."""


class Jwks(JwksOperations, SyncFace):
    """Operations on the instance's keys."""


class AsyncJwks(JwksOperations, AsyncFace):
    """Operations on the instance's keys, to await."""
