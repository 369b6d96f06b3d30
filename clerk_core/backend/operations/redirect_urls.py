"""Operations on the URLs that mobile applications may return to."""

from collections.abc import Iterator

from clerk_core.backend.models import DeletedObject, RedirectURL
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


class RedirectUrls(Operations[M]):
    """Operations on the URLs that mobile applications may return to."""

    @operation("GET", "/redirect_urls")
    def list(
        self, *, paginated: bool = ..., limit: int = ..., offset: int = ...
    ) -> Page[RedirectURL]:
        """The redirect URLs, a page at a time."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[RedirectURL]:
        """Iterate over all pages of `list`."""
        ...

    @operation("POST", "/redirect_urls")
    def create(self, *, url: str) -> RedirectURL:
        """Allow a URL to return to."""
        ...

    @operation("GET", "/redirect_urls/{id}")
    def get(self, id: str) -> RedirectURL:
        """One redirect URL."""
        ...

    @operation("DELETE", "/redirect_urls/{id}")
    def delete(self, id: str) -> DeletedObject:
        """Allow a URL no longer."""
        ...
