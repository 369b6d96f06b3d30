"""Operations on the identifiers that may sign up."""

from collections.abc import Iterator

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import AllowlistIdentifier, DeletedObject


class AllowlistIdentifiers(Operations[M]):
    """Operations on the identifiers that may sign up."""

    @operation("GET", "/allowlist_identifiers")
    def list(
        self, *, paginated: bool = ..., limit: int = ..., offset: int = ..., extra: Extra = ...
    ) -> Page[AllowlistIdentifier]:
        """Return the identifiers that may sign up.

        Args:
            paginated: Whether to return a page with `total_count`, in place of everything.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[AllowlistIdentifier]:
        """Iterate over the identifiers that may sign up."""
        ...

    @operation("POST", "/allowlist_identifiers")
    def create(
        self, *, identifier: str, notify: bool = ..., extra: Extra = ...
    ) -> AllowlistIdentifier:
        """Let an identifier sign up.

        Args:
            identifier: An email address, a phone number or a web3 wallet.
            notify: Whether to send an invitation to it; false by default. Not for wallets.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/allowlist_identifiers/{identifier_id}")
    def delete(self, identifier_id: str, *, extra: Extra = ...) -> DeletedObject:
        """Remove an identifier from the allowlist.

        Args:
            identifier_id: The ID of the allowlist entry.
            extra: Further fields to send.
        """
        ...
