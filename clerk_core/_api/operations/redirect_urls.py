"""Operations on the URLs that mobile applications may return to."""

from collections.abc import Iterator

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import DeletedObject, RedirectURL


class RedirectUrls(Operations[M]):
    """Operations on the URLs that mobile applications may return to."""

    @operation("GET", "/redirect_urls")
    def list(
        self, *, paginated: bool = ..., limit: int = ..., offset: int = ..., extra: Extra = ...
    ) -> Page[RedirectURL]:
        """Return the URLs that native applications may be sent back to.

        Args:
            paginated: Whether to return a page with `total_count`, in place of everything.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[RedirectURL]:
        """Iterate over the URLs that native applications may be sent back to."""
        ...

    @operation("POST", "/redirect_urls")
    def create(self, *, url: str, extra: Extra = ...) -> RedirectURL:
        """Allow a URL that native applications may be sent back to.

        Args:
            url: The URL, with `https` or a scheme of your own, such as `my-app://oauth-callback`.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/redirect_urls/{id}")
    def get(self, id: str, *, extra: Extra = ...) -> RedirectURL:
        """Return a redirect URL.

        Args:
            id: The ID of the redirect URL.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/redirect_urls/{id}")
    def delete(self, id: str, *, extra: Extra = ...) -> DeletedObject:
        """Delete a redirect URL.

        Args:
            id: The ID of the redirect URL.
            extra: Further fields to send.
        """
        ...
