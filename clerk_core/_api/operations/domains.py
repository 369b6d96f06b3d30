"""Operations on the instance's own domain and its satellites."""

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core.models import DeletedObject, Domain


class Domains(Operations[M]):
    """Operations on the instance's own domain and its satellites."""

    @operation("GET", "/domains")
    def list(self, *, extra: Extra = ...) -> Page[Domain]:
        """Return the instance's primary domain and its satellite domains.

        Args:
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/domains")
    def add(
        self, *, name: str, is_satellite: bool, proxy_url: str | None = ..., extra: Extra = ...
    ) -> Domain:
        """Add a satellite domain.

        Args:
            name: The domain, with a port in development if need be.
            is_satellite: Must be true: an instance has one primary domain.
            proxy_url: The URL at which the domain proxies the Frontend API. Production only.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/domains/{domain_id}")
    def delete(self, domain_id: str, *, extra: Extra = ...) -> DeletedObject:
        """Delete a satellite domain.

        Args:
            domain_id: The domain's ID.
            extra: Further fields to send.
        """
        ...

    @operation("PATCH", "/domains/{domain_id}")
    def update(
        self,
        domain_id: str,
        *,
        name: str | None = ...,
        proxy_url: str | None = ...,
        is_secondary: bool | None = ...,
        extra: Extra = ...,
    ) -> Domain:
        """Update a domain. A new primary domain in production signs all users out.

        Args:
            domain_id: The domain's ID.
            name: The new domain, without a scheme.
            proxy_url: The URL at which the domain proxies the Frontend API; None to use DNS again.
            is_secondary: Whether the domain is that of a secondary application, whose subdomain
                counts.
            extra: Further fields to send.
        """
        ...
