"""Operations on the domains of organizations."""

from __future__ import annotations

from collections.abc import Sequence

from clerk_core.backend.models import DeletedObject, OrganizationDomain
from clerk_core.backend.operation import AsyncFace, Iterating, SyncFace, operation
from clerk_core.backend.pages import Page


class OrganizationDomainsOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

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

    iterate = Iterating(list)

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

    @operation("DELETE", "/organizations/{organization_id}/domains/{domain_id}")
    def delete(self, organization_id: str, domain_id: str) -> DeletedObject:
        """Take a domain from an organization."""

    @operation("POST", "/organizations/{organization_id}/domains/{domain_id}/verify_ownership")
    def verify_ownership(self, organization_id: str, domain_id: str) -> OrganizationDomain:
        """Take it as verified that the organization owns a domain."""

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

    iterate_all = Iterating(list_all)


class OrganizationDomains(OrganizationDomainsOperations, SyncFace):
    """Operations on the domains of organizations."""


class AsyncOrganizationDomains(OrganizationDomainsOperations, AsyncFace):
    """Operations on the domains of organizations, to await."""
