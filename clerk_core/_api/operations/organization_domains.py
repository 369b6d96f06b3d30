"""Operations on the domains of organizations."""

from collections.abc import Iterator, Sequence

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import DeletedObject, OrganizationDomain


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
        extra: Extra = ...,
    ) -> OrganizationDomain:
        """Add a domain to an organization.

        Args:
            organization_id: The organization's ID.
            name: The domain.
            enrollment_mode: How its users join: `manual_invitation`, `automatic_invitation`,
                `automatic_suggestion` or `enterprise_sso`.
            verified: Whether it counts as verified; true by default.
            extra: Further fields to send.
        """
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
        extra: Extra = ...,
    ) -> Page[OrganizationDomain]:
        """Return the domains of an organization.

        Args:
            organization_id: The organization's ID.
            verified: Whether to return verified ones only: `true` or `false`.
            enrollment_mode: The enrollment mode, or several; with prefix `-` to exclude one.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(list)
    def iterate(self) -> Iterator[OrganizationDomain]:
        """Iterate over the domains of an organization."""
        ...

    @operation("PATCH", "/organizations/{organization_id}/domains/{domain_id}")
    def update(
        self,
        organization_id: str,
        domain_id: str,
        *,
        enrollment_mode: str | None = ...,
        verified: bool | None = ...,
        extra: Extra = ...,
    ) -> OrganizationDomain:
        """Update a domain of an organization; omitted parameters are not changed.

        Args:
            organization_id: The organization's ID.
            domain_id: The domain's ID.
            enrollment_mode: How its users join: `manual_invitation`, `automatic_invitation`,
                `automatic_suggestion` or `enterprise_sso`.
            verified: Whether it counts as verified.
            extra: Further fields to send.
        """
        ...

    @operation("DELETE", "/organizations/{organization_id}/domains/{domain_id}")
    def delete(self, organization_id: str, domain_id: str, *, extra: Extra = ...) -> DeletedObject:
        """Remove a domain from an organization.

        Args:
            organization_id: The organization's ID.
            domain_id: The domain's ID.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/organizations/{organization_id}/domains/{domain_id}/verify_ownership")
    def verify_ownership(
        self, organization_id: str, domain_id: str, *, extra: Extra = ...
    ) -> OrganizationDomain:
        """Mark a domain as owned by its organization, without the DNS record.

        Args:
            organization_id: The organization's ID.
            domain_id: The domain's ID.
            extra: Further fields to send.
        """
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
        extra: Extra = ...,
    ) -> Page[OrganizationDomain]:
        """Return the domains of all organizations.

        Args:
            organization_id: The organization whose domains to return.
            verified: Whether to return verified ones only: `true` or `false`.
            enrollment_mode: The enrollment mode; with prefix `-` to exclude it.
            query: A part of the domain, or an organization's ID.
            domains: The domains to return.
            order_by: `name` or `created_at`; `-created_at` by default, the newest first.
            offset: The number of results to skip.
            limit: The maximum number of results, 1 to 500; 10 by default.
            extra: Further fields to send.
        """
        ...

    @paginate(list_all)
    def iterate_all(self) -> Iterator[OrganizationDomain]:
        """Iterate over the domains of all organizations."""
        ...
