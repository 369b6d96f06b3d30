"""Operations on the roles of members."""

from __future__ import annotations

from collections.abc import Sequence

from clerk_core.backend.models import DeletedObject, Role
from clerk_core.backend.operation import AsyncFace, Iterating, SyncFace, operation
from clerk_core.backend.pages import Page


class OrganizationRolesOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

    @operation("GET", "/organization_roles")
    def list(
        self, *, query: str = ..., order_by: str = ..., limit: int = ..., offset: int = ...
    ) -> Page[Role]:
        """The roles, the newest first, a page at a time."""

    iterate = Iterating(list)

    @operation("POST", "/organization_roles")
    def create(
        self,
        *,
        name: str,
        key: str,
        description: str | None = ...,
        permissions: Sequence[str] | None = ...,
        include_in_initial_role_set: bool | None = ...,
    ) -> Role:
        """Create a role, with a key such as `org:editor`."""

    @operation("GET", "/organization_roles/{organization_role_id}")
    def get(self, organization_role_id: str) -> Role:
        """One role and its permissions."""

    @operation("PATCH", "/organization_roles/{organization_role_id}")
    def update(
        self,
        organization_role_id: str,
        *,
        name: str | None = ...,
        key: str | None = ...,
        description: str | None = ...,
        permissions: Sequence[str] | None = ...,
    ) -> Role:
        """Change a role; what is left out stays as it is."""

    @operation("DELETE", "/organization_roles/{organization_role_id}")
    def delete(self, organization_role_id: str) -> DeletedObject:
        """Delete a role for good; one that is in use stays."""

    @operation("POST", "/organization_roles/{organization_role_id}/permissions/{permission_id}")
    def assign_permission(self, organization_role_id: str, permission_id: str) -> Role:
        """Give a role a permission."""

    @operation("DELETE", "/organization_roles/{organization_role_id}/permissions/{permission_id}")
    def remove_permission(self, organization_role_id: str, permission_id: str) -> Role:
        """Take a permission from a role."""


class OrganizationRoles(OrganizationRolesOperations, SyncFace):
    """Operations on the roles of members."""


class AsyncOrganizationRoles(OrganizationRolesOperations, AsyncFace):
    """Operations on the roles of members, to await."""
