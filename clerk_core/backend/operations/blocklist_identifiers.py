"""Operations on the identifiers that are shut out."""

from clerk_core.backend.models import BlocklistIdentifier, DeletedObject
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page


class BlocklistIdentifiers(Operations[M]):
    """Operations on the identifiers that are shut out."""

    @operation("GET", "/blocklist_identifiers")
    def list(self) -> Page[BlocklistIdentifier]:
        """Return the identifiers that may neither sign up nor sign in."""
        ...

    @operation("POST", "/blocklist_identifiers")
    def create(self, *, identifier: str) -> BlocklistIdentifier:
        """Block an identifier.

        Args:
            identifier: An email address, a phone number or a web3 wallet.
        """
        ...

    @operation("DELETE", "/blocklist_identifiers/{identifier_id}")
    def delete(self, identifier_id: str) -> DeletedObject:
        """Remove an identifier from the blocklist.

        Args:
            identifier_id: The ID of the blocklist entry.
        """
        ...
