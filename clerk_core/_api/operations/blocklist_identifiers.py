"""Operations on the identifiers that are shut out."""

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core.models import BlocklistIdentifier, DeletedObject


class BlocklistIdentifiers(Operations[M]):
    """Operations on the identifiers that are shut out."""

    @operation("GET", "/blocklist_identifiers")
    def list(self, *, extra: Extra = ...) -> Page[BlocklistIdentifier]:
        """Return the identifiers that may neither sign up nor sign in.

        Args:
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/blocklist_identifiers")
    def create(self, *, identifier: str, extra: Extra = ...) -> BlocklistIdentifier:
        """Block an identifier.

        Args:
            identifier: An email address, a phone number or a web3 wallet.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/blocklist_identifiers/{identifier_id}")
    def delete(self, identifier_id: str, *, extra: Extra = ...) -> DeletedObject:
        """Remove an identifier from the blocklist.

        Args:
            identifier_id: The ID of the blocklist entry.
            extra: Further fields to send.
        """
        ...
