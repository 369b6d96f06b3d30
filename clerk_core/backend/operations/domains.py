"""Operations on the instance's own domain and its satellites."""

from clerk_core.backend.models import DeletedObject, Domain
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page


class Domains(Operations[M]):
    """Operations on the instance's own domain and its satellites."""

    @operation("GET", "/domains")
    def list(self) -> Page[Domain]:
        """The primary domain and all satellites."""
        ...

    @operation("POST", "/domains")
    def add(self, *, name: str, is_satellite: bool, proxy_url: str | None = ...) -> Domain:
        """Add a domain, such as a satellite."""
        ...

    @operation("DELETE", "/domains/{domain_id}")
    def delete(self, domain_id: str) -> DeletedObject:
        """Delete a satellite domain; the primary one stays."""
        ...

    @operation("PATCH", "/domains/{domain_id}")
    def update(
        self,
        domain_id: str,
        *,
        name: str | None = ...,
        proxy_url: str | None = ...,
        is_secondary: bool | None = ...,
    ) -> Domain:
        """Change a domain; what is left out stays as it is."""
        ...
