"""Operations on the permissions that roles are made of."""

from __future__ import annotations

from clerk_core.backend.models import DeletedObject, Permission
from clerk_core.backend.operation import AsyncFace, Iterating, SyncFace, operation
from clerk_core.backend.pages import Page


class OrganizationPermissionsOperations:
    """Each is a method of both clients; identifiers come first, all else by name."""

    @operation("GET", "/organization_permissions")
    def list(
        self, *, query: str = ..., order_by: str = ..., limit: int = ..., offset: int = ...
    ) -> Page[Permission]:
        """The permissions, a page at a time."""

    iterate = Iterating(list)

    @operation("POST", "/organization_permissions")
    def create(self, *, name: str, key: str, description: str = ...) -> Permission:
        """Create a permission, with a key such as `org:reports:read`."""

    @operation("GET", "/organization_permissions/{permission_id}")
    def get(self, permission_id: str) -> Permission:
        """One permission."""

    @operation("PATCH", "/organization_permissions/{permission_id}")
    def update(
        self, permission_id: str, *, name: str = ..., key: str = ..., description: str = ...
    ) -> Permission:
        """Change a permission; Clerk's own cannot be changed."""

    @operation("DELETE", "/organization_permissions/{permission_id}")
    def delete(self, permission_id: str) -> DeletedObject:
        """Delete a permission for good; Clerk's own stay."""


class OrganizationPermissions(OrganizationPermissionsOperations, SyncFace):
    """Operations on the permissions that roles are made of."""


class AsyncOrganizationPermissions(OrganizationPermissionsOperations, AsyncFace):
    """Operations on the permissions that roles are made of, to await."""
