"""Operations on clients, the browsers and devices with their sessions."""

from collections.abc import Iterator

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import Client


class Clients(Operations[M]):
    """Operations on clients."""

    @operation("GET", "/clients")
    def list(
        self, *, paginated: bool = ..., limit: int = ..., offset: int = ..., extra: Extra = ...
    ) -> Page[Client]:
        """Return the clients, the newest first. Deprecated by Clerk.

        Args:
            paginated: Whether to return a page with `total_count`, in place of everything.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[Client]:
        """Iterate over the clients, the newest first. Deprecated by Clerk."""
        ...

    @operation("POST", "/clients/verify")
    def verify(self, *, token: str, extra: Extra = ...) -> Client:
        """Verify a client token and return its client.

        Args:
            token: The JWT of the client, as the `__client` cookie holds it.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/clients/{client_id}")
    def get(self, client_id: str, *, extra: Extra = ...) -> Client:
        """Return a client with its sessions.

        Args:
            client_id: The client's ID.
            extra: Further fields to send.
        """
        ...
