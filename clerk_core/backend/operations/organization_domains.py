"""Operations on the domains of organizations."""

from collections.abc import Iterator, Sequence

from clerk_core.backend.models import DeletedObject, OrganizationDomain
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


class OrganizationDomains(Operations[M]):
    """Operations on the domains of organizations."""

    @operation("POST", "/organizations/{organization_id}/domains")
    def create(
        self,
        organization_id: str,
        *,
        name: str = ...,
        enrollment_mode: str = ...,
        verified: bool | None = ...,
    ) -> OrganizationDomain:
        """Give an organization a domain, verified unless told otherwise."""
        ...

    @operation("GET", "/organizations/{organization_id}/domains")
    def list(
        self,
        organization_id: str,
        *,
        verified: str = ...,
        enrollment_mode: str = ...,
        limit: int = ...,
        offset: int = ...,
    ) -> Page[OrganizationDomain]:
        """The domains of an organization, a page at a time."""
        ...

    @paginate(list)
    def iterate(self) -> Iterator[OrganizationDomain]:
        """Iterate over all pages of `list`."""
        ...

    @operation("PATCH", "/organizations/{organization_id}/domains/{domain_id}")
    def update(
        self,
        organization_id: str,
        domain_id: str,
        *,
        enrollment_mode: str | None = ...,
        verified: bool | None = ...,
    ) -> OrganizationDomain:
        """Change a domain of an organization; what is left out stays as it is."""
        ...

    @operation("DELETE", "/organizations/{organization_id}/domains/{domain_id}")
    def delete(self, organization_id: str, domain_id: str) -> DeletedObject:
        """Take a domain from an organization."""
        ...

    @operation("POST", "/organizations/{organization_id}/domains/{domain_id}/verify_ownership")
    def verify_ownership(self, organization_id: str, domain_id: str) -> OrganizationDomain:
        """Take it as verified that the organization owns a domain."""
        ...

    @operation("GET", "/organization_domains", joined=("enrollment_mode",))
    def list_all(
        self,
        *,
        organization_id: str = ...,
        verified: str = ...,
        enrollment_mode: Sequence[str] = ...,
        query: str = ...,
        domains: Sequence[str] = ...,
        order_by: str = ...,
        offset: int = ...,
        limit: int = ...,
    ) -> Page[OrganizationDomain]:
        """The domains of all organizations, a page at a time."""
        ...

    @paginate(list_all)
    def iterate_all(self) -> Iterator[OrganizationDomain]:
        """Iterate over all pages of `list_all`."""
        ...
