"""Operations on clients, the browsers and devices with their sessions."""

from collections.abc import Iterator

from clerk_core.backend.models import Client
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


class Clients(Operations[M]):
    """Operations on clients."""

    @operation("GET", "/clients")
    def list(self, *, paginated: bool = ..., limit: int = ..., offset: int = ...) -> Page[Client]:
        """The clients, the newest first, a page at a time. Deprecated by Clerk."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[Client]:
        """Iterate over all pages of `list`."""
        ...

    @operation("POST", "/clients/verify")
    def verify(self, *, token: str) -> Client:
        """The client of a client token."""
        ...

    @operation("GET", "/clients/{client_id}")
    def get(self, client_id: str) -> Client:
        """One client and its sessions."""
        ...
