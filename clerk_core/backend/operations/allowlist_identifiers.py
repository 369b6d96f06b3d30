"""Operations on the identifiers that may sign up."""

from collections.abc import Iterator

from clerk_core.backend.models import AllowlistIdentifier, DeletedObject
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


class AllowlistIdentifiers(Operations[M]):
    """Operations on the identifiers that may sign up."""

    @operation("GET", "/allowlist_identifiers")
    def list(
        self, *, paginated: bool = ..., limit: int = ..., offset: int = ...
    ) -> Page[AllowlistIdentifier]:
        """All identifiers of the allow-list."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[AllowlistIdentifier]:
        """Iterate over all pages of `list`."""
        ...

    @operation("POST", "/allowlist_identifiers")
    def create(self, *, identifier: str, notify: bool = ...) -> AllowlistIdentifier:
        """Let an e-mail address, phone number, wallet or whole domain sign up."""
        ...

    @operation("DELETE", "/allowlist_identifiers/{identifier_id}")
    def delete(self, identifier_id: str) -> DeletedObject:
        """Take an identifier off the allow-list."""
        ...
