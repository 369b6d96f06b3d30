"""Operations on the identifiers that may sign up."""

from __future__ import annotations

from clerk_core.backend.models import AllowlistIdentifier, DeletedObject
from clerk_core.backend.operation import AsyncFace, Iterating, SyncFace, operation
from clerk_core.backend.pages import Page


class AllowlistIdentifiersOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

    @operation("GET", "/allowlist_identifiers")
    def list(
        self, *, paginated: bool = ..., limit: int = ..., offset: int = ...
    ) -> Page[AllowlistIdentifier]:
        """All identifiers of the allow-list."""

    iterate = Iterating(list)

    @operation("POST", "/allowlist_identifiers")
    def create(self, *, identifier: str, notify: bool = ...) -> AllowlistIdentifier:
        """Let an e-mail address, phone number, wallet or whole domain sign up."""

    @operation("DELETE", "/allowlist_identifiers/{identifier_id}")
    def delete(self, identifier_id: str) -> DeletedObject:
        """Take an identifier off the allow-list."""


class AllowlistIdentifiers(AllowlistIdentifiersOperations, SyncFace):
    """Operations on the identifiers that may sign up."""


class AsyncAllowlistIdentifiers(AllowlistIdentifiersOperations, AsyncFace):
    """Operations on the identifiers that may sign up, to await."""
