"""Operations on the identifiers that are shut out."""

from clerk_core.backend.models import BlocklistIdentifier, DeletedObject
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page


class BlocklistIdentifiers(Operations[M]):
    """Operations on the identifiers that are shut out."""

    @operation("GET", "/blocklist_identifiers")
    def list(self) -> Page[BlocklistIdentifier]:
        """All identifiers of the block-list."""
        ...

    @operation("POST", "/blocklist_identifiers")
    def create(self, *, identifier: str) -> BlocklistIdentifier:
        """Shut out an e-mail address, phone number, wallet or whole domain."""
        ...

    @operation("DELETE", "/blocklist_identifiers/{identifier_id}")
    def delete(self, identifier_id: str) -> DeletedObject:
        """Take an identifier off the block-list."""
        ...
