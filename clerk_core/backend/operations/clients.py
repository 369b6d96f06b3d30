"""Operations on clients, the browsers and devices with their sessions."""

from __future__ import annotations

from clerk_core.backend.models import Client
from clerk_core.backend.operation import AsyncFace, Iterating, SyncFace, operation
from clerk_core.backend.pages import Page


class ClientsOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

    @operation("GET", "/clients")
    def list(self, *, paginated: bool = ..., limit: int = ..., offset: int = ...) -> Page[Client]:
        """The clients, the newest first, a page at a time. Deprecated by Clerk."""

    iterate = Iterating(list)

    @operation("POST", "/clients/verify")
    def verify(self, *, token: str) -> Client:
        """The client of a client token."""

    @operation("GET", "/clients/{client_id}")
    def get(self, client_id: str) -> Client:
        """One client and its sessions."""


class Clients(ClientsOperations, SyncFace):
    """Operations on clients."""


class AsyncClients(ClientsOperations, AsyncFace):
    """Operations on clients, to await."""
