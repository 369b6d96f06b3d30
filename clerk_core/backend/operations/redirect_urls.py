"""Operations on the URLs that mobile applications may return to."""

from __future__ import annotations

from clerk_core.backend.models import DeletedObject, RedirectURL
from clerk_core.backend.operation import AsyncFace, Iterating, SyncFace, operation
from clerk_core.backend.pages import Page


class RedirectUrlsOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

    @operation("GET", "/redirect_urls")
    def list(
        self, *, paginated: bool = ..., limit: int = ..., offset: int = ...
    ) -> Page[RedirectURL]:
        """The redirect URLs, a page at a time."""

    iterate = Iterating(list)

    @operation("POST", "/redirect_urls")
    def create(self, *, url: str) -> RedirectURL:
        """Allow a URL to return to."""

    @operation("GET", "/redirect_urls/{id}")
    def get(self, id: str) -> RedirectURL:
        """One redirect URL."""

    @operation("DELETE", "/redirect_urls/{id}")
    def delete(self, id: str) -> DeletedObject:
        """Allow a URL no longer."""


class RedirectUrls(RedirectUrlsOperations, SyncFace):
    """Operations on the URLs that mobile applications may return to."""


class AsyncRedirectUrls(RedirectUrlsOperations, AsyncFace):
    """Operations on the URLs that mobile applications may return to, to await."""
